import { randomBytes } from 'node:crypto';
import { lstat, mkdir, open, readdir, readFile, rename, rm, unlink } from 'node:fs/promises';
import path from 'node:path';
import { SessionError } from '../../core/errors.ts';
import { systemCode } from '../workspaceError.ts';
import { checkpointError } from './checkpointError.ts';

/**
 * Bytes are kept as they are, whatever `.gitattributes` asks for: no line ends, no keywords, no filters. This file has the last
 * word over all others.
 */
const ATTRIBUTES = '* -text !eol !ident !filter !working-tree-encoding\n';
const CONFIG = '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n';
/** What nobody wants captured, unless their own rules say otherwise. */
const DEFAULT_EXCLUDES = ['node_modules', '.hg', '.svn', '.jj', '.venv', '__pycache__', '.DS_Store'];
const FILES: readonly (readonly [name: string, content: string])[] = [
  ['.gitignore', '*\n'],
  ['info/attributes', ATTRIBUTES],
  ['info/excludes', DEFAULT_EXCLUDES.map(name => `${name}\n`).join('')],
  ['config', CONFIG],
  ['HEAD', 'ref: refs/heads/none\n'],
];
// What would make git look elsewhere, or follow other rules.
const FOREIGN = [
  'commondir',
  'config.worktree',
  'gitdir',
  'objects/info/alternates',
  'info/grafts',
  'shallow',
];
const STALE_MS = 24 * 60 * 60 * 1000;

/** The folder `.coding-agent/checkpoints`: a git object store of our own, with files of our own beside it. */
export class CheckpointFolder {
  readonly path: string;
  /** Rules for what is left out when no other rule says anything. */
  readonly excludes: string;
  #ready: Promise<void> | undefined;

  readonly #boot: string | null;

  /** `root` is absolute and real; `boot` names the run of the machine, where it has a name. */
  constructor(root: string, boot: string | null) {
    this.#boot = boot;
    this.path = path.join(root, '.coding-agent', 'checkpoints');
    this.excludes = path.join(this.path, 'info', 'excludes');
  }

  /** Makes what is missing, and puts right what somebody else wrote: this folder may have come with a repository. */
  ensure(): Promise<void> {
    this.#ready ??= this.#prepare().catch((error: unknown) => {
      this.#ready = undefined;
      throw checkpointError(error, this.path);
    });
    return this.#ready;
  }

  /** Refuses to read what is not as `ensure` leaves it. Writes nothing. */
  async requireReadable(): Promise<void> {
    if (this.#ready !== undefined) return this.#ready;
    const isOurs =
      (await lstat(this.path).catch(() => undefined))?.isDirectory() === true &&
      (await Promise.all(FILES.map(([name, content]) => this.#holds(name, content)))).every(Boolean) &&
      (
        await Promise.all(FOREIGN.map(name => lstat(path.join(this.path, name)).catch(() => undefined)))
      ).every(stats => stats === undefined);
    if (isOurs) return;
    throw new SessionError(
      'no_checkpoint',
      `There are no checkpoints of this program in ${this.path}. Nothing was changed.`,
      { file: this.path },
    );
  }

  /** A path for a file or folder that lives for a short time. */
  temporary(name: string): string {
    return path.join(this.path, 'tmp', `${name}.${randomBytes(6).toString('hex')}`);
  }

  /** Replaces a file of ours as a whole. `name` is relative. */
  async write(name: string, content: string | Uint8Array, isDurable = false): Promise<void> {
    const temporary = this.temporary('file');
    const target = path.join(this.path, name);
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(content);
      if (isDurable) await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(temporary, target).catch(async (error: unknown) => {
      if (systemCode(error) !== 'ENOENT') throw error;
      await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
      await rename(temporary, target);
    });
  }

  async #prepare(): Promise<void> {
    for (const folder of [path.dirname(this.path), this.path]) await makeFolder(folder);
    for (const name of ['objects', 'objects/pack', 'refs', 'refs/tasks', 'info', 'tmp', 'at-work'])
      await makeFolder(path.join(this.path, name));
    for (const name of FOREIGN) await rm(path.join(this.path, name), { force: true, recursive: true });
    for (const [name, content] of FILES)
      if (!(await this.#holds(name, content))) await this.write(name, content);
    await this.#sweep();
    if (this.#boot !== null && !(await this.#holds('boot', this.#boot))) {
      await this.#dropHalfWritten();
      await this.write('boot', this.#boot);
    }
  }

  /**
   * Captures do not wait for the disk. When the machine went down meanwhile, files may be there without their content, and git
   * would take such an object for one that it has.
   */
  async #dropHalfWritten(): Promise<void> {
    const objects = path.join(this.path, 'objects');
    for (const folder of await readdir(objects)) {
      if (!/^[0-9a-f]{2}$/.test(folder)) continue;
      for (const name of await readdir(path.join(objects, folder))) {
        const file = path.join(objects, folder, name);
        if ((await lstat(file)).size === 0) await unlink(file);
      }
    }
    for (const name of await readdir(this.path))
      if (name.startsWith('index-')) await rm(path.join(this.path, name), { force: true });
  }

  async #holds(name: string, content: string): Promise<boolean> {
    const target = path.join(this.path, name);
    const stats = await lstat(target).catch(() => undefined);
    return stats?.isFile() === true && (await readFile(target, 'utf8').catch(() => '')) === content;
  }

  /** Removes what processes left that were killed. */
  async #sweep(): Promise<void> {
    const folder = path.join(this.path, 'tmp');
    for (const name of await readdir(folder)) {
      const target = path.join(folder, name);
      const stats = await lstat(target).catch(() => undefined);
      if (stats === undefined || Date.now() - stats.mtimeMs < STALE_MS) continue;
      await (stats.isDirectory() ? rm(target, { recursive: true, force: true }) : unlink(target)).catch(
        () => undefined,
      );
    }
  }
}

/** Makes a folder, and refuses a link in its place. */
async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 }).catch((error: unknown) => {
    if (systemCode(error) !== 'EEXIST') throw error;
  });
  if ((await lstat(folder)).isDirectory()) return;
  throw new SessionError(
    'storage_denied',
    `${folder} is a link or no folder, so no checkpoint is kept there. Nothing was written. Remove it, then try again.`,
    { file: folder },
  );
}
