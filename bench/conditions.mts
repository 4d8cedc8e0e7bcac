import { execFileSync } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';

const GB = 1024 ** 3;

/** With what code and on what machine something was measured. */
export interface Conditions {
  /** The day, as in `2026-11-22`. */
  readonly date: string;
  /** What was checked out; with `-dirty` when files had been changed since. */
  readonly commit: string;
  /** Null for what was measured before this was noted. */
  readonly machine: Machine | null;
}

interface Machine {
  readonly node: string;
  readonly platform: string;
  readonly processors: string;
  /** In GB. */
  readonly memory: number;
  /** How many processes wanted to run in the minute before and in the last minute of it. */
  readonly load: readonly [before: number, after: number];
}

/** What holds now; call the result in the end. */
export function observeConditions(): () => Conditions {
  const before = currentLoad();
  const commit = currentCommit();
  return () => ({
    date: new Date().toISOString().slice(0, 10),
    commit,
    machine: {
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      processors: `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown'}`,
      memory: Math.round(totalmem() / GB),
      load: [before, currentLoad()],
    },
  });
}

export function conditionsText({ date, commit, machine }: Conditions): string {
  const what = `Measured on ${date} with the code of ${commit}`;
  if (machine === null) return `${what}; the machine was not noted.`;
  const { node, platform, processors, memory, load } = machine;
  const busy = `load ${load.join(' before, ')} after`;
  return `${what}, Node ${node.replace(/^v/, '')}, ${platform}, ${processors}, ${memory} GB, ${busy}.`;
}

/** The results and their tables are no code: they change while they are written. */
function currentCommit(): string {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: join(import.meta.dirname, '..'), encoding: 'utf8' }).trim();
  const code = ['src', 'bench', 'package-lock.json', ':!bench/results', ':!bench/README.md'];
  const changed = git('status', '--porcelain', '--untracked-files=no', '--', ...code);
  return git('rev-parse', '--short', 'HEAD') + (changed === '' ? '' : '-dirty');
}

function currentLoad(): number {
  return Number((loadavg()[0] ?? 0).toFixed(1));
}
