import { constants, existsSync, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, readlink } from 'node:fs/promises';
import path from 'node:path';

const FOLDER_FLAGS = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
// Linux reaches a file relative to an open folder through this: what others rename or link meanwhile does not matter.
const DESCRIPTORS = '/proc/self/fd';
const isAnchored = process.platform === 'linux' && existsSync(DESCRIPTORS);

/**
 * An open folder. On Linux every access goes through its descriptor, so that replacing a folder by a link between two steps
 * leads nowhere; elsewhere it goes by path, and `open` checks that what it opened is what it looked at.
 */
export class Directory {
  readonly #handle: FileHandle | undefined;
  readonly #path: string;

  private constructor(handle: FileHandle | undefined, folder: string) {
    this.#handle = handle;
    this.#path = folder;
  }

  /** Opens a folder by its real path. Rejects with a system error. */
  static async open(folder: string): Promise<Directory> {
    return isAnchored
      ? new Directory(await open(folder, FOLDER_FLAGS), folder)
      : Directory.#openByPath(folder);
  }

  /** A path that the operating system resolves to `name` in this folder. `name` is one component. */
  at(name: string): string {
    return this.#handle === undefined
      ? path.join(this.#path, name)
      : `${DESCRIPTORS}/${this.#handle.fd}/${name}`;
  }

  /** The folder itself, for listing it. */
  get self(): string {
    return this.#handle === undefined ? this.#path : `${DESCRIPTORS}/${this.#handle.fd}/.`;
  }

  /** What `name` is, a link not followed; `undefined` when there is nothing. */
  async look(name: string): Promise<Stats | undefined> {
    try {
      return await lstat(this.at(name));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Opens the folder `name` in this one, never through a link. */
  async enter(name: string): Promise<Directory> {
    const child = path.join(this.#path, name);
    if (this.#handle === undefined) return Directory.#openByPath(child);
    return new Directory(await open(this.at(name), FOLDER_FLAGS), child);
  }

  readLink(name: string): Promise<string> {
    return readlink(this.at(name));
  }

  /** Makes renames and new names in this folder durable, where the system can. */
  async sync(): Promise<void> {
    await this.#handle?.sync().catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.#handle?.close().catch(() => undefined);
  }

  static async #openByPath(folder: string): Promise<Directory> {
    const stats = await lstat(folder);
    if (stats.isDirectory()) return new Directory(undefined, folder);
    throw Object.assign(new Error('not a folder'), { code: stats.isSymbolicLink() ? 'ELOOP' : 'ENOTDIR' });
  }
}
