import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { Clock } from '../core/ports.ts';
import type { ProcessIdentity } from '../core/toolCall.ts';
import { ControlStripper } from './controlStripper.ts';
import { endTree, GRACE_MS } from './processGroup.ts';
import { GROUP_VARIABLE, identify } from './processList.ts';
import { fromSystemError, systemCode, WorkspaceError } from './workspaceError.ts';

export interface ProgramRequest {
  /** The program and its arguments, handed over as they are: no shell reads them. */
  readonly argv: readonly [string, ...string[]];
  /** Absolute. */
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Ends the program with all that came from it. */
  readonly signal: AbortSignal;
  /** Milliseconds; `null`: no limit. */
  readonly timeoutMs: number | null;
  /** Awaited before the program acts. When it rejects, the program never starts. */
  onStart(process: ProcessIdentity): Promise<void>;
  /** Gets what it prints, standard output and error in their order, without control sequences. Awaited: a slow reader slows the program down. */
  onOutput(text: string): Promise<void>;
}

export interface ProgramResult {
  readonly ended: 'exit' | 'timeout' | 'cancelled';
  /** `null` when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Milliseconds from the start to the end, monotonic. */
  readonly duration: number;
  /** Processes that it had left in the background, and that were ended. */
  readonly leftBehind: number;
}

export interface Processes {
  /**
   * Runs a program to its end. Resolves however it ended; rejects with `not_started`, or with what `onStart` or `onOutput`
   * rejected with (then everything of it was ended).
   */
  run(request: ProgramRequest): Promise<ProgramResult>;
}

export interface ProcessesOptions {
  readonly clock: Clock;
  /** Milliseconds between asking a process to end and killing it. */
  readonly graceMs?: number;
  /** Bytes of output that are passed on; the rest is counted out loud and dropped. 64 MB when not given. */
  readonly maxOutputBytes?: number;
}

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
/** How long output may go on after the end of the program itself, when something in the background holds it open. */
const DRAIN_MS = 1000;
const MAX_DRAIN_MS = 10_000;
const POLL_MS = 20;
// Waits for the word on descriptor 3, which comes after the journal knows the process; end of file means that we died.
const GATE = `read -r go <&3 && [ "$go" = go ] || exit 125; exec 3<&- 2>&1; ${GROUP_VARIABLE}=$$; export ${GROUP_VARIABLE}; exec "$@"`;

/** The argument list that has a shell run `command`, as CONTRACT 8 says. */
export function shellCommand(command: string): readonly [string, ...string[]] {
  return process.platform === 'win32'
    ? ['cmd.exe', '/d', '/s', '/c', `"${command}"`]
    : ['/bin/sh', '-c', command];
}

export function createProcesses(options: ProcessesOptions): Processes {
  return { run: request => runProgram(request, options) };
}

async function runProgram(request: ProgramRequest, options: ProcessesOptions): Promise<ProgramResult> {
  if (request.signal.aborted)
    return { ended: 'cancelled', exitCode: null, signal: null, duration: 0, leftBehind: 0 };
  const child = await start(request);
  const exit = exitOf(child);
  const run = new Run(child, await identify(child.pid ?? 0), request, options);
  try {
    await request.onStart(run.identity);
  } catch (error) {
    await run.abandon();
    throw error;
  }
  return run.toEnd(exit);
}

async function start({ argv, cwd, environment }: ProgramRequest): Promise<ChildProcess> {
  const isWindows = process.platform === 'win32';
  const [file, ...args] = isWindows ? argv : (['/bin/sh', '-c', GATE, 'sh', ...argv] as const);
  try {
    const child = spawn(file, args, {
      ...{
        cwd,
        env: environment,
        detached: !isWindows,
        windowsHide: true,
        windowsVerbatimArguments: file === 'cmd.exe',
      },
      stdio: isWindows ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'pipe', 'ignore', 'pipe'],
    });
    await once(child, 'spawn');
    return child;
  } catch (error) {
    const why = fromSystemError(error, `start ${argv[0]} in ${cwd}`);
    throw new WorkspaceError('not_started', why.message, error);
  }
}

type Exit = Pick<ProgramResult, 'exitCode' | 'signal'>;

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise(resolve => {
    child.on('error', () => undefined);
    child.once('exit', (exitCode, signal) => {
      resolve({ exitCode, signal });
    });
  });
}

/** One program between its start and its end. */
class Run {
  readonly identity: ProcessIdentity;
  readonly #child: ChildProcess;
  readonly #request: ProgramRequest;
  readonly #options: ProcessesOptions;
  #stopped: 'timeout' | 'cancelled' | undefined;
  #failure: { readonly error: unknown } | undefined;
  #ending: Promise<number> | undefined;
  #left: number;
  /** Since when nothing has come, while we wait for more. */
  #idleSince: number | undefined;

