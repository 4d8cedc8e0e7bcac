import { type Disposable, toDisposable } from '../../src/core/disposable.ts';
import type { FileStat, FileSystem, OpenMode } from '../../src/store/fileSystem.ts';

export class FileSystemError extends Error {
  readonly code: string;

  constructor(code: string, path = '') {
    super(`${code}: ${path}`);
    this.code = code;
  }
}

interface FileNode {
  readonly kind: 'file' | 'symlink' | 'other';
  readonly inode: number;
  content: Buffer;
  /** What a power loss cannot take. */
  durable: Buffer;
  /** Ranges that a failed sync gave up: no later sync makes them durable. */
  lost?: readonly (readonly [from: number, to: number])[];
  mtimeMs: number;
}

interface DirectoryNode {
  readonly kind: 'directory';
  readonly inode: number;
  entries: Map<string, Node>;
  durable: Map<string, Node>;
  mtimeMs: number;
}

type Node = FileNode | DirectoryNode;

const BLOCK = 512;

/**
 * A file system in memory that knows what was made durable and what was not. `crash` gives the disk as a power loss may
 * leave it: what was synced is there, of the rest anything may be: dropped, torn, reordered, blocks of zeros.
 */
export class InMemoryFileSystem implements FileSystem {
  readonly #root: DirectoryNode;
  readonly #open = new Map<number, FileNode>();
  readonly #watchers = new Map<string, Set<(name: string | undefined) => void>>();
  #next = 1;
  #lastTime = 0;
  /** Every operation so far, for counting what a caller costs. */
  readonly calls: string[] = [];
  /** Hard links are refused, as on file systems that have none. */
  withoutLinks = false;
  /** The next `datasync` fails, and takes what it was to make durable out of the cache's care, as Linux does. */
  loseNextSync = false;

  constructor(root?: DirectoryNode) {
    this.#root = root ?? this.#makeDirectory();
  }

  get openDescriptors(): number {
    return this.#open.size;
  }

  lstat(path: string): FileStat | undefined {
    this.calls.push('stat');
    const node = this.#find(path);
    return node && toStat(node);
  }

  fstat(descriptor: number): FileStat {
    return toStat(this.#file(descriptor));
  }

  open(path: string, mode: OpenMode): number {
    this.calls.push(mode === 'read' ? 'open' : 'openToWrite');
    const [parent, name] = this.#parentOf(path);
    let node = parent.entries.get(name);
    if (mode === 'create') {
      if (node !== undefined) throw new FileSystemError('EEXIST', path);
      node = this.#makeFile('file', Buffer.alloc(0));
      this.#put(parent, name, node, path);
    }
    if (node === undefined) throw new FileSystemError('ENOENT', path);
    if (node.kind === 'symlink') throw new FileSystemError('ELOOP', path);
    if (node.kind === 'directory') throw new FileSystemError('EISDIR', path);
    const descriptor = this.#next++;
    this.#open.set(descriptor, node);
    return descriptor;
  }

  close(descriptor: number): void {
    if (!this.#open.delete(descriptor)) throw new FileSystemError('EBADF');
  }

  read(descriptor: number, buffer: Uint8Array, position: number): number {
    this.calls.push('read');
    const { content } = this.#file(descriptor);
    const chunk = content.subarray(position, position + buffer.byteLength);
    buffer.set(chunk);
    return chunk.byteLength;
  }

  append(descriptor: number, bytes: Uint8Array): number {
    this.calls.push('write');
    const file = this.#file(descriptor);
    file.content = Buffer.concat([file.content, bytes]);
    file.mtimeMs = this.#time();
    return bytes.byteLength;
  }

  async datasync(descriptor: number): Promise<void> {
    this.calls.push('sync');
    const file = this.#file(descriptor);
    // What is appended while the disk works is not covered.
    const { content } = file;
    await Promise.resolve();
    if (this.loseNextSync) {
      this.loseNextSync = false;
      file.lost = [...(file.lost ?? []), [file.durable.length, content.length]];
      throw new FileSystemError('EIO');
    }
    if (content !== file.content && content.length < file.durable.length) return;
    file.durable = file.lost === undefined ? content : withZeros(content, file.lost);
  }

  async syncDirectory(path: string): Promise<void> {
    this.calls.push('syncDirectory');
    const node = this.#find(path);
    await Promise.resolve();
    if (node?.kind !== 'directory') throw new FileSystemError('ENOENT', path);
    node.durable = new Map(node.entries);
  }

  link(existing: string, path: string): void {
    if (this.withoutLinks) throw new FileSystemError('EPERM', path);
    const node = this.#find(existing);
    if (node === undefined) throw new FileSystemError('ENOENT', existing);
    const [parent, name] = this.#parentOf(path);
    if (parent.entries.has(name)) throw new FileSystemError('EEXIST', path);
    this.#put(parent, name, node, path);
  }

  rename(from: string, to: string): void {
    const [source, oldName] = this.#parentOf(from);
    const [target, newName] = this.#parentOf(to);
    const node = source.entries.get(oldName);
    if (node === undefined) throw new FileSystemError('ENOENT', from);
    if (target.entries.get(newName)?.kind === 'directory') throw new FileSystemError('EISDIR', to);
    this.#put(target, newName, node, to);
    this.unlink(from);
  }

  unlink(path: string): void {
    const [parent, name] = this.#parentOf(path);
    if (!parent.entries.delete(name)) throw new FileSystemError('ENOENT', path);
    this.#touched(parent, path);
  }

  mkdir(path: string): boolean {
    const [parent, name] = this.#parentOf(path);
    if (parent.entries.has(name)) return false;
    this.#put(parent, name, this.#makeDirectory(), path);
    return true;
  }

  async readdir(path: string): Promise<string[]> {
    this.calls.push('readdir');
    await Promise.resolve();
    const node = this.#find(path);
    if (node?.kind !== 'directory') throw new FileSystemError('ENOENT', path);
    return [...node.entries.keys()];
  }

  watch(directory: string, onChange: (name: string | undefined) => void): Disposable {
    const watchers = this.#watchers.get(directory) ?? new Set();
    this.#watchers.set(directory, watchers.add(onChange));
    return toDisposable(() => watchers.delete(onChange));
  }

  /** What a test puts on the disk by itself, durable. */
  place(path: string, content: Buffer | string, kind: FileNode['kind'] = 'file'): void {
    const node = this.#makeFile(kind, Buffer.from(content));
    node.durable = node.content;
    const [parent, name] = this.#parentOf(path);
    this.#put(parent, name, node, path);
    parent.durable.set(name, node);
  }

  placeDirectory(path: string): void {
    const parts = path.split('/').filter(part => part !== '');
    parts.forEach((_part, index) => this.mkdir(`/${parts.slice(0, index + 1).join('/')}`));
    this.#makeDurable(this.#root);
  }

  content(path: string): Buffer {
    const node = this.#find(path);
    if (node === undefined || node.kind === 'directory') throw new FileSystemError('ENOENT', path);
    return node.content;
  }

  /** Overwrites a file in place, as an editor may: the inode stays. */
  overwrite(path: string, content: Buffer | string): void {
    const node = this.#find(path);
    if (node === undefined || node.kind === 'directory') throw new FileSystemError('ENOENT', path);
    node.content = Buffer.from(content);
    node.mtimeMs = this.#time();
  }

  list(directory: string): string[] {
    const node = this.#find(directory);
    return node?.kind === 'directory' ? [...node.entries.keys()].sort() : [];
  }

  /** The disk after a power loss now; `random` gives numbers from 0 to 1. */
  crash(random: () => number): InMemoryFileSystem {
    return new InMemoryFileSystem(crashDirectory(this.#root, random));
  }

  /** The wall clock, made to differ from change to change. */
  #time(): number {
    this.#lastTime = Math.max(Date.now(), this.#lastTime + 0.001);
    return this.#lastTime;
  }

  #find(path: string): Node | undefined {
    let node: Node | undefined = this.#root;
    for (const part of path.split('/').filter(name => name !== '')) {
      node = node?.kind === 'directory' ? node.entries.get(part) : undefined;
    }
    return node;
  }

  #parentOf(path: string): [DirectoryNode, string] {
    const end = path.lastIndexOf('/');
    const parent = this.#find(path.slice(0, end));
    if (parent?.kind !== 'directory') throw new FileSystemError('ENOENT', path);
    return [parent, path.slice(end + 1)];
  }

  #put(parent: DirectoryNode, name: string, node: Node, path: string): void {
    parent.entries.set(name, node);
    this.#touched(parent, path);
  }

