import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { invalidInput, isSessionError, messageOf, SessionError } from '../../core/errors.ts';
import { type AgentTask, recordedCheckpoints } from '../../core/task.ts';
import { BUNDLE_FIRST_LINE, type BundledCheckpoint } from './bundleHeader.ts';
import { CheckpointFolder } from './checkpointFolder.ts';
import { CheckpointGit } from './checkpointGit.ts';

/** What the checkpoints of one session may be at most, packed, in bytes: that of an honest one fits, a bomb does not. */
export const MAX_BUNDLE = 2 * 1024 ** 3;

const TASK = /^task-[0-9a-f]{8}-[0-9a-f]{8}$/;
const ID = /^[0-9a-f]{40}$/;
const MOMENTS = ['before', 'after'] as const;

/** The checkpoints of some tasks as one git bundle. */
export interface CheckpointBundle {
  /** Of how many tasks. */
  readonly tasks: number;
  /** Rejects with `storage_failed`, or `invalid_input` when it is too large to be taken in again. */
  content(): AsyncIterable<Buffer>;
}

type CapturedTask = Pick<AgentTask, 'id' | 'checkpoint' | 'checkpointAfter' | 'copyOf'>;

/**
 * Packs what is still kept of these tasks; `undefined` when there is nothing. The copies of a fork have the checkpoints of the
 * tasks that were copied, under their own names: elsewhere nobody may have those tasks. `root` is absolute and real. Reads our
 * own store only, and writes nothing.
 */
export async function bundleCheckpoints(
  root: string,
  tasks: readonly CapturedTask[],
): Promise<CheckpointBundle | undefined> {
  const store = new CheckpointFolder(root, null);
  const isFork = tasks.some(({ copyOf }) => copyOf?.checkpoint !== undefined);
  const held = isFork ? await allKept(store) : new Set<string>();
  const kept: BundledCheckpoint[] = [];
  for (const task of tasks) kept.push(...(await keptOf(store, task, held)));
  if (kept.length === 0) return undefined;
  await store.requireReadable();
  const git = new CheckpointGit(store.path);
  return { tasks: new Set(kept.map(({ taskId }) => taskId)).size, content: () => bounded(git, kept) };
}

/** The checkpoints of a task that are kept, and are what its records say. */
async function keptOf(
  store: CheckpointFolder,
  task: CapturedTask,
  held: ReadonlySet<string>,
): Promise<BundledCheckpoint[]> {
  if (!TASK.test(task.id)) return [];
  const recorded = recordedCheckpoints(task);
  const kept: BundledCheckpoint[] = [];
  for (const moment of MOMENTS) {
    const id = recorded[moment];
    if (id === null || !ID.test(id)) continue;
    const isKept =
      (await referenced(store, task.id, moment)) === id || (task.copyOf !== undefined && held.has(id));
    if (isKept) kept.push({ taskId: task.id, moment, id });
  }
  return kept;
}

/** Every checkpoint that is kept around a task, whichever. */
async function allKept(store: CheckpointFolder): Promise<ReadonlySet<string>> {
  const tasks = await readdir(path.join(store.path, 'refs', 'tasks')).catch(() => []);
  const found = new Set<string>();
  for (const taskId of tasks)
    for (const moment of MOMENTS) {
      const id = await referenced(store, taskId, moment);
      if (id !== undefined) found.add(id);
    }
  return found;
}

async function referenced(
  store: CheckpointFolder,
  taskId: string,
  moment: BundledCheckpoint['moment'],
): Promise<string | undefined> {
  const file = path.join(store.path, 'refs', 'tasks', taskId, moment);
  return (await readFile(file, 'utf8').catch(() => undefined))?.trim();
}

/** What `git bundle create` writes; that one knows no names but those that the store has. */
async function* bounded(git: CheckpointGit, kept: readonly BundledCheckpoint[]): AsyncGenerator<Buffer> {
  const names = kept.map(({ taskId, moment, id }) => `${id} refs/tasks/${taskId}/${moment}\n`);
  const head = Buffer.from(`${BUNDLE_FIRST_LINE}${names.join('')}\n`);
  let bytes = head.length;
  try {
    yield head;
    // Large files are copied as they are.
    const settings = [['core.bigFileThreshold', '16m']] as const;
    const input = [...new Set(kept.map(({ id }) => `${id}\n`))].join('');
    const args = ['pack-objects', '--revs', '--stdout', '--delta-base-offset', '--quiet'];
    for await (const part of git.stream(args, { input, settings })) {
      bytes += part.length;
      if (bytes > MAX_BUNDLE)
        throw invalidInput(
          'checkpoints',
          'The checkpoints take more than 2 GB. Nothing of the export was kept. Export without them.',
        );
      yield part;
    }
  } catch (error) {
    if (isSessionError(error)) throw error;
    throw new SessionError(
      'storage_failed',
      `The checkpoints cannot be read: ${messageOf(error)}. Nothing of the export was kept. Export again, or without them.`,
      { cause: error },
    );
  }
}
