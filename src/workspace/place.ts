import type { Stats } from 'node:fs';
import { mkdir, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { Directory } from './directory.ts';
import { isProtected } from './protectedPaths.ts';
import { outside, parsePath, shown } from './relativePath.ts';
import { fromSystemError, systemCode, WorkspaceError } from './workspaceError.ts';

const MAX_LINKS = 20;

export interface LocateOptions {
  /** Makes the folders above the last component; they are removed again by `undo`. */
  readonly makeFolders?: boolean;
  /** Whether a link as last component leads on (default) or is itself what is meant. */
  readonly followLast?: boolean;
}

/** Where a path leads, held open until `close`. Nothing outside the root can be reached through it. */
export interface Place {
  /** The path below the root with `/`, links resolved. */
  readonly path: string;
  /** Whether the path as named or as resolved is protected. */
  readonly isProtected: boolean;
  /** The folder that holds it; the last one that exists while `missing` folders are not made. */
  readonly folder: Directory;
  /** The last component, within `folder` when nothing is missing. Empty for the root itself. */
  readonly name: string;
  /** Folders above the last component that do not exist. */
  readonly missing: readonly string[];
  /** What is there, a last link not followed; `undefined` when there is nothing. */
  readonly stats: Stats | undefined;
  /** Removes the folders that were made for it, as long as they are empty. */
  undo(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Finds where `requested` leads below `root` (absolute, real), one component after the other, each opened without following
 * links; a link is read and walked like any other path, so that it cannot lead out. Rejects with `outside`, `invalid_path`,
 * `not_a_folder` or a storage error.
 */
export async function locate(root: string, requested: string, options: LocateOptions = {}): Promise<Place> {
  const components = parsePath(root, requested);
  const walk = await Walk.start(root, requested, options);
  try {
    return await walk.to(components);
  } catch (error) {
    await walk.close();
    throw fromSystemError(error, `use ${shown(requested)}`);
  }
}

class Walk {
  readonly #root: string;
  readonly #requested: string;
  readonly #options: LocateOptions;
  readonly #open: Directory[];
  readonly #names: string[] = [];
  readonly #made: { readonly folder: Directory; readonly name: string }[] = [];
  readonly #closing: Directory[] = [];

  private constructor(root: string, requested: string, options: LocateOptions, directory: Directory) {
    this.#root = root;
    this.#requested = requested;
    this.#options = options;
    this.#open = [directory];
  }

  static async start(root: string, requested: string, options: LocateOptions): Promise<Walk> {
    try {
      return new Walk(root, requested, options, await Directory.open(root));
    } catch (error) {
      throw fromSystemError(error, `open the working directory ${shown(root)}`);
    }
  }

  async to(components: readonly string[]): Promise<Place> {
    let pending = [...components];
    let links = 0;
    for (let name = pending.shift(); name !== undefined; name = pending.shift()) {
      if (name === '..') {
        this.#leave();
        continue;
      }
      const isLast = pending.length === 0;
      const stats = await this.#folder.look(name);
      if (stats?.isSymbolicLink() === true && (!isLast || this.#options.followLast !== false)) {
        if (++links > MAX_LINKS) throw outside(this.#requested, 'its links lead in a circle');
        pending = [...this.#resolve(await this.#folder.readLink(name)), ...pending];
        continue;
      }
      if (isLast) return this.#place(components, name, [], stats);
      if (stats === undefined && this.#options.makeFolders !== true) {
        if (pending.includes('..')) throw outside(this.#requested, 'a link in it leads nowhere');
        const last = pending.pop() ?? '';
        return this.#place(components, last, [name, ...pending], undefined);
      }
      if (stats !== undefined && !stats.isDirectory()) throw this.#notAFolder([...this.#names, name]);
      if (stats === undefined) await this.#make(name);
      await this.#enter(name);
    }
    return this.#place(components, '', [], await this.#folder.look('.'));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open, ...this.#closing].map(directory => directory.close()));
  }

  get #folder(): Directory {
    const folder = this.#open.at(-1);
    if (folder === undefined) throw outside(this.#requested, 'a link in it leads elsewhere');
    return folder;
  }

  #leave(): void {
    if (this.#open.length === 1) throw outside(this.#requested, 'a link in it leads elsewhere');
    const left = this.#open.pop();
    if (left !== undefined) this.#closing.push(left);
    this.#names.pop();
  }

  /** The components that a link stands for, from the folder that holds it, or from the root. */
  #resolve(target: string): string[] {
    if (!path.isAbsolute(target)) return target.split(path.sep).filter(name => name !== '' && name !== '.');
    const relative = path.relative(this.#root, target);
    if (relative.split(path.sep)[0] === '..' || path.isAbsolute(relative)) {
      throw outside(this.#requested, 'a link in it leads elsewhere');
    }
    this.#closing.push(...this.#open.splice(1));
    this.#names.length = 0;
    return relative.split(path.sep).filter(name => name !== '');
  }

  async #make(name: string): Promise<void> {
    try {
      await mkdir(this.#folder.at(name));
      this.#made.push({ folder: this.#folder, name });
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
  }

  async #enter(name: string): Promise<void> {
    this.#open.push(await this.#folder.enter(name));
    this.#names.push(name);
  }

  #notAFolder(names: readonly string[]): WorkspaceError {
    return new WorkspaceError(
      'not_a_folder',
      `Cannot use ${shown(this.#requested)}: ${shown(names.join('/'))} is not a folder. Nothing was changed. Check the path.`,
    );
  }

  #place(
    requested: readonly string[],
    name: string,
    missing: readonly string[],
    stats: Stats | undefined,
  ): Place {
    const names = [...this.#names, ...missing, ...(name === '' ? [] : [name])];
    return {
      path: names.join('/'),
      isProtected: isProtected(requested) || isProtected(names),
      folder: this.#folder,
      name,
      missing,
      stats,
      undo: async () => {
        for (const made of this.#made.reverse())
          await rmdir(made.folder.at(made.name)).catch(() => undefined);
      },
      close: () => this.close(),
    };
  }
}

/** Refuses what is not there. */
export function missing(path: string): WorkspaceError {
  return new WorkspaceError(
    'not_found',
    `There is no file ${shown(path)}. Nothing was changed. Check the path.`,
  );
}

/** Refuses a name that is taken. */
export function taken(path: string): WorkspaceError {
  return new WorkspaceError(
    'file_exists',
    `${shown(path)} exists already and is not overwritten. Nothing was changed. Choose another name, or delete it first.`,
  );
}

/** What somebody else changed between the look and the act. */
export function changedMeanwhile(path: string): WorkspaceError {
  return new WorkspaceError(
    'changed_meanwhile',
    `${shown(path)} was changed by somebody else at the same moment. Nothing was changed by this step. Look at it, then retry.`,
  );
}
