import type { ReadOnlyGit } from './git.ts';

/** Where a repository's history stood. */
export interface HistoryMark {
  /** Hash of the commit that is checked out; `undefined` where there is none or no repository. */
  readonly head: string | undefined;
  /** Entries in the log of what HEAD was. */
  readonly movements: number;
}

const MAX_COMMITS = 200;
const FIELDS = '%H%x00%gs';
// What git writes into HEAD's log when a new commit was made here, and not merely checked out or fetched.
const MADE = /^(commit|cherry-pick|revert|am|rebase|merge|pull)\b/;
const NOT_MADE =
  /Fast-forward|^rebase \((start|finish|abort)|^rebase: (fast-forward|aborting)|: checkout |^commit \(reset\)/i;

export async function markHistory(git: ReadOnlyGit): Promise<HistoryMark> {
  const [head, count] = await Promise.all([
    git.read('rev-parse', '--verify', '--quiet', 'HEAD'),
    git.read('rev-list', '--walk-reflogs', '--count', 'HEAD'),
  ]);
  return { head, movements: Number(count ?? 0) };
}

/** Hashes of the commits made since `before`, oldest first, at most 200: new ones only, not those fetched or checked out. */
export async function commitsSince(git: ReadOnlyGit, before: HistoryMark): Promise<readonly string[]> {
  const now = await markHistory(git);
  if (now.head === undefined || (now.head === before.head && now.movements === before.movements)) return [];
  const moved = now.movements - before.movements;
  if (moved > 0) return fromLog(git, Math.min(moved, MAX_COMMITS));
  // A repository that keeps no log: what is new on top of what was there.
  if (now.movements > 0) return [];
  const range = before.head === undefined ? now.head : `${before.head}..${now.head}`;
  const answer = await git.read('rev-list', '--reverse', `--max-count=${MAX_COMMITS}`, range, '--');
  return answer === undefined || answer === '' ? [] : answer.split('\n');
}

async function fromLog(git: ReadOnlyGit, count: number): Promise<readonly string[]> {
  const answer = await git.read(
    'log',
    '--walk-reflogs',
    '-n',
    String(count),
    `--format=${FIELDS}`,
    'HEAD',
    '--',
  );
  const made = (answer ?? '').split('\n').flatMap(line => {
    const [hash = '', what = ''] = line.split('\0');
    return hash !== '' && MADE.test(what) && !NOT_MADE.test(what) ? [hash] : [];
  });
  return [...new Set(made.reverse())];
}
