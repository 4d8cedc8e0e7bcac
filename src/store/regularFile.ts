import { basename } from 'node:path';
import { errorCode, type FileStat, type FileSystem, type OpenMode } from './fileSystem.ts';
import { damagedFile } from './storageError.ts';

/** An open file, and what tells it from another that takes its name. */
export interface OpenFile {
  readonly descriptor: number;
  readonly stat: FileStat;
}

/** Opens a regular file; anything else (a link, a folder, a pipe) is `damaged`. Other failures pass as they are. */
export function openRegular(files: FileSystem, path: string, mode: OpenMode): OpenFile {
  return asRegular(files, path, openPlain(files, path, mode));
}

/** The file behind a descriptor, which is closed when it is not a regular one (`damaged`). */
export function asRegular(files: FileSystem, path: string, descriptor: number): OpenFile {
  try {
    const stat = files.fstat(descriptor);
    if (stat.kind !== 'file') throw damagedFile(basename(path), problemOf(stat));
    return { descriptor, stat };
  } catch (error) {
    files.close(descriptor);
    throw error;
  }
}

/** Whether `path` is still the file that was opened. */
export function isSameFile(one: FileStat, other: FileStat | undefined): boolean {
  return one.inode === other?.inode && one.device === other.device;
}

/** Whether it is still that file, with the same content as far as its size and time tell. */
export function isUnchanged(one: FileStat, other: FileStat | undefined): boolean {
  return isSameFile(one, other) && one.size === other?.size && one.mtimeMs === other.mtimeMs;
}

/** Everything in a regular file, or `undefined` when there is none. `damaged` when it has more than `limit` bytes. */
export function readRegular(files: FileSystem, path: string, limit: number): Buffer | undefined {
  const file = openIfThere(files, path);
  if (file === undefined) return undefined;
  try {
    if (file.stat.size > limit) {
      throw damagedFile(
        basename(path),
        `It is larger than ${Math.floor(limit / 1024 / 1024)} MB and was not read.`,
      );
    }
    return readFully(files, file.descriptor, 0, file.stat.size);
  } finally {
    files.close(file.descriptor);
  }
}

/** Up to `length` bytes from `position`; fewer at the end of the file. */
export function readFully(files: FileSystem, descriptor: number, position: number, length: number): Buffer {
  return readInto(Buffer.allocUnsafe(length), files, descriptor, position);
}

/** Fills `buffer` from `position` on. Returns what of it was read, which at the end of the file is less. */
export function readInto(buffer: Buffer, files: FileSystem, descriptor: number, position: number): Buffer {
  let filled = 0;
  while (filled < buffer.length) {
    const count = files.read(descriptor, buffer.subarray(filled), position + filled);
    if (count === 0) break;
    filled += count;
  }
  return buffer.subarray(0, filled);
}

export function problemOf(stat: FileStat): string {
  if (stat.kind === 'symlink')
    return 'It is a symbolic link, and links are never followed here. Put the file itself in its place.';
  if (stat.kind === 'directory') return 'It is a folder. Move it elsewhere.';
  return 'It is not a regular file. Move it elsewhere.';
}

/** Opens a regular file for reading; `undefined` when there is nothing. */
export function openIfThere(files: FileSystem, path: string): OpenFile | undefined {
  try {
    return openRegular(files, path, 'read');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function openPlain(files: FileSystem, path: string, mode: OpenMode): number {
  try {
    return files.open(path, mode);
  } catch (error) {
    if (['ELOOP', 'EISDIR', 'ENXIO', 'EMLINK'].includes(errorCode(error))) {
      const stat = files.lstat(path);
      if (stat !== undefined && stat.kind !== 'file') throw damagedFile(basename(path), problemOf(stat));
    }
    throw error;
  }
}