  #touched(parent: DirectoryNode, path: string): void {
    parent.mtimeMs = this.#time();
    const end = path.lastIndexOf('/');
    for (const watcher of this.#watchers.get(path.slice(0, end)) ?? []) watcher(path.slice(end + 1));
  }

  #file(descriptor: number): FileNode {
    const file = this.#open.get(descriptor);
    if (file === undefined) throw new FileSystemError('EBADF');
    return file;
  }

  #makeFile(kind: FileNode['kind'], content: Buffer): FileNode {
    return { kind, inode: this.#next++, content, durable: Buffer.alloc(0), mtimeMs: this.#time() };
  }

  #makeDirectory(): DirectoryNode {
    const inode = this.#next++;
    return { kind: 'directory', inode, entries: new Map(), durable: new Map(), mtimeMs: this.#time() };
  }

  #makeDurable(directory: DirectoryNode): void {
    directory.durable = new Map(directory.entries);
    for (const node of directory.entries.values()) if (node.kind === 'directory') this.#makeDurable(node);
  }
}

function toStat(node: Node): FileStat {
  const size = node.kind === 'directory' ? 0 : node.content.length;
  return { kind: node.kind, size, mtimeMs: node.mtimeMs, device: 1, inode: node.inode };
}

function withZeros(content: Buffer, ranges: readonly (readonly [number, number])[]): Buffer {
  const copy = Buffer.from(content);
  for (const [from, to] of ranges) copy.fill(0, from, to);
  return copy;
}

function crashDirectory(directory: DirectoryNode, random: () => number): DirectoryNode {
  const names = new Set([...directory.entries.keys(), ...directory.durable.keys()]);
  const entries = new Map<string, Node>();
  for (const name of names) {
    const before = directory.durable.get(name);
    const after = directory.entries.get(name);
    const node = before === after || random() < 0.5 ? before : after;
    if (node !== undefined)
      entries.set(name, node.kind === 'directory' ? crashDirectory(node, random) : crashFile(node, random));
  }
  return { ...directory, entries, durable: new Map(entries) };
}

function crashFile(file: FileNode, random: () => number): FileNode {
  const kept = file.durable.length;
  let content = Buffer.from(file.durable);
  const pending = file.content.subarray(kept);
  if (pending.length > 0 && random() < 0.7) {
    // Blocks reach the disk in any order: the size may grow before they do.
    const survived = Buffer.from(pending.subarray(0, Math.floor(random() * (pending.length + 1))));
    for (let at = 0; at < survived.length; at += BLOCK) {
      if (random() < 0.3) survived.fill(0, at, Math.min(at + BLOCK, survived.length));
    }
    content = Buffer.concat([content, survived]);
  }
  return { ...file, content, durable: content, lost: [] };
}
