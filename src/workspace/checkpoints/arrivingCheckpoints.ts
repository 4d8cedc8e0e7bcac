import { createReadStream } from 'node:fs';
import { link, lstat, mkdir, open, readdir, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isSessionError, messageOf, SessionError } from '../../core/errors.ts';
import type { SessionState } from '../../core/state.ts';
import { recordedCheckpoints } from '../../core/task.ts';
import { systemCode } from '../workspaceError.ts';
import { badBundle } from './badBundle.ts';
import { MAX_BUNDLE } from './bundleCheckpoints.ts';
import { type BundledCheckpoint, type BundleHeader, readBundleHeader } from './bundleHeader.ts';
import { checkpointError } from './checkpointError.ts';
import { CheckpointFolder } from './checkpointFolder.ts';
import { CheckpointGit, DURABLE, GitFailure } from './checkpointGit.ts';
import { TreeCheck } from './treeCheck.ts';

/** The most that git may ask memory for at once: a few bytes of a pack can claim to be gigabytes. */
const MEMORY = '600m';

/**
 * Checkpoints that were made elsewhere, on their way into the store. They wait in a store of their own, where git checks every
 * object, and are judged before anything of them is kept. `discard` removes what is still on its way.
 */
export class ArrivingCheckpoints {
  readonly #store: CheckpointFolder;
  readonly #folder: string;
  readonly #git: CheckpointGit;
  /** References that were made here. */
  readonly #made: string[] = [];
  #checkpoints: readonly BundledCheckpoint[] = [];

  private constructor(store: CheckpointFolder) {
    this.#store = store;
    this.#folder = store.temporary('arriving');
    this.#git = new CheckpointGit(this.#folder);
  }

  /** Takes a bundle aside and judges it. `bad_archive` when it is not what `bundleCheckpoints` makes; then nothing is kept. */
  static async receive(root: string, content: AsyncIterable<Uint8Array>): Promise<ArrivingCheckpoints> {
    const store = new CheckpointFolder(root, null);
    try {
      await store.ensure();
      const arriving = new ArrivingCheckpoints(store);
      try {
        await arriving.#judge(content);
        return arriving;
      } catch (error) {
        await arriving.discard();
        throw error;
      }
    } catch (error) {
      throw problemOf(error, store);
    }
  }

