import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import type { Cli } from './cli.ts';

/** Why there is no pseudo-terminal on this machine; `undefined` when there is one. */
export function missingPty(): string | undefined {
  const { stdout, error } = spawnSync('script', ['--version'], { encoding: 'utf8' });
  if (error !== undefined) return 'script (util-linux) is not installed';
  return stdout.includes('util-linux') ? undefined : 'this script is not the one of util-linux';
}

/** The program on a pseudo-terminal, typed to and read like one. */
export class Pty {
  readonly #child: ChildProcess;
  readonly #exit: Promise<number | null>;
  #sent = '';

  constructor(
    cli: Cli,
    args: readonly string[],
    { columns = 80, env = {} }: { columns?: number; env?: Record<string, string> } = {},
  ) {
    const command = cli.command(args).map(quoted).join(' ');
    const line = `stty cols ${String(columns)} rows 24 && exec ${command}`;
    this.#child = spawn('script', ['-qefc', line, '/dev/null'], {
      cwd: cli.root,
      env: { ...cli.env, TERM: 'xterm', SHELL: '/bin/sh', ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#sent += text));
    this.#exit = new Promise(resolve => {
      this.#child.once('close', resolve);
    });
  }

  /** Everything the program sent, line ends as on Unix. */
  get sent(): string {
    return this.#sent.replaceAll('\r\n', '\n');
  }

  /** What was sent, without colours and cursor movements. */
  get text(): string {
    return this.sent.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '');
  }

  type(text: string): void {
    this.#child.stdin?.write(text);
  }

  /** Takes the terminal away, as closing its window does. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Resolves once what was sent since the last call matches. */
  async shows(pattern: RegExp): Promise<void> {
    const deadline = Date.now() + 120_000;
    while (!pattern.test(this.text)) {
      if (Date.now() > deadline) assert.fail(`${String(pattern)} did not appear:\n${this.text}`);
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  }

  async exit(): Promise<number | null> {
    const code = await this.#exit;
    this.#child.stdin?.destroy();
    return code;
  }
}

function quoted(argument: string): string {
  return `'${argument.replaceAll("'", `'\\''`)}'`;
}
