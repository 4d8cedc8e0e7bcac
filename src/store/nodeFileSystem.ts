import * as fs from 'node:fs';
import { toDisposable } from '../core/disposable.ts';
import { errorCode, type FileStat, type FileSystem, type OpenMode } from './fileSystem.ts';

const { O_RDONLY, O_RDWR, O_APPEND, O_CREAT, O_EXCL } = fs.constants;
/** Absent on Windows, where opening a link or a pipe by these paths does no harm that they would prevent. */
const SAFELY = (fs.constants.O_NOFOLLOW || 0) | (fs.constants.O_NONBLOCK || 0);
const FLAGS: Readonly<Record<OpenMode, number>> = {
  read: O_RDONLY | SAFELY,
  append: O_RDWR | O_APPEND | SAFELY,
  create: O_RDWR | O_APPEND | O_CREAT | O_EXCL | SAFELY,
};

const CANNOT_SYNC = new Set(['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP', 'EBADF']);

/** The real file system. Files are made for their owner only: sessions hold what tools printed. */
export const nodeFileSystem: FileSystem = {
  lstat(path) {
    const stats = fs.lstatSync(path, { throwIfNoEntry: false });
    return stats === undefined ? undefined : toStat(stats);
  },
  fstat: descriptor => toStat(fs.fstatSync(descriptor)),
  open: (path, mode) => fs.openSync(path, FLAGS[mode], 0o600),
  close: descriptor => fs.closeSync(descriptor),
  read: (descriptor, buffer, position) => fs.readSync(descriptor, buffer, 0, buffer.byteLength, position),
  append: (descriptor, bytes) => fs.writeSync(descriptor, bytes, 0, bytes.byteLength, null),
  datasync: descriptor =>
    new Promise((resolve, reject) => {
      fs.fdatasync(descriptor, error => {
        if (error) reject(error);
        else resolve();
      });
    }),
  syncDirectory,
  link: (existing, path) => fs.linkSync(existing, path),
  rename: (from, to) => fs.renameSync(from, to),
  unlink: path => fs.unlinkSync(path),
  mkdir(path) {
    try {
      fs.mkdirSync(path, 0o700);
      return true;
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return false;
      throw error;
    }
  },
  readdir: path => fs.promises.readdir(path),
  watch(directory, onChange, onEnd) {
    const watcher = fs.watch(directory, { persistent: false }, (_kind, name) => onChange(name ?? undefined));
    watcher.on('error', () => {
      watcher.close();
      onEnd();
    });
    return toDisposable(() => watcher.close());
  },
};

async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await fs.promises.open(path, O_RDONLY);
  try {
    await handle.sync();
  } catch (error) {
    if (!CANNOT_SYNC.has(errorCode(error))) throw error;
  } finally {
    await handle.close();
  }
}

function toStat(stats: fs.Stats): FileStat {
  return {
    kind: kindOf(stats),
    size: stats.size,
    mtimeMs: stats.mtimeMs,
    device: stats.dev,
    inode: stats.ino,
  };
}

function kindOf(stats: fs.Stats): FileStat['kind'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'symlink' : 'other';
}
