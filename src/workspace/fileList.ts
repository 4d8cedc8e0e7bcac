import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { ReadOnlyGit } from './git.ts';

/** As many files are looked at to know what is there and what changed. */
const MAX_LISTED_FILES = 20_000;
const SKIPPED = new Set([
  '.git',
  '.hg',
  '.svn',
  '.jj',
  'node_modules',
  '.coding-agent',
  '.venv',
  '__pycache__',
  '.DS_Store',
]);

export interface FileList {
  /** Relative to the root, with `/`, sorted. Links are listed, not followed. */
  readonly paths: readonly string[];
  /** Whether there are more than the limit. */
  readonly isPartial: boolean;
}

/** The files of a folder without version control's, installed packages, the ledger, and what git ignores. */
export async function listWorkspace(
  root: string,
  git: ReadOnlyGit,
  limit = MAX_LISTED_FILES,
): Promise<FileList> {
  const known = await listByGit(git);
  const paths = known ?? (await walk(root, limit));
  return { paths: paths.slice(0, limit).sort(), isPartial: paths.length > limit };
}

/** `undefined` where git cannot tell. */
async function listByGit(git: ReadOnlyGit): Promise<string[] | undefined> {
  const answer = await git
    .run('ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', '.')
    .catch(() => undefined);
  if (answer?.exitCode !== 0) return undefined;
  // A nested repository is listed as a folder.
  const paths = answer.stdout.split('\0').filter(name => name !== '' && !name.endsWith('/'));
  return [...new Set(paths)].filter(name => !name.split('/').some(part => SKIPPED.has(part)));
}

/** One more than `limit` when there are more. */
async function walk(root: string, limit: number): Promise<string[]> {
  const paths: string[] = [];
  const pending = [''];
  for (
    let folder = pending.shift();
    folder !== undefined && paths.length <= limit;
    folder = pending.shift()
  ) {
    const entries = await readdir(path.join(root, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (SKIPPED.has(entry.name)) continue;
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) pending.push(name);
      else if (entry.isFile() || entry.isSymbolicLink()) paths.push(name);
      if (paths.length > limit) break;
    }
  }
  return paths;
}
