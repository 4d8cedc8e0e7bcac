import { lstat, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface FindRootOptions {
  /** Where to start; it must exist. */
  readonly from: string;
  /** The user's home folder: the search does not go above it. */
  readonly home: string;
  /** The user's number; `undefined` where users have none. */
  readonly uid: number | undefined;
}

/**
 * The folder to serve when none is named: the nearest folder upward with `.coding-agent`, not past the git root, the home folder
 * or a file-system border, and never one that another user owns; else where the search began. Resolves with a real path.
 */
export async function findRoot({ from, home, uid }: FindRootOptions): Promise<string> {
  const start = await realpath(from);
  const realHome = await realpath(home).catch(() => home);
  const { dev } = await lstat(start);
  for (let folder = start; ; folder = dirname(folder)) {
    const [own, ledger, git] = await Promise.all([
      look(folder),
      look(join(folder, '.coding-agent')),
      look(join(folder, '.git')),
    ]);
    if (own?.dev !== dev) return start;
    if (ledger?.isFolder === true) {
      const ours = uid === undefined || (own.uid === uid && ledger.uid === uid);
      return ours ? folder : start;
    }
    if (git !== undefined || folder === realHome || folder === dirname(folder)) return start;
  }
}

/** What is at a path, links not followed; `undefined` when it cannot be seen. */
async function look(path: string): Promise<{ isFolder: boolean; dev: number; uid: number } | undefined> {
  try {
    const found = await lstat(path);
    return { isFolder: found.isDirectory(), dev: found.dev, uid: found.uid };
  } catch {
    return undefined;
  }
}
