import { createHash } from 'node:crypto';
import { access, constants, copyFile, link, lstat, rename, rm, utimes } from 'node:fs/promises';
import path from 'node:path';
import type { CaptureRequest } from '../../core/checkpoints.ts';
import { SessionError } from '../../core/errors.ts';
import { ReadOnlyGit } from '../git.ts';
import { systemCode } from '../workspaceError.ts';
import { decoded, encoded, fromBytes, toBytes } from './byteName.ts';
import { type CaptureState, readState, sumOf, writeState } from './captureState.ts';
import type { CaptureScope } from './captureScope.ts';
import type { CheckpointFolder } from './checkpointFolder.ts';
import { type CheckpointGit, DURABLE, GitFailure, type GitRun } from './checkpointGit.ts';
import { lookInto } from './emptyFolders.ts';
import { foldersAbove } from './foldersAbove.ts';
import { treeContent, writeObject } from './looseObject.ts';

const MAX_FILE_BYTES = 256 * 1024 * 1024;
const MAX_CAPTURE_BYTES = 4 * 1024 * 1024 * 1024;
const MAX_FILES = 200_000;
/** From so many files on, their contents go into one pack instead of a file each. */
const PACKED_FROM = 100;
const PARALLEL = 16;
const MAX_ARGUMENTS = 500;

/** What stands beside the files in a checkpoint, as JSON. */
export interface CheckpointRecord {
  readonly v: 1;
  /** Folders without captured files, sorted. */
  readonly folders: readonly string[];
  /** Files that are too large or cannot be read, sorted. */
  readonly left: readonly string[];
}

interface Looked {
  /** Byte names. */
  readonly changed: readonly string[];
  /** Folders that hold nothing captured. */
  readonly others: readonly string[];
}

/** What is to be done with paths that differ from the index. */
interface Sorted {
  readonly updated: readonly string[];
  /** Not there, or nothing that can be captured. */
  readonly gone: readonly string[];
  readonly left: readonly string[];
  /** Whether some are folders by now. */
  readonly hasFolders: boolean;
}

/**
 * One capture of a folder. An index of our own remembers sizes and times, so that only what changed is read: where nothing changed
 * one git is started, where files changed three.
 */
export class Capture {
  readonly #git: CheckpointGit;
  readonly #store: CheckpointFolder;
  readonly #scope: CaptureScope;
  readonly #signal: AbortSignal | undefined;
  readonly #isDurable: boolean;
  readonly #name: string;
  readonly #index: string;

  constructor(
    git: CheckpointGit,
    store: CheckpointFolder,
    scope: CaptureScope,
    { signal, durable = false }: Pick<CaptureRequest, 'signal' | 'durable'>,
  ) {
    this.#git = git;
    this.#store = store;
    this.#scope = scope;
    this.#signal = signal;
    this.#isDurable = durable;
    this.#name = `index-${createHash('sha256').update(scope.folder).digest('hex').slice(0, 16)}`;
    this.#index = store.temporary('index');
  }

