import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf, SessionError } from '../core/errors.ts';

/** The name of the file that a folder of the profile keeps about `path`. */
export function fileNameFor(path: string): string {
  return `${createHash('sha256').update(path).digest('hex')}.json`;
}

/** What a file of the user's profile holds; `undefined` when it is not there or is no JSON. */
export async function readProfileFile(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw profileError('read', file, error);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Replaces a file of the user's profile, readable by the user alone: the old content or the new one, never a third. */
export async function writeProfileFile(file: string, content: unknown): Promise<void> {
  const folder = dirname(file);
  const temporary = join(folder, `.${randomBytes(8).toString('hex')}.tmp`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await write(temporary, `${JSON.stringify(content, null, 2)}\n`);
    await rename(temporary, file);
    await syncFolder(folder);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw profileError('write', file, error);
  }
}

/** Removes a file of the user's profile; resolves with whether there was one. */
export async function removeProfileFile(file: string): Promise<boolean> {
  try {
    await rm(file);
  } catch (error) {
    if (isMissing(error)) return false;
    throw profileError('remove', file, error);
  }
  await syncFolder(dirname(file));
  return true;
}

async function write(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a rename last through a power loss. Some file systems cannot; then the old content may come back. */
async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(folder, 'r');
    await handle.sync();
  } catch {
    // Not possible on Windows and some network file systems.
  } finally {
    await handle?.close();
  }
}

function profileError(verb: string, file: string, error: unknown): SessionError {
  const full = codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT';
  const denied = ['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error) ?? '');
  const code = full ? 'storage_full' : denied ? 'storage_denied' : 'storage_failed';
  const message = `Cannot ${verb} ${file}, a file of your profile: ${messageOf(error)}. Nothing was changed.`;
  return new SessionError(code, message, { file, cause: error });
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
