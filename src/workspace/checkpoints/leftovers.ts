import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { CheckpointLeftovers } from '../../core/checkpoints.ts';

const MAX_DEPTH = 8;

/** What is in the folder for files that live for a short time; `null` where it is empty. Links are not followed. */
export async function leftoversIn(folder: string): Promise<CheckpointLeftovers | null> {
  const names = await namesIn(folder);
  if (names.length === 0) return null;
  return { names: names.toSorted(), bytes: await bytesIn(folder, 0) };
}

async function bytesIn(folder: string, depth: number): Promise<number> {
  let bytes = 0;
  for (const name of await namesIn(folder)) {
    const file = path.join(folder, name);
    const stats = await lstat(file).catch(() => undefined);
    if (stats?.isDirectory() === true) bytes += depth < MAX_DEPTH ? await bytesIn(file, depth + 1) : 0;
    else bytes += stats?.size ?? 0;
  }
  return bytes;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  const stats = await lstat(folder).catch(() => undefined);
  return stats?.isDirectory() === true ? readdir(folder).catch(() => []) : [];
}
