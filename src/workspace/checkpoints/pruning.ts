import { lstat, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { PruneRule, Pruned } from '../../core/checkpoints.ts';
import type { CheckpointFolder } from './checkpointFolder.ts';
import type { CheckpointGit } from './checkpointGit.ts';
import { collectGarbage } from './packing.ts';

/** Lets go of checkpoints of tasks by a rule, and of the content that nothing refers to any more. */
export async function pruneCheckpoints(
  git: CheckpointGit,
  store: CheckpointFolder,
  { olderThan, sessionIds }: PruneRule,
): Promise<Pruned> {
  const tasks = path.join(store.path, 'refs', 'tasks');
  const before = await bytesBelow(store.path);
  let removed = 0;
  for (const taskId of await readdir(tasks).catch(() => [])) {
    const isNamed = sessionIds?.some(id => taskId.startsWith(`task-${id.slice(0, 8)}-`)) === true;
    const isOld = olderThan !== undefined && (await newestIn(path.join(tasks, taskId))) < olderThan.getTime();
    if (!isNamed && !isOld) continue;
    await rm(path.join(tasks, taskId), { recursive: true, force: true });
    removed++;
  }
  if (removed > 0) await collectGarbage(git);
  return { tasks: removed, bytes: Math.max(0, before - (await bytesBelow(store.path))) };
}

async function newestIn(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const times = await Promise.all(names.map(async name => (await lstat(path.join(folder, name))).mtimeMs));
  return Math.max(0, ...times);
}

async function bytesBelow(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    names.map(name =>
      lstat(path.join(folder, name)).then(
        stats => (stats.isFile() ? stats.size : 0),
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
