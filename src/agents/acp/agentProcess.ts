import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { AnyMessage } from '@agentclientprotocol/sdk';
import { lastBytes } from '../../core/text.ts';
import type { ProcessIdentity } from '../../core/toolCall.ts';
import { ControlStripper } from '../../workspace/controlStripper.ts';
import { endTree } from '../../workspace/processGroup.ts';
import { GROUP_VARIABLE, identify } from '../../workspace/processList.ts';
import { fromSystemError } from '../../workspace/workspaceError.ts';

export interface AgentProgram {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Absolute. */
  readonly cwd: string;
}

const MAX_TAIL_BYTES = 4096;
// Waits for the word on descriptor 3, which comes after the journal knows the process; end of file means that we died.
const GATE = `read -r go <&3 && [ "$go" = go ] || exit 125; exec 3<&-; ${GROUP_VARIABLE}=$$; export ${GROUP_VARIABLE}; exec "$@"`;

/** An agent's program: its process group, its pipes, and what it complained about. */
export class AgentProcess {
  readonly identity: ProcessIdentity;
  /** Resolves with how it ended. Never rejects. */
  readonly exited: Promise<string>;
  readonly #child: ChildProcess;
  #tail = '';

  private constructor(child: ChildProcess, identity: ProcessIdentity, exited: Promise<string>) {
    this.#child = child;
    this.identity = identity;
    this.exited = exited;
    const stripper = new ControlStripper();
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#tail = lastBytes(this.#tail + stripper.push(text), MAX_TAIL_BYTES);
    });
    child.stdin?.on('error', () => undefined);
    child.stderr?.on('error', () => undefined);
  }

  /** Starts it; it does nothing before `go`. Rejects with a `WorkspaceError`. */
  static async start({ command, args, environment, cwd }: AgentProgram): Promise<AgentProcess> {
    const isWindows = process.platform === 'win32';
    const argv = isWindows ? [command, ...args] : ['/bin/sh', '-c', GATE, 'sh', command, ...args];
    try {
      const child = spawn(argv[0] ?? command, argv.slice(1), {
        ...{ cwd, env: environment, detached: !isWindows, windowsHide: true, shell: isWindows },
        stdio: isWindows ? ['pipe', 'pipe', 'pipe'] : ['pipe', 'pipe', 'pipe', 'pipe'],
      });
      const exited = new Promise<string>(resolve => {
        child.once('exit', (code, signal) => {
          resolve(signal === null ? `exit code ${String(code)}` : `signal ${signal}`);
        });
        child.once('error', error => {
          resolve(error.message);
        });
      });
      await once(child, 'spawn');
      return new AgentProcess(child, await identify(child.pid ?? 0), exited);
    } catch (error) {
      throw fromSystemError(error, `start ${command}`);
    }
  }

  /** Lets it run. */
  go(): void {
    const gate = this.#child.stdio[3];
    if (gate === null || gate === undefined || !('end' in gate)) return;
    gate.on('error', () => undefined);
    gate.end('go\n');
  }

  get output(): Readable {
    if (this.#child.stdout === null) throw new Error('The process has no output.');
    return this.#child.stdout;
  }

  /** The end of what it wrote to its standard error, inert. */
  get complaints(): string {
    return this.#tail.trim();
  }

  /** Messages to it, one a line. What cannot be written is lost with the process. */
  input(): WritableStream<AnyMessage> {
    const stdin = this.#child.stdin as Writable;
    return new WritableStream<AnyMessage>({
      write: message =>
        new Promise(resolve => {
          stdin.write(`${JSON.stringify(message)}\n`, () => {
            resolve();
          });
        }),
    });
  }

  /** Ends it and everything that came from it. Never rejects. */
  async end(): Promise<void> {
    this.#child.stdin?.end();
    await endTree(this.identity, { graceMs: 1000 }).catch(() => 0);
    await this.exited;
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }
}
