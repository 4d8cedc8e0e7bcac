import type { FileSystem } from '../../src/store/fileSystem.ts';
import { FileSystemError } from './inMemoryFileSystem.ts';

export type FaultKind = 'EIO' | 'ENOSPC' | 'EACCES' | 'EROFS' | 'EPERM' | 'EDQUOT';

export interface Fault {
  readonly code: FaultKind;
  /** The number, from 1, of the first call that fails. */
  readonly at: number;
  /** Whether every later call fails as well. */
  readonly forEver: boolean;
  /** Which operations are counted; all that change something by default. */
  readonly operations?: ReadonlySet<string>;
  /** How many bytes a failing write takes first. */
  readonly partial?: number;
}

const CHANGING = new Set([
  'open',
  'append',
  'datasync',
  'syncDirectory',
  'link',
  'rename',
  'unlink',
  'mkdir',
]);

/** A file system that fails at the n-th call. `fired` tells which calls it made fail. */
export class FaultFileSystem {
  readonly fired: string[] = [];
  fault: Fault | undefined;
  calls = 0;
  #cut = false;
  readonly files: FileSystem;

  constructor(inner: FileSystem, fault?: Fault) {
    this.fault = fault;
    this.files = {
      ...bound(inner),
      open: (path, mode) => {
        if (mode !== 'read') this.#check('open', path);
        return inner.open(path, mode);
      },
      append: (descriptor, bytes) => {
        const taken = this.fault?.partial ?? 0;
        if (this.#isDue('append') && taken > 0 && !this.#cut) {
          // As the system does it: some bytes are taken, and the attempt to write the rest fails.
          this.#cut = true;
          return inner.append(descriptor, bytes.subarray(0, Math.min(taken, bytes.length - 1)));
        }
        this.#check('append', `${descriptor}`);
        return inner.append(descriptor, bytes);
      },
      datasync: async descriptor => {
        this.#check('datasync', `${descriptor}`);
        await inner.datasync(descriptor);
      },
      syncDirectory: async path => {
        this.#check('syncDirectory', path);
        await inner.syncDirectory(path);
      },
      link: (existing, path) => {
        this.#check('link', path);
        inner.link(existing, path);
      },
      rename: (from, to) => {
        this.#check('rename', to);
        inner.rename(from, to);
      },
      unlink: path => {
        this.#check('unlink', path);
        inner.unlink(path);
      },
      mkdir: path => {
        this.#check('mkdir', path);
        return inner.mkdir(path);
      },
    };
  }

  #isDue(operation: string): boolean {
    const { fault } = this;
    if (fault === undefined || !(fault.operations ?? CHANGING).has(operation)) return false;
    return this.calls + 1 === fault.at || (this.calls + 1 > fault.at && fault.forEver);
  }

  #check(operation: string, what: string): void {
    const { fault } = this;
    const due = this.#isDue(operation);
    if ((fault?.operations ?? CHANGING).has(operation)) this.calls++;
    if (fault === undefined || !due) return;
    this.fired.push(`${operation} ${what}`);
    throw new FileSystemError(fault.code, what);
  }
}

function bound(inner: FileSystem): FileSystem {
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
