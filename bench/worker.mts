import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { spawnGroup, stopGroup } from '../scripts/vscode/processes.mts';
import { bundled } from './bundled.mts';

/** However busy the machine is; what takes longer is stuck. */
const LIMIT_MS = 10 * 60_000;

export interface WorkerOptions {
  /** Flags of Node itself. */
  readonly node?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Whether it runs as the product does, in one file: what strips types fills the memory of a new process. */
  readonly bundled?: boolean;
  /** After which it is ended, with all that it started; ten minutes when not given. */
  readonly limitMs?: number;
}

/** Runs a file of bench/ as a process of its own; it prints one JSON document. Rejects when it fails or takes too long. */
export async function runWorker<T>(
  file: string,
  args: readonly string[],
  { node = [], env = process.env, cwd, limitMs = LIMIT_MS, bundled: isBundled = false }: WorkerOptions = {},
): Promise<T> {
  const flags = ['--disable-warning=ExperimentalWarning', ...node];
  const path = join(import.meta.dirname, file);
  const entry = isBundled ? await bundled(path) : path;
  const child = spawnGroup(process.execPath, [...flags, entry, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
    ...(cwd === undefined ? {} : { cwd }),
  });
  if (child.stdout === null || child.stderr === null) throw new Error(`${file} has no output.`);
  const late = new AbortController();
  const limit = setTimeout(() => {
    late.abort();
    void stopGroup(child);
  }, limitMs);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  try {
    const [output, problems, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    if (late.signal.aborted) throw new Error(`no answer in ${limitMs / 1000} s`);
    if (code !== 0) throw new Error(`${file} ended with ${code ?? 'a signal'}: ${problems.slice(-2000)}`);
    return JSON.parse(output) as T;
  } finally {
    clearTimeout(limit);
    await stopGroup(child);
  }
}
