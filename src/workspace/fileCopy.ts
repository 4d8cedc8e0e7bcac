import { type FileHandle } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { createNew } from './atomicWrite.ts';
import { hashFile, openRegular, tooLarge } from './content.ts';
import { requireFree } from './fileMove.ts';
import { changedMeanwhile, locate, missing, type Place } from './place.ts';
import type { PlannedChange } from './plannedChange.ts';
import { shown } from './relativePath.ts';
import { fromSystemError, WorkspaceError } from './workspaceError.ts';

const MAX_COPY_BYTES = 1024 * 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;

/** Plans a copy of a file, its permission bits included, under a name that is free. */
export async function planCopy(root: string, from: string, to: string): Promise<PlannedChange> {
  const source = await locate(root, from);
  try {
    if (source.stats === undefined) throw missing(source.path);
    if (source.stats.isDirectory()) {
      throw new WorkspaceError(
        'not_a_file',
        `${shown(source.path)} is a folder, and file steps copy single files. Nothing was changed. Use a command for it.`,
      );
    }
    if (source.stats.size > MAX_COPY_BYTES) throw tooLarge(source.path, MAX_COPY_BYTES);
    const target = await locate(root, to, { followLast: false });
    await target.close();
    requireFree(target);
    const hash = await hashFile(source.folder.at(source.name), source.path);
    return {
      paths: [source.path, target.path],
      isProtected: target.isProtected,
      show: () => `Copy ${source.path} to ${target.path}\nSHA-256 ${hash}`,
      apply: async () => {
        await copy(root, { from, to }, source, target, hash);
        return { changes: [{ path: target.path, kind: 'added', after: hash }], detail: 'copied' };
      },
    };
  } catch (error) {
    throw fromSystemError(error, `copy ${shown(from)}`);
  } finally {
    await source.close();
  }
}

async function copy(
  root: string,
  requested: { readonly from: string; readonly to: string },
  seenSource: Place,
  seenTarget: Place,
  hash: string,
): Promise<void> {
  const source = await locate(root, requested.from);
  let target: Place | undefined;
  let input: FileHandle | undefined;
  try {
    if (source.path !== seenSource.path || source.stats === undefined)
      throw changedMeanwhile(seenSource.path);
    input = await openRegular(source.folder.at(source.name), source.path);
    const { mode } = await input.stat();
    target = await locate(root, requested.to, { makeFolders: true, followLast: false });
    if (target.path !== seenTarget.path) throw changedMeanwhile(seenTarget.path);
    requireFree(target);
    const reading = input;
    await createNew(
      target.folder,
      target.name,
      async output => {
        if ((await pour(reading, output)) !== hash) throw changedMeanwhile(source.path);
      },
      mode & 0o777,
    );
  } catch (error) {
    await target?.undo();
    throw fromSystemError(error, `copy ${shown(seenSource.path)}`);
  } finally {
    await input?.close();
    await target?.close();
    await source.close();
  }
}

/** Copies what is left of `input`; resolves with its SHA-256. */
async function pour(input: FileHandle, output: FileHandle): Promise<string> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  for (;;) {
    const { bytesRead } = await input.read(buffer, 0, CHUNK_BYTES);
    if (bytesRead === 0) return hash.digest('hex');
    const part = buffer.subarray(0, bytesRead);
    hash.update(part);
    await output.writeFile(part);
  }
}
