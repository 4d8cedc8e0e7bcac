import { cp, symlink } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
/** What is made by commands, or is no part of what is built and run; of any depth. */
const leftOut = new Set(['node_modules', '.git', 'dist', 'out', 'coverage', '.coding-agent', 'results']);

/**
 * Copies the project into `target`, which must not exist, as a fresh clone after `npm ci`: nothing is built, and the
 * packages are those of the project itself. What is built there disturbs nobody.
 */
export async function copyProject(target: string): Promise<void> {
  await cp(root, target, {
    recursive: true,
    filter: source => source === root || !isLeftOut(relative(root, source)),
  });
  await symlink(join(root, 'node_modules'), join(target, 'node_modules'));
}

function isLeftOut(path: string): boolean {
  return leftOut.has(basename(path));
}
