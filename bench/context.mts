import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../src/core/errors.ts';

const LONGEST_REASON = 300;

/** What a suite works with: where it may write, how much it measures. */
export class BenchContext {
  readonly rounds: number;
  /** What numbers of sessions, events and bytes are divided by: 1 for figures that count. */
  readonly scale: number;
  readonly #only: readonly string[];
  readonly #root: string;
  #skipped: string[] = [];

  constructor(options: {
    readonly rounds: number;
    readonly scale: number;
    readonly only?: readonly string[];
  }) {
    this.rounds = options.rounds;
    this.scale = options.scale;
    this.#only = options.only ?? [];
    this.#root = realpathSync(mkdtempSync(join(tmpdir(), 'coding-agent-bench-')));
    process.once('exit', () => {
      this.dispose();
    });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  }

  scaled(count: number): number {
    return Math.ceil(count / this.scale);
  }

  /** A new folder, removed at the end if not before. */
  folder(name: string): string {
    const folder = mkdtempSync(join(this.#root, `${name}-`));
    mkdirSync(join(folder, 'cache'));
    return folder;
  }

  removeFolder(folder: string): void {
    rmSync(folder, { recursive: true, force: true });
  }

  say(what: string): void {
    console.log(`  ${what} ...`);
  }

  /** The parts of a suite that are to be measured: all, or those asked for with `--only`. */
  partsOf<T extends string>(all: readonly T[]): readonly T[] {
    const unknown = this.#only.find(name => !(all as readonly string[]).includes(name));
    if (unknown !== undefined) throw new Error(`There is no "${unknown}": there are ${all.join(', ')}.`);
    return this.#only.length === 0 ? all : all.filter(name => this.#only.includes(name));
  }

  /** Prints why `what` cannot be measured; returns it without the folders of this machine. */
  cannot(what: string, error: unknown): string {
    const lines = messageOf(error).split('\n');
    const telling = lines.find(line => /\w*Error\b/.test(line)) ?? lines[0] ?? '';
    const reason = `${what}: ${telling.trim()}`.replaceAll(this.#root, '…').replaceAll(homedir(), '~');
    console.log(`  not measured: ${reason}`);
    return reason.slice(0, LONGEST_REASON);
  }

  /** Says why something cannot be measured on this machine. */
  skip(reason: string): void {
    console.log(`  skipped: ${reason}`);
    this.#skipped.push(reason);
  }

  takeSkipped(): readonly string[] {
    return this.#skipped.splice(0);
  }

  dispose(): void {
    this.removeFolder(this.#root);
  }
}
