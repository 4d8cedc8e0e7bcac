import { SessionError } from '../core/errors.ts';
import { errorCode, type FileStat, type FileSystem } from './fileSystem.ts';
import { problemOf } from './regularFile.ts';
import type { StorePaths } from './storePaths.ts';

export interface StoreFolderOptions {
  readonly files: FileSystem;
  readonly paths: StorePaths;
  /** Whether nothing may be written right now, because the folder is not trusted. */
  readonly readOnly: () => boolean;
  /** Whether the user shares the sessions with others through version control. */
  readonly shared: () => boolean;
}

/** The folder `.coding-agent`: made on the first write, and never reached through a link. */
export class StoreFolder {
  readonly #options: StoreFolderOptions;
  readonly #durable = new Set<string>();

  constructor(options: StoreFolderOptions) {
    this.#options = options;
  }

  /** Rejects writing while the folder is not trusted. */
  requireWritable(): void {
    if (!this.#options.readOnly()) return;
    throw new SessionError(
      'not_trusted',
      'This folder is not trusted, so nothing is written in it. Trust the folder, then try again.',
    );
  }

  get readOnly(): boolean {
    return this.#options.readOnly();
  }

  /** The folder of the sessions as it is now; `undefined` when there is none. Refuses as `exists` does. */
  sessionsFolder(): FileStat | undefined {
    const { paths } = this.#options;
    return this.#folderAt(paths.folder) && this.#folderAt(paths.sessions);
  }

  /** Whether there is a folder to read; refuses links and anything else that only looks like one. */
  exists(directory = this.#options.paths.sessions): boolean {
    const { paths } = this.#options;
    return [paths.folder, directory].every(path => this.#folderAt(path) !== undefined);
  }

  /** Whether this process saw it made, durably. */
  isEnsured(directory: string): boolean {
    return this.#durable.has(directory);
  }

  /** Makes what is missing, durably: names that another process made may not be on disk yet. */
  async ensure(directory: string): Promise<void> {
    if (this.isEnsured(directory)) return;
    const { files, paths } = this.#options;
    if (!this.exists(directory)) {
      files.mkdir(paths.folder);
      files.mkdir(directory);
      if (!this.exists(directory)) throw new SessionError('storage_failed', `${directory} cannot be made.`);
      this.#writeGitignore();
    }
    await files.syncDirectory(paths.root);
    await files.syncDirectory(paths.folder);
    this.#durable.add(directory);
  }

  /** Somebody removed what had been there. */
  forget(): void {
    this.#durable.clear();
  }

  #writeGitignore(): void {
    const { files, paths, shared } = this.#options;
    if (shared() || files.lstat(paths.gitignore) !== undefined) return;
    try {
      const descriptor = files.open(paths.gitignore, 'create');
      files.append(descriptor, Buffer.from('*\n'));
      files.close(descriptor);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
  }

  #folderAt(path: string): FileStat | undefined {
    const stat = this.#options.files.lstat(path);
    if (stat === undefined || stat.kind === 'directory') return stat;
    const problem = stat.kind === 'symlink' ? problemOf(stat).split('.')[0] : 'It is not a folder';
    throw new SessionError(
      'storage_denied',
      `${path} cannot be used. ${problem}. Nothing was read or written.`,
    );
  }
}
