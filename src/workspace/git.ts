import { execFile } from 'node:child_process';
import { commandEnvironment } from './environment.ts';
import { WorkspaceError } from './workspaceError.ts';

/** How a git that we run by ourselves ended. */
export interface GitAnswer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const TIMEOUT_MS = 60_000;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const NULL_DEVICE = process.platform === 'win32' ? 'NUL' : '/dev/null';

/** Configuration under which git runs no program that a repository names. */
const BLANKED: readonly (readonly [key: string, value: string])[] = [
  ['core.fsmonitor', 'false'],
  ['core.hooksPath', NULL_DEVICE],
  ['core.sshCommand', 'false'],
  ['core.gitProxy', ''],
  ['core.askPass', ''],
  ['core.editor', 'false'],
  ['core.pager', 'cat'],
  ['core.alternateRefsCommand', 'false'],
  ['diff.external', ''],
  ['gpg.program', 'false'],
  ['gpg.ssh.program', 'false'],
  ['credential.helper', ''],
  ['protocol.allow', 'never'],
  ['safe.bareRepository', 'explicit'],
  ['submodule.recurse', 'false'],
  ['diff.ignoreSubmodules', 'all'],
  ['status.submoduleSummary', 'false'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
];
const SHOWS_DIFFS = new Set(['diff', 'log', 'show']);
// Drivers have names of their own; `.gitattributes` chooses among them.
const DRIVER =
  /^(filter\..+\.(clean|smudge|process)|diff\..+\.(command|textconv)|merge\..+\.driver|gpg\..+\.program)$/is;

/**
 * Git for what we look up by ourselves: reads only, runs nothing that the repository's configuration names (filters, hooks,
 * file system monitor, external diffs) and reaches no network. Never for what a person asked for.
 */
export class ReadOnlyGit {
  readonly #folder: string;
  readonly #signal: AbortSignal | undefined;
  #environment: Promise<Record<string, string>> | undefined;

  /** `folder` is absolute. */
  constructor(folder: string, signal?: AbortSignal) {
    this.#folder = folder;
    this.#signal = signal;
  }

  /** Resolves whatever the exit code; rejects with `git_missing`, `timeout` or `cancelled`. */
  async run(...args: readonly string[]): Promise<GitAnswer> {
    this.#environment ??= this.#blankedEnvironment();
    const [command = '', ...rest] = args;
    // A blanked driver would only fail; these have git compare by itself.
    const plain = SHOWS_DIFFS.has(command) ? ['--no-ext-diff', '--no-textconv'] : [];
    return this.#execute([command, ...plain, ...rest], await this.#environment);
  }

  /** The trimmed answer; `undefined` when git failed. */
  async read(...args: readonly string[]): Promise<string | undefined> {
    const answer = await this.run(...args);
    return answer.exitCode === 0 ? answer.stdout.trim() : undefined;
  }

  async #blankedEnvironment(): Promise<Record<string, string>> {
    // Listing the configuration runs nothing; it tells which drivers there are to blank.
    const listed = await this.#execute(
      ['config', '--list', '--name-only', '-z', '--includes'],
      withConfiguration(BLANKED),
    );
    const drivers = listed.stdout.split('\0').filter(key => DRIVER.test(key));
    const required = drivers
      .filter(key => /^filter\./i.test(key))
      .map(key => key.replace(/[^.]+$/, 'required'));
    return withConfiguration([
      ...BLANKED,
      ...[...new Set(drivers)].map(key => [key, ''] as const),
      ...[...new Set(required)].map(key => [key, 'false'] as const),
    ]);
  }

  #execute(args: readonly string[], env: Record<string, string>): Promise<GitAnswer> {
    const options = {
      ...{ cwd: this.#folder, env, timeout: TIMEOUT_MS, maxBuffer: MAX_ANSWER_BYTES, windowsHide: true },
      ...(this.#signal === undefined ? {} : { signal: this.#signal }),
    };
    return new Promise((resolve, reject) => {
      execFile('git', ['--no-optional-locks', '--no-pager', ...args], options, (error, stdout, stderr) => {
        if (error === null) resolve({ exitCode: 0, stdout, stderr });
        else if (typeof error.code === 'number') resolve({ exitCode: error.code, stdout, stderr });
        else reject(failure(error));
      });
    });
  }
}

function withConfiguration(entries: readonly (readonly [string, string])[]): Record<string, string> {
  const configuration: Record<string, string> = { GIT_CONFIG_COUNT: String(entries.length) };
  for (const [index, [key, value]] of entries.entries()) {
    configuration[`GIT_CONFIG_KEY_${index}`] = key;
    configuration[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return {
    ...commandEnvironment(),
    ...configuration,
    ...{
      LC_ALL: 'C',
      GIT_OPTIONAL_LOCKS: '0',
      GIT_ASKPASS: 'false',
      SSH_ASKPASS: 'false',
      GIT_NO_LAZY_FETCH: '1',
    },
  };
}

function failure(error: Error & { code?: unknown; killed?: boolean }): WorkspaceError {
  if (error.code === 'ENOENT') {
    return new WorkspaceError(
      'git_missing',
      'git was not found on the path. Nothing was changed. Install git, or add it to PATH and restart, then retry.',
      error,
    );
  }
  if (error.code === 'ABORT_ERR') return new WorkspaceError('cancelled', 'The task was cancelled.', error);
  if (error.killed === true) {
    return new WorkspaceError(
      'timeout',
      'git did not answer within a minute. Nothing was changed. Retry later.',
      error,
    );
  }
  return new WorkspaceError(
    'storage_failed',
    `git could not be run: ${error.message}. Nothing was changed.`,
    error,
  );
}
