import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a suite works with: where it may write, how much it measures. */
export class BenchContext {
  readonly rounds: number;
  /** What numbers of sessions, events and bytes are divided by: 1 for figures that count. */
  readonly scale: number;
  readonly #root: string;
  #skipped: string[] = [];

  constructor(options: { readonly rounds: number; readonly scale: number }) {
    this.rounds = options.rounds;
    this.scale = options.scale;
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
