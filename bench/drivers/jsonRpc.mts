import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

interface Answer {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

const patienceMs = 300_000;

/** A program that speaks JSON-RPC over its standard streams, one message a line. */
export class JsonRpcProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #next = 1;

  constructor(program: string, args: readonly string[], env: NodeJS.ProcessEnv, cwd: string) {
    this.#child = spawn(program, args, { env, cwd, stdio: ['pipe', 'pipe', 'ignore'] });
    process.once('exit', () => this.#child.kill('SIGKILL'));
    if (this.#child.stdout === null) throw new Error(`${program} has no output.`);
    createInterface({ input: this.#child.stdout }).on('line', line => {
      const answer = JSON.parse(line) as Answer;
      if (answer.id !== undefined && !('method' in answer)) this.#waiting.get(answer.id)?.(answer);
    });
  }

  async call(method: string, params: unknown): Promise<unknown> {
    const id = this.#next++;
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#waiting.set(id, resolve);
    const timer = setTimeout(() => {
      resolve({ error: { message: `no answer in ${patienceMs / 1000} s` } });
    }, patienceMs);
    this.#send({ id, method, params });
    const { result, error } = await promise;
    clearTimeout(timer);
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  notify(method: string): void {
    this.#send({ method });
  }

  close(): void {
    this.#child.kill('SIGKILL');
  }

  #send(message: Readonly<Record<string, unknown>>): void {
    this.#child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }
}
