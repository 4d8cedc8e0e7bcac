import type { CoveredFiles } from '../core/task.ts';
import { hashFile, sha256 } from './content.ts';
import { locate } from './place.ts';

const PARALLEL = 8;

/**
 * The content of these files below `root` (absolute, real) as one value: equal exactly while each of them is what it was, there
 * or not. `undefined` without a path, and when one cannot be looked at or leads outside.
 */
export async function coveredFiles(
  root: string,
  paths: readonly string[],
): Promise<CoveredFiles | undefined> {
  const names = [...new Set(paths)].sort();
  if (names.length === 0) return undefined;
  const contents = new Map<string, string>();
  const pending = [...names];
  const work = async (): Promise<void> => {
    for (let name = pending.pop(); name !== undefined; name = pending.pop())
      contents.set(name, await contentOf(root, name));
  };
  try {
    await Promise.all(Array.from({ length: PARALLEL }, work));
  } catch {
    return undefined;
  }
  const lines = names.map(name => `${JSON.stringify(name)} ${contents.get(name) ?? ''}\n`);
  return { files: names.length, hash: sha256(lines.join('')) };
}

async function contentOf(root: string, name: string): Promise<string> {
  const place = await locate(root, name, { followLast: false });
  try {
    const { stats, folder } = place;
    if (stats === undefined) return 'none';
    if (stats.isSymbolicLink()) return `link ${sha256(await folder.readLink(place.name))}`;
    return stats.isDirectory() ? 'folder' : `file ${await hashFile(folder.at(place.name), name)}`;
  } finally {
    await place.close();
  }
}
