import { createHash } from 'node:crypto';
import { lstat, lutimes } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { systemCode } from '../workspaceError.ts';
import type { CheckpointFolder } from './checkpointFolder.ts';

const compress = promisify(deflate);

/** Git's hash of an object, hex. */
export function objectId(type: 'blob' | 'tree', content: Uint8Array): string {
  return createHash('sha1').update(`${type} ${content.byteLength}\0`).update(content).digest('hex');
}

/** Puts a small object into the store, as git does: that saves starting one. Resolves with its hash. */
export async function writeObject(
  folder: CheckpointFolder,
  type: 'blob' | 'tree',
  content: Uint8Array,
  isDurable = false,
): Promise<string> {
  const id = objectId(type, content);
  const name = path.join('objects', id.slice(0, 2), id.slice(2));
  const target = path.join(folder.path, name);
  if ((await lstat(target).catch(() => undefined))?.isFile() === true) {
    // As git does: what is used again counts as new, so that nobody removes it as forgotten.
    const now = new Date();
    const isThere = await lutimes(target, now, now).then(
      () => true,
      (error: unknown) => systemCode(error) !== 'ENOENT',
    );
    if (isThere) return id;
  }
  const header = Buffer.from(`${type} ${content.byteLength}\0`);
  await folder.write(name, await compress(Buffer.concat([header, content])), isDurable);
  return id;
}

/** The content of a tree of the given entries, which must be sorted by name. */
export function treeContent(
  entries: readonly (readonly [mode: string, name: string, id: string])[],
): Uint8Array {
  return Buffer.concat(
    entries.flatMap(([mode, name, id]) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]),
  );
}
