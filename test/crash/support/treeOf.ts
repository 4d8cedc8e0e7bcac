import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Everything below a folder: names, kinds, sizes, contents. */
export function treeOf(folder: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder, { recursive: true }).map(String).sort()) {
    const path = join(folder, name);
    const stat = lstatSync(path);
    const content = stat.isSymbolicLink()
      ? readlinkSync(path)
      : stat.isFile() && stat.size < 1e6
        ? readFileSync(path)
        : '';
    hash.update(`${name} ${stat.mode} ${stat.isDirectory() ? 0 : stat.size} `).update(content);
  }
  return hash.digest('hex');
}
