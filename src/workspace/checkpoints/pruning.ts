import { lstat, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { PruneRule, Pruned } from '../../core/checkpoints.ts';
import type { CheckpointFolder } from './checkpointFolder.ts';
import type { CheckpointGit } from './checkpointGit.ts';
import { collectGarbage } from './packing.ts';

/** What was done within a day is not pruned by its size. */
const KEPT_MS = 24 * 60 * 60 * 1000;

/** Says when old checkpoints went by themselves; how much that saved shows an hour later. */
const MARK = 'pruned';
const PAUSE_MS = 60 * 60 * 1000;

interface KeptTask {
  readonly name: string;
  /** When its newest checkpoint was taken. */
  readonly time: number;
}

/** Lets go of checkpoints of tasks by a rule, and of the content that nothing refers to any more. */
export async function pruneCheckpoints(
  git: CheckpointGit,
  store: CheckpointFolder,
  { olderThan, sessionIds }: PruneRule,
  isAlone: boolean,
): Promise<Pruned> {
  const isNamed = ({ name }: KeptTask): boolean =>
    sessionIds?.some(id => name.startsWith(`task-${id.slice(0, 8)}-`)) === true;
  const isOld = ({ time }: KeptTask): boolean => olderThan !== undefined && time < olderThan.getTime();
  const gone = (await keptTasks(store)).filter(task => isNamed(task) || isOld(task));
  return letGo(git, store, gone, isAlone);
}

/**
 * Where the store is larger than `limit` bytes, lets go of the older half of what is older than a day. What each task holds for
 * itself shows only when it is gone, so that one half goes at a time, once an hour.
 */
export async function pruneToSize(
  git: CheckpointGit,
  store: CheckpointFolder,
  limit: number,
): Promise<Pruned> {
  if ((await bytesBelow(store.path)) <= limit) return { tasks: 0, bytes: 0 };
  const last = await lstat(path.join(store.path, MARK)).catch(() => undefined);
  if (last !== undefined && Math.abs(Date.now() - last.mtimeMs) < PAUSE_MS) return { tasks: 0, bytes: 0 };
  await store.write(MARK, '');
  const before = Date.now() - KEPT_MS;
  const old = (await keptTasks(store)).filter(({ time }) => time < before);
  old.sort((a, b) => a.time - b.time);
  return letGo(git, store, old.slice(0, Math.ceil(old.length / 2)), true);
}

async function letGo(
  git: CheckpointGit,
  store: CheckpointFolder,
  gone: readonly KeptTask[],
  isAlone: boolean,
): Promise<Pruned> {
  if (gone.length === 0) return { tasks: 0, bytes: 0 };
  const before = await bytesBelow(store.path);
  for (const { name } of gone)
    await rm(path.join(store.path, 'refs', 'tasks', name), { recursive: true, force: true });
  await collectGarbage(git, isAlone);
  return { tasks: gone.length, bytes: Math.max(0, before - (await bytesBelow(store.path))) };
}

async function keptTasks(store: CheckpointFolder): Promise<KeptTask[]> {
  const folder = path.join(store.path, 'refs', 'tasks');
  const names = await readdir(folder).catch(() => []);
  return Promise.all(names.map(async name => ({ name, time: await newestIn(path.join(folder, name)) })));
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
