import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SessionError } from '../../core/errors.ts';

const NULL_DEVICE = process.platform === 'win32' ? 'NUL' : '/dev/null';
const TIMEOUT_MS = 5 * 60_000;
const MAX_MESSAGE = 1000;

/** Set for every git that works on our store: it runs no program and rewrites no bytes. */
const SETTINGS: readonly (readonly [key: string, value: string])[] = [
  ['core.fsmonitor', 'false'],
  ['core.hooksPath', NULL_DEVICE],
  ['core.attributesFile', NULL_DEVICE],
  ['core.excludesFile', NULL_DEVICE],
  ['core.autocrlf', 'false'],
  ['core.safecrlf', 'false'],
  ['core.fileMode', 'true'],
  ['core.symlinks', 'true'],
  ['core.precomposeUnicode', 'false'],
  ['core.untrackedCache', 'false'],
  ['core.splitIndex', 'false'],
  ['core.sparseCheckout', 'false'],
  ['core.quotePath', 'false'],
  ['core.compression', '1'],
  ['core.alternateRefsCommand', 'false'],
  ['index.version', '2'],
  ['diff.external', ''],
  ['protocol.allow', 'never'],
  ['submodule.recurse', 'false'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
];
/** What git writes is on the disk when it ends. */
export const DURABLE: readonly (readonly [key: string, value: string])[] = [
  ['core.fsync', 'loose-object,pack,pack-metadata'],
  ['core.fsyncMethod', 'batch'],
];
const PASSED = ['PATH', 'SystemRoot', 'SystemDrive', 'windir', 'ComSpec', 'PATHEXT', 'TMPDIR', 'TMP', 'TEMP'];

export interface GitRun {
  /** Where paths are relative to: the captured folder. The store itself when not given. */
  readonly folder?: string;
  /** The folder above all of whose rules count; `folder` when not given. */
  readonly worktree?: string | undefined;
  readonly index?: string;
  readonly input?: Uint8Array | string | Readable;
  /** The most that it may ask memory for at once, as git writes sizes (`600m`). */
  readonly memory?: string;
  readonly settings?: readonly (readonly [key: string, value: string])[];
  readonly signal?: AbortSignal | undefined;
}

/** A git that ended with an error. */
export class GitFailure extends Error {
  override readonly name = 'GitFailure';
  readonly exitCode: number | null;

  constructor(exitCode: number | null, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Git on our own object store. It knows nothing of the user's configuration, environment and repository. */
export class CheckpointGit {
  readonly #store: string;

  /** `store` is the absolute path of the object store. */
  constructor(store: string) {
    this.#store = store;
  }

  /** What git printed. Rejects with `GitFailure`, `no_checkpoint` when there is no git, or `cancelled`. */
  async run(args: readonly string[], options: GitRun = {}): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const part of this.stream(args, options)) parts.push(part);
    return Buffer.concat(parts);
  }

  /** The same, as it is printed. */
  async *stream(args: readonly string[], options: GitRun = {}): AsyncGenerator<Buffer, void> {
    options.signal?.throwIfAborted();
    const child = spawn('git', ['--no-pager', '--literal-pathspecs', ...args], {
      cwd: options.folder ?? this.#store,
      env: this.#environment(options),
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    // The timeout of `spawn` outlives a program that could not be started.
    const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
    const ended = endOf(child, options.folder ?? this.#store);
    // Handled where it is awaited; a reader that stops early does not.
    ended.catch(() => undefined);
    child.stdin.on('error', () => undefined);
    const { input = '' } = options;
    // What cannot be read to its end is cut off, which git notices.
    if (input instanceof Readable) pipeline(input, child.stdin).catch(() => undefined);
    else child.stdin.end(input);
    let message = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (message.length < MAX_MESSAGE) message += text;
    });
    // One that never started would not end either.
    child.once('error', error => child.stdout.destroy(error));
    try {
      try {
        for await (const part of child.stdout) yield part as Buffer;
      } catch (error) {
        await ended;
        throw error;
      }
      const exitCode = await ended;
      if (exitCode !== 0) throw new GitFailure(exitCode, messageFrom(args, exitCode, message));
    } finally {
      clearTimeout(timer);
      child.kill('SIGKILL');
    }
  }

  #environment({ folder, worktree, index, memory, settings = [] }: GitRun): Record<string, string> {
    const passed = PASSED.flatMap(name => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    const configured = [...SETTINGS, ...settings].flatMap(([key, value], position) => [
      [`GIT_CONFIG_KEY_${position}`, key] as const,
      [`GIT_CONFIG_VALUE_${position}`, value] as const,
    ]);
    return {
      ...Object.fromEntries([...passed, ...configured]),
      GIT_CONFIG_COUNT: String(SETTINGS.length + settings.length),
      // Versions that do not know the two after it find no configuration here either.
      ...{ HOME: this.#store, XDG_CONFIG_HOME: this.#store },
      ...{ GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: NULL_DEVICE, GIT_ATTR_NOSYSTEM: '1' },
      ...{
        GIT_OPTIONAL_LOCKS: '0',
        GIT_TERMINAL_PROMPT: '0',
        GIT_NO_REPLACE_OBJECTS: '1',
        GIT_NO_LAZY_FETCH: '1',
        LC_ALL: 'C',
      },
      GIT_DIR: this.#store,
      ...(folder === undefined ? {} : { GIT_WORK_TREE: worktree ?? folder }),
      ...(index === undefined ? {} : { GIT_INDEX_FILE: index }),
      ...(memory === undefined ? {} : { GIT_ALLOC_LIMIT: memory }),
    };
  }
}

async function endOf(child: ChildProcess, folder: string): Promise<number | null> {
  try {
    const [exitCode] = (await once(child, 'close')) as [number | null];
    return exitCode;
  } catch (error) {
    if (error instanceof Error && 'code' in error) {
      if (error.code === 'ENOENT' && existsSync(folder))
        throw new SessionError(
          'no_checkpoint',
          'git was not found on the path, so the workspace is not captured and tasks cannot be undone. Install git, or add it to PATH and restart.',
          { cause: error },
        );
      if (error.code === 'ABORT_ERR')
        throw new SessionError('cancelled', 'The capture was cancelled.', { cause: error });
    }
    throw error;
  }
}

function messageFrom(args: readonly string[], exitCode: number | null, message: string): string {
  const reason = message.trim().split('\n')[0] ?? '';
  if (exitCode === null) return `git ${args[0] ?? ''} was stopped after five minutes`;
  return `git ${args[0] ?? ''} ended with exit code ${exitCode}${reason === '' ? '' : `: ${reason}`}`;
}
