import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { invalidInput, isSessionError, messageOf, SessionError } from '../../core/errors.ts';
import type { AgentTask } from '../../core/task.ts';
import { CheckpointFolder } from './checkpointFolder.ts';
import { CheckpointGit } from './checkpointGit.ts';

/** What the checkpoints of one session may be at most, packed, in bytes: that of an honest one fits, a bomb does not. */
export const MAX_BUNDLE = 2 * 1024 ** 3;

/** The checkpoints of some tasks as one git bundle. */
export interface CheckpointBundle {
  /** Of how many tasks. */
  readonly tasks: number;
  /** Rejects with `storage_failed`, or `invalid_input` when it is too large to be taken in again. */
  content(): AsyncIterable<Buffer>;
}

type CapturedTask = Pick<AgentTask, 'id' | 'checkpoint' | 'checkpointAfter'>;

/**
 * Packs what is still kept of these tasks; `undefined` when there is nothing. `root` is absolute and real. Reads our own store
 * only, and writes nothing.
 */
export async function bundleCheckpoints(
  root: string,
  tasks: readonly CapturedTask[],
): Promise<CheckpointBundle | undefined> {
  const store = new CheckpointFolder(root, null);
  const kept: string[] = [];
  let count = 0;
  for (const task of tasks) {
    const names = await keptOf(store, task);
    kept.push(...names);
    if (names.length > 0) count++;
  }
  if (kept.length === 0) return undefined;
  await store.requireReadable();
  const git = new CheckpointGit(store.path);
  return { tasks: count, content: () => bounded(git, kept) };
}

/** The references of a task that are what its records say. */
async function keptOf(store: CheckpointFolder, task: CapturedTask): Promise<string[]> {
  if (!/^task-[0-9a-f]{8}-[0-9a-f]{8}$/.test(task.id)) return [];
  const recorded = [
    ['before', task.checkpoint],
    ['after', task.checkpointAfter],
  ] as const;
  const kept: string[] = [];
  for (const [moment, id] of recorded) {
    const name = `refs/tasks/${task.id}/${moment}`;
    const text = await readFile(path.join(store.path, name), 'utf8').catch(() => undefined);
    if (text !== undefined && text.trim() === id) kept.push(name);
  }
  return kept;
}

async function* bounded(git: CheckpointGit, names: readonly string[]): AsyncGenerator<Buffer> {
  let bytes = 0;
  try {
    // A bundle of version 2 is read by every git; large files are copied as they are.
    const settings = [['core.bigFileThreshold', '16m']] as const;
    const input = names.map(name => `${name}\n`).join('');
    for await (const part of git.stream(['bundle', 'create', '-', '--stdin'], { input, settings })) {
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
