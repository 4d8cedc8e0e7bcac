import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { CheckpointFolder } from './checkpointFolder.ts';
import type { CheckpointGit } from './checkpointGit.ts';

/** From so many loose objects on they are brought together in a pack, where versions of a file are kept as differences. */
const MOST_LOOSE = 512;
/** A smaller pack is written anew together with them. */
const SEALED_BYTES = 16 * 1024 * 1024;
/** Hashes are evenly spread, so that so many of the 256 folders of loose objects say how many there are. */
const SAMPLED_FOLDERS = 16;
/** What a capture that runs at the same moment has just written is younger. */
const GRACE = '1.hour.ago';

const SETTINGS = [
  ['core.compression', '6'],
  ['gc.packRefs', 'false'],
  ['repack.writeBitmaps', 'false'],
] as const;

/**
 * Keeps the store small: by itself each capture leaves an object for each changed file, and one for each folder above it that
 * lists everything in there. In one pack with their former versions little remains of the lists. Nothing goes away.
 */
export async function pack(git: CheckpointGit, store: CheckpointFolder): Promise<void> {
  const sealed = (await sealedPacks(store)).map(name => `--keep-pack=${name}`);
  await git.run(['repack', '-a', '-d', '-k', '-l', '-q', ...sealed], { settings: SETTINGS });
}

/**
 * Packs everything, and removes what nothing refers to any more. While somebody else is at work, what is in a pack of the last
 * hour stays: a capture that is not done yet may rely on it.
 */
export async function collectGarbage(git: CheckpointGit, isAlone: boolean): Promise<void> {
  if (isAlone) await git.run(['repack', '-a', '-d', '-l', '-q'], { settings: SETTINGS });
  await git.run(['gc', '--quiet', `--prune=${GRACE}`], { settings: SETTINGS });
}

/** Whether captures have left so much that it is time to tidy up. */
export async function isTimeToPack(store: CheckpointFolder): Promise<boolean> {
  return (await countLoose(store)) >= MOST_LOOSE;
}

async function countLoose(store: CheckpointFolder): Promise<number> {
  const step = 256 / SAMPLED_FOLDERS;
  const names = Array.from({ length: SAMPLED_FOLDERS }, (_, index) =>
    (index * step).toString(16).padStart(2, '0'),
  );
  const counts = await Promise.all(
    names.map(async name => (await readdir(path.join(store.path, 'objects', name)).catch(() => [])).length),
  );
  return counts.reduce((sum, count) => sum + count, 0) * step;
}

async function sealedPacks(store: CheckpointFolder): Promise<readonly string[]> {
  const folder = path.join(store.path, 'objects', 'pack');
  const names = (await readdir(folder).catch(() => [])).filter(name => name.endsWith('.pack'));
  const sizes = await Promise.all(
    names.map(name =>
      lstat(path.join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return names.filter((_, index) => (sizes[index] ?? 0) >= SEALED_BYTES);
}