  constructor(
    child: ChildProcess,
    identity: ProcessIdentity,
    request: ProgramRequest,
    options: ProcessesOptions,
  ) {
    this.#child = child;
    this.identity = identity;
    this.#request = request;
    this.#options = options;
    this.#left = options.maxOutputBytes ?? MAX_OUTPUT_BYTES;
  }

  async toEnd(exit: Promise<Exit>): Promise<ProgramResult> {
    const { clock } = this.#options;
    const { signal, timeoutMs } = this.#request;
    const cancel = (): void => {
      this.#stop('cancelled');
    };
    const timer = timeoutMs === null ? undefined : clock.setTimeout(() => this.#stop('timeout'), timeoutMs);
    signal.addEventListener('abort', cancel);
    try {
      const started = clock.monotonic();
      this.#openGate();
      if (signal.aborted) cancel();
      const reading = this.#read();
      const exited = await exit;
      const duration = Math.round(clock.monotonic() - started);
      const leftBehind = await this.#finish(reading);
      if (this.#failure !== undefined) throw this.#failure.error;
      return { ended: this.#stopped ?? 'exit', ...exited, duration, leftBehind };
    } finally {
      timer?.dispose();
      signal.removeEventListener('abort', cancel);
    }
  }

  /** Ends a program that must not act. */
  async abandon(): Promise<void> {
    await this.#end();
    this.#cutOff();
  }

  #openGate(): void {
    const gate = this.#child.stdio[3];
    if (gate === null || gate === undefined || !('end' in gate)) return;
    gate.on('error', () => undefined);
    gate.end('go\n');
  }

  #stop(how: 'timeout' | 'cancelled'): void {
    this.#stopped ??= how;
    this.#ending ??= this.#end();
  }

  #end(groupOnly = false): Promise<number> {
    const { graceMs = GRACE_MS } = this.#options;
    return endTree(this.identity, { graceMs, groupOnly });
  }

  async #read(): Promise<void> {
    const streams = [this.#child.stdout, this.#child.stderr].filter(stream => stream !== null);
    await Promise.all(streams.map(stream => this.#readStream(stream)));
  }

  async #readStream(stream: Readable): Promise<void> {
    const decoder = new TextDecoder();
    const stripper = new ControlStripper();
    try {
      this.#idleSince = performance.now();
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        this.#idleSince = undefined;
        await this.#pass(stripper.push(decoder.decode(chunk, { stream: true })), chunk.length);
        this.#idleSince = performance.now();
      }
      await this.#pass(stripper.push(decoder.decode()), 0);
    } catch (error) {
      // A stream that we cut off ends early; that is no failure of the reader.
      if (stream.destroyed && systemCode(error) === 'ERR_STREAM_PREMATURE_CLOSE') return;
      this.#failure ??= { error };
      this.#ending ??= this.#end();
      stream.destroy();
    }
  }

  async #pass(text: string, bytes: number): Promise<void> {
    // After a stop nobody waits for what is still in the pipes.
    if (text === '' || this.#stopped !== undefined || this.#left < 0) return;
    this.#left -= bytes;
    if (this.#left >= 0) await this.#request.onOutput(text);
    else
      await this.#request.onOutput(
        '\n[more output than is kept: the rest is dropped, the command goes on]\n',
      );
  }

  /** The program itself has ended: takes in the rest of its output and ends what it left in the background. */
  async #finish(reading: Promise<void>): Promise<number> {
    await soonest(this.#ending === undefined ? [reading] : [reading, this.#ending], DRAIN_MS);
    const isStopped = this.#ending !== undefined;
    const leftBehind = await (this.#ending ?? (this.#hasGroup() ? this.#end(true) : 0));
    const since = performance.now();
    while (!(await soonest([reading], POLL_MS))) {
      const now = performance.now();
      const isIdle = this.#idleSince !== undefined && now - this.#idleSince > DRAIN_MS;
      if (!isIdle && now - since < MAX_DRAIN_MS) continue;
      this.#cutOff();
      break;
    }
    await reading;
    return isStopped ? 0 : leftBehind;
  }

  #cutOff(): void {
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }

  #hasGroup(): boolean {
    if (process.platform === 'win32') return false;
    try {
      process.kill(-this.identity.pid, 0);
      return true;
    } catch {
      return false;
    }
  }
}

/** Waits for the first of `promises`, at most `ms`. Resolves with whether one came; leaves no timer behind. */
function soonest(promises: readonly Promise<unknown>[], ms: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      resolve(false);
    }, ms);
    Promise.race(promises)
      .then(() => {
        resolve(true);
      }, reject)
      .finally(() => {
        clearTimeout(timer);
      });
  });
}
