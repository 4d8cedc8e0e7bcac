import type { FileSystem } from '../../../src/store/fileSystem.ts';

const CHANGING = [
  'open',
  'append',
  'datasync',
  'syncDirectory',
  'link',
  'rename',
  'unlink',
  'mkdir',
] as const;

/** Calls `strike` before or after the n-th call that changes something, with the name of the call. */
export function strikingAt(
  inner: FileSystem,
  at: number,
  when: 'before' | 'after',
  strike: (operation: string) => void,
): FileSystem {
  let calls = 0;
  const files: Record<string, unknown> = { ...bound(inner) };
  for (const operation of CHANGING) {
    const original = inner[operation].bind(inner) as (...args: unknown[]) => unknown;
    files[operation] = (...args: unknown[]): unknown => {
      if (operation === 'open' && args[1] === 'read') return original(...args);
      const due = ++calls === at;
      if (due && when === 'before') strike(operation);
      const result = original(...args);
      if (!due || when === 'before') return result;
      if (result instanceof Promise) {
        return result.then((value: unknown) => {
          strike(operation);
          return value;
        });
      }
      strike(operation);
      return result;
    };
  }
  return files as unknown as FileSystem;
}

/** Every operation on its own, also of a file system that is a class. */
export function bound(inner: FileSystem): FileSystem {
  return {
    lstat: path => inner.lstat(path),
    fstat: descriptor => inner.fstat(descriptor),
    open: (path, mode) => inner.open(path, mode),
    close: descriptor => inner.close(descriptor),
    read: (descriptor, buffer, position) => inner.read(descriptor, buffer, position),
    append: (descriptor, bytes) => inner.append(descriptor, bytes),
    datasync: descriptor => inner.datasync(descriptor),
    syncDirectory: path => inner.syncDirectory(path),
    link: (existing, path) => inner.link(existing, path),
    rename: (from, to) => inner.rename(from, to),
    unlink: path => inner.unlink(path),
    mkdir: path => inner.mkdir(path),
    readdir: path => inner.readdir(path),
    watch: (directory, onChange, onEnd) => inner.watch(directory, onChange, onEnd),
  };
}
