import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const stopGraceMs = 5_000;
const stopPollMs = 50;
const groups = new Set<number>();
const cleanups = new Set<() => void>();
let handlersInstalled = false;

/** Starts a program as the leader of a process group of its own, which ends when this process does. */
export function spawnGroup(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  installHandlers();
  const child = spawn(command, args, { ...options, detached: true });
  const { pid } = child;
  if (pid !== undefined) {
    groups.add(pid);
    child.once('exit', () => signalGroup(pid, 'SIGTERM'));
  }
  return child;
}

/** Ends the group that `child` leads: first politely, after a few seconds by force. */
export async function stopGroup(child: ChildProcess): Promise<void> {
  const { pid } = child;
  if (pid === undefined) return;
  signalGroup(pid, 'SIGTERM');
  const deadline = performance.now() + stopGraceMs;
  while (isGroupAlive(pid) && performance.now() < deadline) await sleep(stopPollMs);
  signalGroup(pid, 'SIGKILL');
  groups.delete(pid);
}

/** Runs `cleanup`, which must be synchronous, when this process ends for any reason but SIGKILL. */
export function atExit(cleanup: () => void): void {
  installHandlers();
  cleanups.add(cleanup);
}

function isGroupAlive(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    groups.delete(pid); // The group is gone already.
  }
}

function installHandlers(): void {
  if (handlersInstalled) return;
  handlersInstalled = true;
  process.once('exit', () => {
    for (const pid of groups) signalGroup(pid, 'SIGKILL');
    for (const cleanup of cleanups) {
      try {
        cleanup();
      } catch (error) {
        console.error(error);
      }
    }
  });
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.on(signal, () => process.exit(code));
  }
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Ten minutes unless said otherwise; `null` waits for ever. */
  readonly timeoutMs?: number | null;
  /** `inherit` shows the output as it comes; `onFailure` (default) keeps it for the error message. */
  readonly output?: 'inherit' | 'onFailure';
  /** How much of the end of the output is kept, in characters. */
  readonly maxOutput?: number;
}

/** Runs a program to its end. Rejects, with the end of its output, when it fails or takes too long. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<void> {
  const { code, output } = await runForCode(command, args, options);
  if (code === 0) return;
  const tail = output.length > 0 ? `\n${output}` : '';
  throw new Error(`"${[command, ...args].join(' ')}" ended with ${code ?? 'a signal'}.${tail}`);
}

/** Runs a program to its end, whatever that is. `code` is null when a signal ended it. */
export async function runForCode(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<{ code: number | null; output: string }> {
  const inherit = options.output === 'inherit';
  const child = spawnGroup(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['ignore', inherit ? 'inherit' : 'pipe', inherit ? 'inherit' : 'pipe'],
  });
  const output = new OutputTail(child, options.maxOutput);
  const timeoutMs = options.timeoutMs === undefined ? 10 * 60_000 : options.timeoutMs;
  const timer = timeoutMs === null ? undefined : stopAfter(child, timeoutMs, command);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return { code, output: output.text };
  } finally {
    clearTimeout(timer);
  }
}

function stopAfter(child: ChildProcess, timeoutMs: number, command: string): NodeJS.Timeout {
  return setTimeout(() => {
    console.error(`"${command}" took longer than ${timeoutMs / 1000} s; stopping it.`);
    void stopGroup(child);
  }, timeoutMs);
}

/** Keeps the last part of what a program prints. */
export class OutputTail {
  text = '';

  constructor(child: ChildProcess, maxLength = 8_000) {
    const keep = (chunk: Buffer) => {
      this.text = (this.text + chunk.toString()).slice(-maxLength);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
  }
}

/** A port on 127.0.0.1 that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No port on 127.0.0.1 is free.');
  return address.port;
}
