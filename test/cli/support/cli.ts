import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { SessionMetadata } from '../../../src/core/session.ts';
import type { OverallStats, SessionStats } from '../../../src/core/stats.ts';
import type { AgentTask } from '../../../src/core/task.ts';
import { bundledCli } from './bundledCli.ts';
import { useTemporaryFolder } from '../../support/temporaryFolder.ts';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Within the temporary folder; the workspace when not given. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input; closed at once when not given. */
  readonly input?: string;
}

/** A workspace and a home of its own for each test, and the program to run there as a process. */
export interface Cli {
  readonly root: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  path(...names: string[]): string;
  start(args: readonly string[], options?: RunOptions): ChildProcess;
  run(args: readonly string[], options?: RunOptions): Promise<Outcome>;
  /** Runs with `--json`, expects an exit code, and gives the one document back. */
  json<T = Document>(args: readonly string[], code?: number, options?: RunOptions): Promise<T>;
  command(args: readonly string[]): string[];
}

/** What every document of the command line may hold, as far as tests look at it; a document has some of it. */
export interface Document {
  readonly sessionId: string;
  readonly taskId: string;
  readonly metadata: SessionJson;
  readonly stats: StatsJson;
  readonly sessions: readonly SessionJson[];
  readonly nextCursor: string;
  readonly damaged: readonly { readonly file: string; readonly problem: string }[];
  readonly task: TaskJson;
  readonly tasks: readonly TaskJson[];
  readonly interrupted: readonly string[];
  /** Of a problem. */
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly field: string;
}

type Json<T> = T extends Date ? string : T extends object ? { readonly [Key in keyof T]: Json<T[Key]> } : T;

export type SessionJson = Json<SessionMetadata>;
export type TaskJson = Json<AgentTask>;
export type StatsJson = Json<SessionStats & OverallStats>;

/** A journal line. */
export interface RecordJson {
  readonly v: number;
  readonly seq: number;
  readonly writer: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly sum?: string;
}

/** `path`: the program to run; a bundle made for this test run when not given. */
export function useCli(path?: string): Cli {
  let entry = path ?? '';
  before(async () => {
    entry = path ?? (await bundledCli());
  });
  const folder = useTemporaryFolder();
  const home = (): string => join(folder(), 'home');
  const root = (): string => join(folder(), 'work');
  beforeEach(() => {
    mkdirSync(home());
    mkdirSync(root());
  });
  const env = (): Record<string, string> => ({
    PATH: process.env['PATH'] ?? '',
    HOME: home(),
    XDG_CONFIG_HOME: join(home(), 'config'),
    XDG_CACHE_HOME: join(home(), 'cache'),
    XDG_STATE_HOME: join(home(), 'state'),
    LANG: 'en_US.UTF-8',
    GIT_CONFIG_GLOBAL: join(home(), 'gitconfig'),
    GIT_CONFIG_NOSYSTEM: '1',
  });
  const start = (args: readonly string[], options: RunOptions = {}): ChildProcess => {
    const cwd = options.cwd === undefined ? root() : join(folder(), options.cwd);
    const child = spawn(process.execPath, [entry, ...args], {
      ...{ cwd, env: { ...env(), ...options.env } },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    return child;
  };
  const run = (args: readonly string[], options?: RunOptions): Promise<Outcome> =>
    outcomeOf(start(args, options));
  return {
    get root() {
      return root();
    },
    get home() {
      return home();
    },
    get env() {
      return env();
    },
    path: (...names) => join(folder(), ...names),
    start,
    run,
    async json<T>(args: readonly string[], code = 0, options?: RunOptions): Promise<T> {
      const outcome = await run([...args, '--json'], options);
      assert.equal(outcome.code, code, `${args.join(' ')}\n${outcome.stdout}${outcome.stderr}`);
      return JSON.parse(outcome.stdout) as T;
    },
    command: args => [process.execPath, entry, ...args],
  };
}

export async function outcomeOf(child: ChildProcess): Promise<Outcome> {
  const { stdout, stderr } = child;
  assert.ok(stdout !== null && stderr !== null);
  const exit = new Promise<number | null>(resolve => {
    child.once('close', code => {
      resolve(code);
    });
  });
  const [out, err, code] = await Promise.all([text(stdout), text(stderr), exit]);
  return { code, stdout: out, stderr: err };
}

/** Resolves once `condition` holds; rejects after a while. */
export async function eventually(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Not within two minutes: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 25));
  }
}
