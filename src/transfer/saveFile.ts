import { randomBytes } from 'node:crypto';
import { link, open, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { invalidInput, isSessionError, messageOf, SessionError } from '../core/errors.ts';
import type { ExportedSession } from './exportSession.ts';

export interface SavedExport {
  /** The file that was written. */
  readonly file: string;
  readonly bytes: number;
  /** How many places of the session could not be read. */
  readonly damage: number;
  /** Of how many tasks the checkpoints are in it; `null` where nobody asked for them. */
  readonly checkpoints: number | null;
}

/**
 * Writes an export to a file, which gets its name only when it is complete. `target` may be a folder: then the export's own
 * name is used. `invalid_input` for a file that is there already, unless it may be replaced.
 */
export async function saveExport(
  exported: ExportedSession,
  target: string,
  { replace }: { readonly replace: boolean },
): Promise<SavedExport> {
  const file = (await isFolder(target)) ? join(target, exported.name) : target;
  const draft = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    let bytes = 0;
    try {
      for await (const piece of exported.content) {
        await handle.writeFile(piece);
        bytes += piece.length;
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (replace) await rename(draft, file);
    else await link(draft, file);
    const { damage, checkpoints } = exported;
    return { file, bytes, damage, checkpoints };
  } catch (error) {
    throw isSessionError(error) ? error : failure(file, error);
  } finally {
    await unlink(draft).catch(() => undefined);
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    found => found.isDirectory(),
    () => false,
  );
}

function failure(file: string, error: unknown): SessionError {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EEXIST')
    return invalidInput('out', `${file} is there already. Nothing was written. Choose another name.`);
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return invalidInput('out', `The folder of ${file} does not exist. Nothing was written.`);
  const kind = code === 'ENOSPC' ? 'storage_full' : code === 'EACCES' ? 'storage_denied' : 'storage_failed';
  const message = `${file} cannot be written: ${messageOf(error)}. Nothing of it was kept.`;
  return new SessionError(kind, message, { file, cause: error });
}
