import { type Disposable, toDisposable } from '../../src/core/disposable.ts';
import type { Clock } from '../../src/core/ports.ts';

export interface HurriedWaits {
  /** Waits of at most so many milliseconds take their time. */
  readonly above?: number;
  /** Longer waits take their time: what is patient stays so on a busy machine. */
  readonly upTo?: number;
}

/** A clock on which waiting is real, and short; between waits time passes as everywhere. */
export class HurriedClock implements Clock {
  /** Every wait that was asked for, in milliseconds. */
  readonly waits: number[] = [];
  readonly #factor: number;
  readonly #above: number;
  readonly #upTo: number;
  readonly #start = performance.now();
  #skipped = 0;

  constructor(factor: number, { above = 0, upTo = Infinity }: HurriedWaits = {}) {
    this.#factor = factor;
    this.#above = above;
    this.#upTo = upTo;
  }

  now(): Date {
    return new Date(Date.UTC(2026, 0, 1) + this.monotonic());
  }

  monotonic(): number {
    return performance.now() - this.#start + this.#skipped;
  }

  setTimeout(callback: () => void, ms: number): Disposable {
    this.waits.push(ms);
    const end = this.monotonic() + ms;
    const isHurried = ms > this.#above && ms <= this.#upTo;
    const timer = setTimeout(
      () => {
        this.#skipped += Math.max(0, end - this.monotonic());
        callback();
      },
      isHurried ? ms / this.#factor : ms,
    );
    return toDisposable(() => {
      clearTimeout(timer);
    });
  }
}
