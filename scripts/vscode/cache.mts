import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const lockPollMs = 500;
/** A lock without a readable owner is one that is just being taken; after this long its taker has died. */
const ownerlessLockMs = 10_000;

/** Where scripts keep what they install. Outside git; safe to delete at any time. */
export function cacheRoot(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'coding-agent-sessions');
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/**
 * Returns the cache folder `name`, filling it first if it is not there. `fill` gets a temporary folder that becomes
 * the real one by a rename, so what exists is always complete, also when a run was interrupted.
 */
export async function cached(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const target = join(cacheRoot(), name);
  if (await exists(target)) return target;
  await mkdir(cacheRoot(), { recursive: true });
  return withLock(`${target}.lock`, async () => {
    if (await exists(target)) return target;
    const temporary = await mkdtemp(`${target}.tmp-`);
    try {
      await fill(temporary);
      await rename(temporary, target);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
    return target;
  });
}

/** Runs `work` while no other run on this machine holds the lock. A lock whose owner is dead is taken over. */
async function withLock<T>(lock: string, work: () => Promise<T>): Promise<T> {
  let said = false;
  while (!(await tryLock(lock))) {
    if (await isStale(lock)) {
      await rm(lock, { recursive: true, force: true });
      continue;
    }
    if (!said) console.log(`Waiting for another run that holds ${lock}`);
    said = true;
    await sleep(lockPollMs);
  }
  try {
    return await work();
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

async function tryLock(lock: string): Promise<boolean> {
  try {
    await mkdir(lock);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  await writeFile(join(lock, 'pid'), String(process.pid));
  return true;
}

async function isStale(lock: string): Promise<boolean> {
  const pid = Number(await readFile(join(lock, 'pid'), 'utf8').catch(() => ''));
  if (pid > 0) return !isAlive(pid);
  const made = await stat(lock).catch(() => undefined);
  return made !== undefined && Date.now() - made.mtimeMs > ownerlessLockMs;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
