import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { CheckpointCheck } from '../../core/checkpoints.ts';
import { messageOf } from '../../core/errors.ts';
import type { CheckpointFolder } from './checkpointFolder.ts';
import { type CheckpointGit, GitFailure } from './checkpointGit.ts';
import { leftoversIn } from './leftovers.ts';

/** Of so many tasks it is looked up whether damage concerns them, newest first. */
const MAX_EXAMINED = 100;

/** Looks through the whole store. Writes nothing. `recorded`: the tasks whose records name checkpoints that should be here. */
export async function checkStore(
  git: CheckpointGit,
  store: CheckpointFolder,
  recorded: ReadonlySet<string>,
  known: ReadonlySet<string>,
): Promise<CheckpointCheck> {
  const kept = await tasksIn(store);
  const counts = {
    unknown: kept.filter(taskId => !known.has(taskId)),
    pruned: [...recorded].filter(taskId => !kept.includes(taskId)),
    leftovers: await leftoversIn(path.join(store.path, 'tmp')),
  };
  try {
    await store.requireReadable();
    const damage = await faults(git);
    if (damage.length === 0) return { ...counts, damage: null, unchecked: null };
    const tasks = await concerned(git, kept.slice(0, MAX_EXAMINED));
    return { ...counts, damage: { faults: damage, tasks }, unchecked: null };
  } catch (error) {
    return { ...counts, damage: null, unchecked: messageOf(error) };
  }
}

/** Whether the checkpoint before a task is kept. */
export async function isKept(store: CheckpointFolder, taskId: string): Promise<boolean> {
  if (!/^[\w-]+$/.test(taskId)) return false;
  const file = path.join(store.path, 'refs', 'tasks', taskId, 'before');
  return (await lstat(file).catch(() => undefined))?.isFile() === true;
}

/** Newest first. */
async function tasksIn(store: CheckpointFolder): Promise<readonly string[]> {
  const folder = path.join(store.path, 'refs', 'tasks');
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    names.map(async name => ({ name, time: (await lstat(path.join(folder, name))).mtimeMs })),
  );
  return found.toSorted((a, b) => b.time - a.time).map(({ name }) => name);
}

/** What git says is missing or damaged, a line each. */
async function faults(git: CheckpointGit): Promise<readonly string[]> {
  const parts: Buffer[] = [];
  let failure = '';
  try {
    for await (const part of git.stream(['fsck', '--full', '--no-dangling', '--no-progress']))
      parts.push(part);
  } catch (error) {
    if (!(error instanceof GitFailure) || error.exitCode === null) throw error;
    failure = error.message;
  }
  const lines = Buffer.concat(parts).toString().split('\n');
  const missing = lines.filter(line => line.startsWith('missing '));
  if (missing.length > 0 || failure === '') return missing;
  return [failure];
}

/** The tasks of which a checkpoint cannot be read to the end. */
async function concerned(git: CheckpointGit, taskIds: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const taskId of taskIds) {
    const whole = await git
      .run(['rev-list', '--verify-objects', '--quiet', `--glob=refs/tasks/${taskId}/*`])
      .then(
        () => true,
        (error: unknown) => {
          if (error instanceof GitFailure) return false;
          throw error;
        },
      );
    if (!whole) found.push(taskId);
  }
  return found;
}
