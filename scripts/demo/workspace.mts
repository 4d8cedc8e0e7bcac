import { execFile } from 'node:child_process';
import { cp, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const template = join(import.meta.dirname, 'template');
const history = [
  { message: 'Start the project', paths: ['package.json', 'README.md', 'tsconfig.json', '.gitignore'] },
  { message: 'Greet a person by name', paths: ['src', 'types'] },
  { message: 'Check that every component is exported', paths: ['test'] },
];

/** Makes a small React project with a git history in `target`, which must not exist yet, and returns that path. */
export async function createDemoWorkspace(target: string): Promise<string> {
  await cp(template, target, { recursive: true });
  await rename(join(target, 'gitignore'), join(target, '.gitignore'));

  const git = (...args: string[]) => promisify(execFile)('git', args, { cwd: target });
  await git('init', '--quiet', '--initial-branch=main');
  await git('config', 'user.name', 'Demo Person');
  await git('config', 'user.email', 'demo@example.invalid');
  await git('config', 'commit.gpgsign', 'false');
  for (const { message, paths } of history) {
    await git('add', ...paths);
    await git('commit', '--quiet', '--message', message);
  }
  return target;
}
