import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CapturedEntry, FoundEntry } from '../../core/checkpoints.ts';
import { openRegular } from '../content.ts';
import { locate, type Place } from '../place.ts';
import { isProtected } from '../protectedPaths.ts';
import { parsePath } from '../relativePath.ts';
import { WorkspaceError } from '../workspaceError.ts';
import { objectId } from './looseObject.ts';

const CHUNK_BYTES = 256 * 1024;
const MAY_BE_RUN = 0o100;

/**
 * What is under a path now, links not followed; with `own` also whether a folder holds anything else than those. Rejects with a
 * system or `WorkspaceError` when it cannot be seen.
 */
export async function findEntry(
  folder: string,
  path: string,
  own?: ReadonlySet<string>,
): Promise<FoundEntry> {
  if (isUntouchable(folder, path)) return 'untouchable';
  let place: Place;
  try {
    place = await locate(folder, path, { followLast: false });
  } catch (error) {
    if (error instanceof WorkspaceError && (error.code === 'not_a_folder' || error.code === 'outside'))
      return 'blocked';
    throw error;
  }
  try {
    const found = await entryAt(place, path);
    const isOccupied = found === 'folder' && own !== undefined && !(await holdsOnly(folder, path, own));
    return isOccupied ? 'occupied' : found;
  } finally {
    await place.close();
  }
}

/** The same for a place that is open. */
export async function entryAt(
  { folder, name, path, stats, isProtected: isGuarded }: Place,
  asked: string,
): Promise<FoundEntry> {
  if (path !== asked || isGuarded) return 'blocked';
  if (stats === undefined) return 'nothing';
  if (stats.isSymbolicLink())
    return { mode: '120000', id: objectId('blob', Buffer.from(await folder.readLink(name))) };
  if (!stats.isFile()) return stats.isDirectory() ? 'folder' : 'other';
  return { mode: modeOf(stats), id: await hashContent(folder.at(name), path) };
}

async function holdsOnly(root: string, folder: string, own: ReadonlySet<string>): Promise<boolean> {
  for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
    const name = `${folder}/${entry.name}`;
    if (!own.has(name) || (entry.isDirectory() && !(await holdsOnly(root, name, own)))) return false;
  }
  return true;
}

function isUntouchable(folder: string, path: string): boolean {
  try {
    const names = parsePath(folder, path);
    return isProtected(names) || names.join('/') !== path;
  } catch {
    return true;
  }
}

function modeOf(stats: Stats): CapturedEntry['mode'] {
  return (stats.mode & MAY_BE_RUN) === 0 ? '100644' : '100755';
}

async function hashContent(target: string, path: string): Promise<string> {
  const handle = await openRegular(target, path);
  try {
    const { size } = await handle.stat();
    const hash = createHash('sha1').update(`blob ${size}\0`);
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}
