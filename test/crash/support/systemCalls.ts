import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** What is asked of `strace`: everything that starts, connects, signals or changes a file. */
export const TRACE = [
  ...[
    'execve',
    'execveat',
    'connect',
    'kill',
    'tgkill',
    'open',
    'openat',
    'creat',
    'rename',
    'renameat',
    'renameat2',
  ],
  ...[
    'unlink',
    'unlinkat',
    'rmdir',
    'mkdir',
    'mkdirat',
    'link',
    'linkat',
    'symlink',
    'symlinkat',
    'truncate',
  ],
  ...['chmod', 'fchmodat', 'chown', 'fchownat', 'mknod', 'mknodat', 'utimensat'],
].join(',');

export interface Deed {
  readonly kind: 'program' | 'connection' | 'signal' | 'write';
  /** The path, the program or the address. */
  readonly what: string;
  /** Which folder was open then: what `mark` named last. */
  readonly at: string;
}

const CALL = /^(\d+) +(\w+)\((.*)\) += (-?\d+|\?)/;
const UNFINISHED = /^(\d+) +(.*) <unfinished \.\.\.>$/;
const RESUMED = /^(\d+) +<\.\.\. \w+ resumed>(.*)$/;
const WRITES = /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC/;
const SECOND_IS_MADE = new Set(['rename', 'renameat', 'renameat2', 'link', 'linkat', 'symlink', 'symlinkat']);

/** What a traced program did, in its order. What failed did nothing. */
export function deedsIn(log: string): readonly Deed[] {
  const deeds: Deed[] = [];
  const open = new Map<string, string>();
  let at = '';
  for (const raw of readFileSync(log, 'utf8').split('\n')) {
    const [, waiting = '', begun = ''] = UNFINISHED.exec(raw) ?? [];
    if (waiting !== '') open.set(waiting, begun);
    const [, resumed = '', rest = ''] = RESUMED.exec(raw) ?? [];
    const line = resumed === '' ? raw : `${resumed} ${open.get(resumed) ?? ''}${rest}`;
    const [, , call = '', args = '', result = ''] = CALL.exec(line) ?? [];
    if (call === '') continue;
    at = /"\/mark\/(.*?)"/.exec(args)?.[1] ?? at;
    // A connection that was refused was tried.
    if (result.startsWith('-') && call !== 'connect') continue;
    deeds.push(...deedsOf(call, args, at));
  }
  return deeds;
}

function deedsOf(call: string, args: string, at: string): Deed[] {
  if (call.startsWith('exec')) return [{ kind: 'program', what: pathsIn(args)[0] ?? args, at }];
  // The C library's own, for the names of users.
  if (call === 'connect') return args.includes('nscd') ? [] : [{ kind: 'connection', what: args, at }];
  if (call === 'kill' || call === 'tgkill')
    return args.endsWith(', 0') ? [] : [{ kind: 'signal', what: args, at }];
  if (call.startsWith('open') && !WRITES.test(args)) return [];
  const paths = pathsIn(args);
  return (SECOND_IS_MADE.has(call) ? paths.slice(-1) : paths.slice(0, 1)).map(what => ({
    kind: 'write',
    what,
    at,
  }));
}

/** The paths that a call names, absolute: `AT_FDCWD</folder>, "name"` is a name within a folder. */
function pathsIn(args: string): string[] {
  return [...args.matchAll(/(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"((?:[^"\\]|\\.)*)"/g)].map(
    ([, folder = '/', name = '']) => resolve(folder, name),
  );
}
