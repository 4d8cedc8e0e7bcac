import { spawnSync } from 'node:child_process';
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

/** The same with what tells which process began which. */
export const TRACE_FAMILY = `${TRACE},clone,clone3,fork,vfork`;

/** What a program is started through to have its calls of `trace` written to `log`. */
export function tracer(log: string, trace: string): readonly string[] {
  return ['strace', '-f', '-qq', '-y', '-s', '4096', '--seccomp-bpf', '-o', log, '-e', `trace=${trace}`];
}

/** Whether `strace` is here and may trace. */
export function canTrace(): boolean {
  return spawnSync('strace', ['-f', '-e', 'trace=none', 'true'], { stdio: 'ignore' }).status === 0;
}

export interface Deed {
  readonly kind: 'program' | 'connection' | 'signal' | 'write';
  /** The path, the program or the address. */
  readonly what: string;
  /** Of a program: its arguments, as `strace` writes them. */
  readonly args?: string;
  /** Which folder was open then: what `mark` named last. */
  readonly at: string;
}

const CALL = /^(\d+) +(\w+)\((.*)\) += (-?\d+|\?)/;
const UNFINISHED = /^(\d+) +(.*) <unfinished \.\.\.>$/;
const RESUMED = /^(\d+) +<\.\.\. \w+ resumed>(.*)$/;
const WRITES = /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC/;
const BEGINS = new Set(['clone', 'clone3', 'fork', 'vfork']);
const SECOND_IS_MADE = new Set(['rename', 'renameat', 'renameat2', 'link', 'linkat', 'symlink', 'symlinkat']);

/** What a traced program did, in its order. What failed did nothing. */
export function deedsIn(log: string): readonly Deed[] {
  return deedsAmong(callsIn(log));
}

/** What the processes did that were started with this among their arguments, with all that they began. Needs `TRACE_FAMILY`. */
export function deedsOfFamily(log: string, started: string): readonly Deed[] {
  const calls = callsIn(log);
  // A child may be heard of before the call that began it returns.
  const parents = new Map(calls.filter(({ call }) => BEGINS.has(call)).map(one => [one.result, one.thread]));
  const heads = new Set(
    calls
      .filter(({ call, args }) => call.startsWith('exec') && args.includes(started))
      .map(one => one.thread),
  );
  const isOfFamily = (thread: string | undefined): boolean =>
    thread !== undefined && (heads.has(thread) || isOfFamily(parents.get(thread)));
  return deedsAmong(calls.filter(({ thread }) => isOfFamily(thread)));
}

interface SystemCall {
  /** The id of the process or thread. */
  readonly thread: string;
  readonly call: string;
  readonly args: string;
  readonly result: string;
}

function callsIn(log: string): readonly SystemCall[] {
  const calls: SystemCall[] = [];
  const open = new Map<string, string>();
  for (const raw of readFileSync(log, 'utf8').split('\n')) {
    const [, waiting = '', begun = ''] = UNFINISHED.exec(raw) ?? [];
    if (waiting !== '') open.set(waiting, begun);
    const [, resumed = '', rest = ''] = RESUMED.exec(raw) ?? [];
    const line = resumed === '' ? raw : `${resumed} ${open.get(resumed) ?? ''}${rest}`;
    const [, thread = '', call = '', args = '', result = ''] = CALL.exec(line) ?? [];
    if (call !== '') calls.push({ thread, call, args, result });
  }
  return calls;
}

function deedsAmong(calls: readonly SystemCall[]): readonly Deed[] {
  const deeds: Deed[] = [];
  let at = '';
  for (const { call, args, result } of calls) {
    at = /"\/mark\/(.*?)"/.exec(args)?.[1] ?? at;
    // A connection that was refused was tried.
    if (BEGINS.has(call) || (result.startsWith('-') && call !== 'connect')) continue;
    deeds.push(...deedsOf(call, args, at));
  }
  return deeds;
}

function deedsOf(call: string, args: string, at: string): Deed[] {
  if (call.startsWith('exec')) return [{ kind: 'program', what: pathsIn(args)[0] ?? args, args, at }];
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
