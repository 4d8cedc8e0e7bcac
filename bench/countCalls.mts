import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const kinds = {
  stat: ['stat', 'lstat', 'fstat', 'access', 'exists', 'realpath'],
  open: ['open', 'readFile', 'createReadStream', 'opendir', 'readdir'],
  read: ['read', 'readv', 'readFile'],
} as const;

type Kind = keyof typeof kinds;
export type Calls = Record<Kind, number>;
type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/** Counts the calls of `node:fs` while `work` runs, whichever way (sync, callback, promise) and by whomever. */
export async function countCalls(work: () => Promise<unknown>): Promise<Calls> {
  const calls: Calls = { stat: 0, open: 0, read: 0 };
  const restore: (() => void)[] = [];
  const wrap = (owner: object, name: string, kind: Kind): void => {
    const original: unknown = Reflect.get(owner, name);
    if (typeof original !== 'function') return;
    const counted: AnyFunction = function (...args) {
      calls[kind]++;
      return (original as AnyFunction).apply(this, args);
    };
    Reflect.set(owner, name, Object.assign(counted, original));
    restore.push(() => Reflect.set(owner, name, original));
  };
  for (const [kind, names] of Object.entries(kinds) as [Kind, readonly string[]][]) {
    for (const name of names) {
      wrap(fs, name, kind);
      wrap(fs, `${name}Sync`, kind);
      wrap(fs.promises, name, kind);
    }
  }
  syncBuiltinESMExports();
  try {
    await work();
  } finally {
    for (const undo of restore.toReversed()) undo();
    syncBuiltinESMExports();
  }
  return calls;
}
