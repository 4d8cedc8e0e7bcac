import { type Disposable, toDisposable } from '../../src/core/disposable.ts';
import type { Clock } from '../../src/core/ports.ts';

/** A clock on which time passes faster: waiting is real, and short. */
export class HurriedClock implements Clock {
  /** Every wait that was asked for, in milliseconds. */
  readonly waits: number[] = [];
  readonly #factor: number;
  readonly #above: number;
  readonly #start = performance.now();

  /** Waits of at most `above` milliseconds take their time. */
  constructor(factor: number, above = 0) {
    this.#factor = factor;
    this.#above = above;
  }

  now(): Date {
    return new Date(Date.UTC(2026, 0, 1) + this.monotonic());
  }

  monotonic(): number {
    return (performance.now() - this.#start) * this.#factor;
  }

  setTimeout(callback: () => void, ms: number): Disposable {
    this.waits.push(ms);
    const timer = setTimeout(callback, ms > this.#above ? ms / this.#factor : ms);
    return toDisposable(() => {
      clearTimeout(timer);
    });
  }
}
