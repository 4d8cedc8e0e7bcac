import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export interface WorkerOptions {
  /** Flags of Node itself. */
  readonly node?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** Runs a file of bench/ as a process of its own; it prints one JSON document. Rejects when it fails. */
export async function runWorker<T>(
  file: string,
  args: readonly string[],
  options: WorkerOptions = {},
): Promise<T> {
  const flags = ['--disable-warning=ExperimentalWarning', ...(options.node ?? [])];
  const child = spawn(process.execPath, [...flags, join(import.meta.dirname, file), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: options.env ?? process.env,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const exit = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [output, problems, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  if (code !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${code}:\n${problems.slice(-2000)}`);
  return JSON.parse(output) as T;
}
