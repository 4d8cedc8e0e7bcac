import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { systemCode, WorkspaceError } from './workspaceError.ts';
import { shown } from './relativePath.ts';

/** The largest file that is read into memory, in bytes. */
export const MAX_TEXT_BYTES = 10 * 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;
// A pipe or device must not block the open; a link must not be followed.
const READ_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** SHA-256 of bytes or of text as UTF-8, lower-case hex. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Opens a regular file for reading; anything else is refused. `path` is for messages. The caller closes it. */
export async function openRegular(target: string, path: string): Promise<FileHandle> {
  const handle = await open(target, READ_FLAGS).catch((error: unknown) => {
    // What a socket or a device without a driver answers.
    if (systemCode(error) === 'ENXIO') throw notRegular(path);
    throw error;
  });
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw notRegular(path);
}

function notRegular(path: string): WorkspaceError {
  return new WorkspaceError(
    'not_a_file',
    `${shown(path)} is not a plain file. Nothing was changed. Name a file.`,
  );
}

/** All bytes of a regular file of at most `limit` bytes. Rejects with `too_large`, `not_a_file` or a system error. */
export async function readBytes(target: string, path: string, limit = MAX_TEXT_BYTES): Promise<Buffer> {
  const handle = await openRegular(target, path);
  try {
    const parts: Buffer[] = [];
    let size = 0;
    for (;;) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES);
      if (bytesRead === 0) return Buffer.concat(parts, size);
      size += bytesRead;
      // Counted while reading: a file may grow, and some claim to be empty.
      if (size > limit) throw tooLarge(path, limit);
      parts.push(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}

export function tooLarge(path: string, limit: number): WorkspaceError {
  return new WorkspaceError(
    'too_large',
    `${shown(path)} is larger than ${Math.floor(limit / 1024 / 1024)} MB, the limit for file steps. Nothing was changed. ` +
      'Use a command for it.',
  );
}

/** SHA-256 of a regular file of any size, hex. */
export async function hashFile(target: string, path: string): Promise<string> {
  const handle = await openRegular(target, path);
  try {
    const hash = createHash('sha256');
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

/** The text of bytes that are UTF-8 without NUL, a byte order mark kept; `undefined` for anything else. */
export function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Like `textOf`, but a binary file is refused. */
export function requireText(bytes: Uint8Array, path: string): string {
  const text = textOf(bytes);
  if (text !== undefined) return text;
  throw new WorkspaceError(
    'binary',
    `${shown(path)} is not a text file in UTF-8. Nothing was changed. Use a command for it.`,
  );
}

/** The line ending that a text uses: that of its first line; `\n` when it has only one. */
export function lineEnding(text: string): '\n' | '\r\n' {
  const end = text.indexOf('\n');
  return end > 0 && text[end - 1] === '\r' ? '\r\n' : '\n';
}