  /** Resolves with the checkpoint's id. `anew` trusts nothing that earlier captures left, and leaves out what cannot be read. */
  async take(anew: boolean): Promise<string> {
    try {
      if (!anew) await this.#borrowIndex();
      return await this.#take(anew);
    } finally {
      await rm(this.#index, { force: true });
    }
  }

  async #take(anew: boolean): Promise<string> {
    const last = await readState(this.#store, this.#name, this.#index);
    const [{ changed, others }, userIndex] = await Promise.all([this.#look(), this.#userIndexStamp()]);
    const isKnown = last?.userIndex === userIndex;
    const kept = isKnown ? last.kept : await this.#keptByUser();
    const back = isKnown ? await this.#present(last.missing) : kept;
    const added = await this.#filesInside(others);
    const sorted = await this.#sort([...new Set([...changed, ...added, ...back])], anew);
    const isSame = isKnown && sorted.updated.length + sorted.gone.length === 0;
    if (!isSame) await this.#update(sorted);
    // What is in a folder that took a file's place shows once the file is forgotten.
    if (sorted.hasFolders) await this.#update(await this.#sort(await this.#newFiles(), anew));
    const isStale = added.length > 0 || sorted.hasFolders || (await this.#someEmptied(sorted.gone));
    const [tree, empty] = await Promise.all([
      isSame ? last.tree : this.#writeTree(),
      isStale ? this.#look().then(again => again.others) : others,
    ]);
    const record = await this.#record(empty, sorted.left);
    if (isSame && record === last.record) return last.checkpoint;
    const absent = new Set([...sorted.gone, ...sorted.left]);
    const missing = isKnown
      ? kept.filter(name => absent.has(name) || (last.missing.includes(name) && !back.includes(name)))
      : kept.filter(name => absent.has(name));
    return this.#keep({ tree, record, userIndex, kept, missing });
  }

  /**
   * A second name of the shared index: what others do to it meanwhile does not matter. Git tells by the index's own time which
   * files may have changed since, so a copy must not look newer.
   */
  async #borrowIndex(): Promise<void> {
    const shared = path.join(this.#store.path, this.#name);
    await link(shared, this.#index).catch(async (error: unknown) => {
      if (systemCode(error) === 'ENOENT') return;
      const { mtimeMs } = await lstat(shared);
      await copyFile(shared, this.#index);
      const before = Math.floor(mtimeMs / 1000) - 1;
      await utimes(this.#index, before, before);
    });
  }

  async #look(): Promise<Looked> {
    const listed = await this.#list(['-t', '--others', '--modified', '--deleted', '--directory']);
    const names = fromBytes(listed);
    const folders = names.filter(name => name.endsWith('/')).map(name => name.slice(2, -1));
    const files = names.filter(name => !name.endsWith('/')).map(name => name.slice(2));
    return { changed: files, others: folders };
  }

  #list(what: readonly string[], paths: readonly string[] = []): Promise<Buffer> {
    const { weak, strong } = this.#scope.excludes;
    return this.#run([
      ...[
        'ls-files',
        '-z',
        ...what,
        '--exclude=.coding-agent',
        ...weak.map(file => `--exclude-from=${file}`),
      ],
      ...['--exclude-standard', ...strong.map(file => `--exclude-from=${file}`)],
      ...['--', ...paths],
    ]);
  }

  async #newFiles(): Promise<readonly string[]> {
    const { changed, others } = await this.#look();
    return [...changed, ...(await this.#filesInside(others))];
  }

  /** Files in folders of which nothing is captured yet. */
  async #filesInside(folders: readonly string[]): Promise<readonly string[]> {
    const filled: string[] = [];
    for (const name of folders) {
      if ((await lookInto(this.#scope.folder, name, true)).hasFiles) filled.push(name);
    }
    if (filled.length === 0) return [];
    // Arguments are text: a name that is none has the whole folder listed.
    const texts = filled.map(decoded);
    const isNamed = filled.length <= MAX_ARGUMENTS && !texts.includes(undefined);
    const listed = await this.#list(['--others'], isNamed ? texts.map(text => `${text ?? ''}/`) : ['.']);
    return fromBytes(listed).filter(name => !name.endsWith('/'));
  }

  async #sort(names: readonly string[], careful: boolean): Promise<Sorted> {
    if (names.length > MAX_FILES) throw tooLarge(`more than ${MAX_FILES} files changed`);
    const updated: string[] = [];
    const gone: string[] = [];
    const left: string[] = [];
    let bytes = 0;
    let hasFolders = false;
    const pending = [...names];
    const work = async (): Promise<void> => {
      for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
        const target = this.#pathOf(name);
        const stats = await lstat(target).catch(() => undefined);
        hasFolders ||= stats?.isDirectory() === true;
        if (stats === undefined || !(stats.isFile() || stats.isSymbolicLink())) gone.push(name);
        else if (stats.size > MAX_FILE_BYTES || (careful && stats.isFile() && !(await isReadable(target))))
          left.push(name);
        else {
          bytes += stats.size;
          updated.push(name);
        }
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
    if (bytes > MAX_CAPTURE_BYTES) throw tooLarge('more than 4 GB changed');
    // Where a folder became a link, what git still sees behind it is not there any more.
    const taken = new Set(updated);
    const [behind, real] = partition(updated, name => foldersAbove(name).some(above => taken.has(above)));
    return { updated: real, gone: [...gone, ...behind], left, hasFolders };
  }

  async #update({ updated, gone, left }: Sorted): Promise<void> {
    const removed = [...gone, ...left];
    if (removed.length > 0)
      await this.#run(['update-index', '-z', '--force-remove', '--stdin'], { input: joined(removed) });
    if (updated.length === 0) return;
    const settings = updated.length < PACKED_FROM ? [] : ([['core.bigFileThreshold', '1']] as const);
    await this.#run(['update-index', '-z', '--add', '--remove', '--replace', '--stdin'], {
      input: joined(updated),
      settings,
    });
  }

  async #writeTree(): Promise<string> {
    const prefix = path.relative(this.#scope.worktree, this.#scope.folder).split(path.sep).join('/');
    try {
      const written = await this.#run(['write-tree', ...(prefix === '' ? [] : [`--prefix=${prefix}/`])]);
      return written.toString().trim();
    } catch (error) {
      if (!(error instanceof GitFailure) || !/prefix .* not found/.test(error.message)) throw error;
      return writeObject(this.#store, 'tree', new Uint8Array());
    }
  }

  /** Whether a folder may have lost its last file: then it counts as a folder of its own. */
  async #someEmptied(gone: readonly string[]): Promise<boolean> {
    const folders = new Set(gone.flatMap(foldersAbove));
    for (const name of folders) {
      const { folders: found, hasFiles } = await lookInto(this.#scope.folder, name, true);
      if (found.length > 0 && !hasFiles) {
        const stats = await lstat(this.#pathOf(name)).catch(() => undefined);
        if (stats?.isDirectory() === true) return true;
      }
    }
    return false;
  }

  async #record(others: readonly string[], left: readonly string[]): Promise<string> {
    const folders: string[] = [];
    for (const name of others) {
      const found = await lookInto(this.#scope.folder, name, false);
      folders.push(...found.folders);
    }
    const texts = (names: readonly string[]): string[] =>
      names
        .map(decoded)
        .filter(name => name !== undefined)
        .sort();
    return JSON.stringify({ v: 1, folders: texts(folders), left: texts(left) } satisfies CheckpointRecord);
  }

  /** Puts the checkpoint together and lets later captures go on from here. */
  async #keep(found: Omit<CaptureState, 'sum' | 'checkpoint'>): Promise<string> {
    const record = await writeObject(this.#store, 'blob', Buffer.from(found.record), this.#isDurable);
    const checkpoint = await writeObject(
      this.#store,
      'tree',
      treeContent([
        ['40000', 'files', found.tree],
        ['100644', 'record', record],
      ]),
      this.#isDurable,
    );
    const sum = await sumOf(this.#index).catch(() => undefined);
    if (sum !== undefined) {
      // What the index refers to must stay, whatever is pruned.
      await this.#store.write(path.join('refs', 'folders', this.#name), `${checkpoint}\n`);
      await writeState(this.#store, this.#name, { ...found, sum, checkpoint });
      await rename(this.#index, path.join(this.#store.path, this.#name));
    }
    return checkpoint;
  }

  async #userIndexStamp(): Promise<string> {
    if (this.#scope.userIndex === undefined) return '';
    const stats = await lstat(this.#scope.userIndex, { bigint: true }).catch(() => undefined);
    return stats === undefined ? '' : [stats.mtimeNs, stats.size, stats.ino].join(' ');
  }

  async #keptByUser(): Promise<readonly string[]> {
    if (this.#scope.userIndex === undefined) return [];
    const git = new ReadOnlyGit(this.#scope.folder, this.#signal);
    const answer = await git.run('ls-files', '-z', '--cached', '--ignored', '--exclude-standard');
    if (answer.exitCode !== 0) return [];
    const names = answer.stdout.split('\0').filter(name => name !== '' && !name.includes('\ufffd'));
    return names.filter(name => !name.split('/').includes('.coding-agent')).map(encoded);
  }

  async #present(names: readonly string[]): Promise<readonly string[]> {
    const found: string[] = [];
    for (const name of names) {
      if ((await lstat(this.#pathOf(name)).catch(() => undefined)) !== undefined) found.push(name);
    }
    return found;
  }

  #pathOf(name: string): Buffer {
    return Buffer.concat([Buffer.from(`${this.#scope.folder}/`), toBytes(name)]);
  }

  #run(args: readonly string[], options: GitRun = {}): Promise<Buffer> {
    const { folder, worktree } = this.#scope;
    return this.#git.run(args, {
      ...{ folder, worktree, index: this.#index, signal: this.#signal, ...options },
      settings: [...(options.settings ?? []), ...(this.#isDurable ? DURABLE : [])],
    });
  }
}

function partition(names: readonly string[], test: (name: string) => boolean): [string[], string[]] {
  return [names.filter(test), names.filter(name => !test(name))];
}

function joined(names: readonly string[]): Buffer {
  return Buffer.concat(names.map(name => toBytes(`${name}\0`)));
}

async function isReadable(target: Buffer): Promise<boolean> {
  return access(target, constants.R_OK).then(
    () => true,
    () => false,
  );
}

function tooLarge(why: string): SessionError {
  return new SessionError(
    'no_checkpoint',
    `The workspace is too large to capture: ${why} at once. Tasks run, and cannot be undone. Let .gitignore leave out what is not yours.`,
  );
}