  /**
   * Puts them where captures are, for the tasks of a session whose records name exactly them. Rejects with `bad_archive`, with
   * `conflict` where a task of that name has others here, or with a storage error; then no checkpoint is kept. Resolves with
   * of how many tasks they are.
   */
  async keep({ metadata, tasks }: SessionState): Promise<number> {
    for (const { taskId, moment, id } of this.#checkpoints) {
      const task = tasks.get(taskId);
      const recorded = task && recordedCheckpoints(task);
      if (recorded?.[moment] !== id || !taskId.startsWith(`task-${metadata.sessionId.slice(0, 8)}-`))
        throw badBundle(`are not those of the session's records: ${taskId}, ${moment}`);
    }
    try {
      await this.#moveIn();
      for (const checkpoint of this.#checkpoints) await this.#refer(checkpoint);
    } catch (error) {
      await this.withdraw();
      throw problemOf(error, this.#store);
    }
    return new Set(this.#checkpoints.map(({ taskId }) => taskId)).size;
  }

  /** Lets go of what was kept. Contents stay until they are pruned: a capture may rely on them by now. Never rejects. */
  async withdraw(): Promise<void> {
    for (const file of this.#made.splice(0)) await unlink(file).catch(() => undefined);
  }

  /** Never rejects: what cannot be removed is a temporary file like any other. */
  async discard(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true }).catch(() => undefined);
  }

  async #judge(content: AsyncIterable<Uint8Array>): Promise<void> {
    await mkdir(path.join(this.#folder, 'objects'), { recursive: true, mode: 0o700 });
    await mkdir(path.join(this.#folder, 'refs'));
    await writeFile(path.join(this.#folder, 'HEAD'), 'ref: refs/heads/none\n');
    const bundle = path.join(this.#folder, 'bundle');
    await writeBounded(bundle, content);
    const header = await readBundleHeader(bundle);
    await this.#unpack(bundle, header);
    if ((await this.#packedBytes()) !== (await lstat(bundle)).size - header.packAt)
      throw badBundle('go on after their end');
    await rm(bundle);
    const check = await TreeCheck.of(this.#git);
    for (const id of new Set(header.checkpoints.map(checkpoint => checkpoint.id)))
      await check.requireCheckpoint(id);
    this.#checkpoints = header.checkpoints;
  }

  /** Git judges every object and whether any is missing; `transfer.fsckObjects` is heeded here by newer versions only. */
  async #unpack(bundle: string, { packAt }: BundleHeader): Promise<void> {
    const settings = [
      ...DURABLE,
      ['transfer.fsckObjects', 'true'],
      ['core.bigFileThreshold', '16m'],
    ] as const;
    try {
      await this.#git.run(['bundle', 'verify', '--quiet', bundle], { settings });
      await this.#git.run(
        ['index-pack', '--stdin', '--strict', '--fsck-objects', `--max-input-size=${MAX_BUNDLE}`],
        { input: createReadStream(bundle, { start: packAt }), settings, memory: MEMORY },
      );
    } catch (error) {
      if (error instanceof GitFailure) throw badBundle(`are refused by git (${error.message})`, error);
      throw error;
    }
  }

  async #packedBytes(): Promise<number> {
    const folder = path.join(this.#folder, 'objects', 'pack');
    const [name = ''] = (await readdir(folder)).filter(one => one.endsWith('.pack'));
    return (await lstat(path.join(folder, name))).size;
  }

  /** The index of a pack comes last: git looks for packs by it. */
  async #moveIn(): Promise<void> {
    const from = path.join(this.#folder, 'objects', 'pack');
    const to = path.join(this.#store.path, 'objects', 'pack');
    const names = (await readdir(from)).filter(name => name.startsWith('pack-'));
    for (const name of [
      ...names.filter(one => !one.endsWith('.idx')),
      ...names.filter(one => one.endsWith('.idx')),
    ])
      if (!(await isThere(path.join(to, name)))) await rename(path.join(from, name), path.join(to, name));
    await syncFolder(to);
  }

  /** Makes a reference, and leaves one that is there as it is. */
  async #refer({ taskId, moment, id }: BundledCheckpoint): Promise<void> {
    const folder = path.join(this.#store.path, 'refs', 'tasks', taskId);
    const file = path.join(folder, moment);
    const draft = path.join(this.#folder, 'reference');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (!(await lstat(folder)).isDirectory()) throw badBundle(`have no place here: ${taskId} is taken`);
    await writeFile(draft, `${id}\n`, { mode: 0o600, flush: true });
    try {
      await link(draft, file);
      this.#made.push(file);
      await syncFolder(folder);
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
      if ((await readFile(file, 'utf8')).trim() === id) return;
      const what = `Task ${taskId} has other checkpoints here. Nothing was changed.`;
      throw new SessionError('conflict', what, { file });
    } finally {
      await rm(draft, { force: true });
    }
  }
}

async function writeBounded(file: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    let bytes = 0;
    for await (const piece of content) {
      bytes += piece.length;
      if (bytes > MAX_BUNDLE) throw badBundle('are larger than 2 GB');
      await handle.writeFile(piece);
    }
  } finally {
    await handle.close();
  }
}

async function isThere(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    () => false,
  );
}

/** Makes names durable; where folders cannot be synced they are so by themselves. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

function problemOf(error: unknown, store: CheckpointFolder): SessionError {
  if (isSessionError(error) && error.code === 'no_checkpoint')
    return badBundle(`cannot be checked (${messageOf(error).replace(/\.$/, '')})`, error);
  return checkpointError(error, store.path);
}
