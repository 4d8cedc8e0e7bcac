import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { FileSystem } from '../../../src/store/fileSystem.ts';
import { bound } from './killingFiles.ts';

export interface Guard {
  /** Holds the process's number while an append lock is held. */
  readonly file: string;
  /** At every so many locks the process stops itself while it holds one. */
  readonly freezeEvery: number;
  /** Is told when another living process has the lock, too. */
  readonly tell: (line: string) => void;
}

/** Watches over who holds an append lock. */
export function guarded(inner: FileSystem, { file: guard, freezeEvery, tell }: Guard): FileSystem {
  let locks = 0;
  return {
    ...bound(inner),
    link: (existing, path) => {
      inner.link(existing, path);
      if (!path.endsWith('.lock')) return;
      enter(guard, tell);
      if (++locks % freezeEvery === 0) process.kill(process.pid, 'SIGSTOP');
    },
    unlink: path => {
      if (path.endsWith('.lock') && ownerOf(guard) === process.pid) rmSync(guard);
      inner.unlink(path);
    },
  };
}

function enter(guard: string, tell: (line: string) => void): void {
  const owner = ownerOf(guard);
  if (owner !== undefined && owner !== process.pid && isAlive(owner))
    tell(`two owners: ${owner} and ${process.pid}`);
  writeFileSync(guard, String(process.pid));
}

function ownerOf(guard: string): number | undefined {
  try {
    return Number(readFileSync(guard, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Never throws: what a lock does must not depend on who looks. */
function isAlive(pid: number): boolean {
  try {
    // A process that was killed keeps its number until its parent asks.
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
