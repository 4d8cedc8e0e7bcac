import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { type FileHandle, link, open, rename, unlink } from 'node:fs/promises';
import type { Directory } from './directory.ts';
import { systemCode } from './workspaceError.ts';

const CREATE_FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const NEW_FILE_MODE = 0o666;

/** Fills an open file. */
export type Fill = (handle: FileHandle) => Promise<void>;

/** What is written when it is all at hand. */
export function bytes(content: Uint8Array): Fill {
  return handle => handle.writeFile(content);
}

/**
 * Makes a new file, complete or not at all, and never over another one. Rejects with `EEXIST` or another system error; then
 * nothing is left behind.
 */
export async function createNew(
  folder: Directory,
  name: string,
  fill: Fill,
  mode = NEW_FILE_MODE,
): Promise<void> {
  await withTemporary(folder, name, mode, fill, async temporary => {
    await place(folder, temporary, name);
  });
}

/**
 * Replaces a file as a whole: whoever reads sees the old content or the new one. Keeps the permission bits of `before`.
 * `confirm` runs last, right before; when it rejects, nothing changed.
 */
export async function replaceFile(
  folder: Directory,
  name: string,
  fill: Fill,
  before: Stats,
  confirm: () => Promise<void>,
): Promise<void> {
  await withTemporary(folder, name, before.mode & 0o7777, fill, async temporary => {
    await confirm();
    await rename(folder.at(temporary), folder.at(name));
  });
}

/** Gives a file a second name without ever replacing one, then drops the first. `EEXIST` when the new name is taken. */
export async function moveWithoutReplacing(
  from: Directory,
  name: string,
  to: Directory,
  newName: string,
): Promise<void> {
  try {
    await link(from.at(name), to.at(newName));
  } catch (error) {
    if (!cannotLink(error)) throw error;
    if ((await to.look(newName)) !== undefined) throw Object.assign(new Error('exists'), { code: 'EEXIST' });
    await rename(from.at(name), to.at(newName));
    return;
  }
  await unlink(from.at(name));
}

async function withTemporary(
  folder: Directory,
  name: string,
  mode: number,
  fill: Fill,
  finish: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = `.${Buffer.from(name).subarray(0, 100).toString()}.${randomBytes(6).toString('hex')}.tmp`;
  const handle = await open(folder.at(temporary), CREATE_FLAGS, mode);
  try {
    try {
      await fill(handle);
      // The umask took bits away that the file had; a new file gets what the umask leaves.
      if (mode !== NEW_FILE_MODE) await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await finish(temporary);
  } catch (error) {
    await unlink(folder.at(temporary)).catch(() => undefined);
    throw error;
  }
  await folder.sync();
}

async function place(folder: Directory, temporary: string, name: string): Promise<void> {
  await moveWithoutReplacing(folder, temporary, folder, name);
}

/** File systems without hard links, and kernels that keep strangers' files from being linked. */
function cannotLink(error: unknown): boolean {
  return ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(systemCode(error) ?? '');
}
