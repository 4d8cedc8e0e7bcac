import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const alive = new Set<Child>();

export interface Start {
  readonly file: string;
  /** What the worker is told. */
  readonly config?: unknown;
  /** What a program is told instead. */
  readonly args?: readonly string[];
  /** Programs in front of it: `strace`, `prlimit`, ... */
  readonly through?: readonly string[];
  readonly nodeOptions?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A worker process that tells, line by line, what it did. */
export class Child {
  readonly lines: string[] = [];
  readonly exit: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  readonly #process: ChildProcess;
  readonly #waiting = new Set<() => void>();
  #errors = '';
  #over = false;

  constructor({ file, config, through = [], nodeOptions = [], args: words, env, cwd }: Start) {
    const [program = process.execPath, ...before] = through;
    const node = through.length === 0 ? [] : [process.execPath];
    const args = [...before, ...node, ...nodeOptions, file, ...(words ?? [JSON.stringify(config)])];
    this.#process = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      cwd,
    });
    const { stdout, stderr, stdin } = this.#process;
    stdin?.on('error', () => undefined);
    stderr?.on('data', (chunk: Buffer) => (this.#errors += chunk.toString()));
    if (stdout !== null) {
      createInterface({ input: stdout }).on('line', line => {
        this.lines.push(line);
        this.#wake();
      });
    }
    this.exit = new Promise(resolve => {
      this.#process.once('error', error => {
        this.#errors += error.message;
        this.#end();
        resolve({ code: null, signal: null });
      });
      this.#process.once('close', (code, signal) => {
        this.#end();
        resolve({ code, signal });
      });
    });
    alive.add(this);
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  get errors(): string {
    return this.#errors;
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** What it told behind a first word. */
  told(word: string): string[] {
    return this.lines.filter(line => line.startsWith(`${word} `)).map(line => line.slice(word.length + 1));
  }

  /** Resolves with the first line that starts with this; with `undefined` when it ended, or after a while. */
  async until(start: string, timeoutMs = 180_000): Promise<string | undefined> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const found = this.lines.find(line => line.startsWith(start));
      const left = deadline - performance.now();
      if (found !== undefined || this.#over || left <= 0) return found;
      await new Promise<void>(resolve => {
        const timer = setTimeout(done, left);
        const waiting = this.#waiting;
        function done(): void {
          clearTimeout(timer);
          waiting.delete(done);
          resolve();
        }
        waiting.add(done);
      });
    }
  }

  tell(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  #end(): void {
    this.#over = true;
    alive.delete(this);
    this.#wake();
  }
}

/** Ends what a test left running. */
export async function endAll(): Promise<void> {
  const left = [...alive];
  for (const child of left) {
    child.signal('SIGCONT');
    child.signal('SIGKILL');
  }
  await Promise.all(left.map(child => child.exit));
}
