import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { seed, tier } from './tier.ts';

const MAX_SHOWN = 12;

/** What one suite found, as `CRASH_FIGURES` collects it. */
export interface Figures {
  readonly suite: string;
  readonly tier: string;
  readonly seed: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly fired: Readonly<Record<string, number>>;
  readonly problems: number;
}

/** Counts what a suite does and what goes wrong, prints it, and fails at the end when anything did. */
export class Tally {
  readonly #suite: string;
  readonly #counts = new Map<string, number>();
  readonly #fired = new Map<string, number>();
  readonly #problems: string[] = [];

  constructor(suite: string) {
    this.#suite = suite;
  }

  count(what: string, by = 1): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + by);
  }

  /** The highest of what is told under this name. */
  highest(what: string, value: number): void {
    this.#counts.set(what, Math.max(this.#counts.get(what) ?? 0, Math.round(value)));
  }

  /** An injected failure took effect. */
  fire(what: string, by = 1): void {
    this.#fired.set(what, (this.#fired.get(what) ?? 0) + by);
  }

  fail(problem: string): void {
    this.#problems.push(problem);
  }

  expect(condition: boolean, problem: string): void {
    if (!condition) this.fail(problem);
  }

  get problems(): number {
    return this.#problems.length;
  }

  finish(): void {
    const figures: Figures = {
      suite: this.#suite,
      tier,
      seed,
      counts: Object.fromEntries(this.#counts),
      fired: Object.fromEntries(this.#fired),
      problems: this.#problems.length,
    };
    const list = (map: ReadonlyMap<string, number>): string =>
      [...map].map(([name, count]) => `${count} ${name}`).join(', ');
    console.log(
      `      ${this.#suite}: ${list(this.#counts)}; ${this.#problems.length} problems; seed ${seed}`,
    );
    if (this.#fired.size > 0) console.log(`      fired: ${list(this.#fired)}`);
    const file = process.env['CRASH_FIGURES'];
    if (file !== undefined) appendFileSync(file, `${JSON.stringify(figures)}\n`);
    const kinds = new Map(this.#problems.map(problem => [problem.replace(/[0-9]+/g, '#'), problem]));
    const shown = [...kinds.values()].slice(0, MAX_SHOWN).join('\n');
    assert.equal(this.#problems.length, 0, `seed ${seed}, ${this.#problems.length} problems:\n${shown}`);
  }
}
