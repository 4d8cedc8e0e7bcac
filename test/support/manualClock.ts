import { type Disposable, toDisposable } from '../../src/core/disposable.ts';
import type { Clock } from '../../src/core/ports.ts';

/** A clock that moves only when told. */
export class ManualClock implements Clock {
  #now: number;
  #elapsed = 0;
  readonly #timers = new Set<{ readonly at: number; readonly callback: () => void }>();

  constructor(now = Date.UTC(2026, 0, 1, 12)) {
    this.#now = now;
  }

  get pendingTimers(): number {
    return this.#timers.size;
  }

  now(): Date {
    return new Date(this.#now);
  }

  monotonic(): number {
    return this.#elapsed;
  }

  setTimeout(callback: () => void, ms: number): Disposable {
    const timer = { at: this.#elapsed + ms, callback };
    this.#timers.add(timer);
    return toDisposable(() => this.#timers.delete(timer));
  }

  /** Moves time on and fires what is due, in order. */
  advance(ms: number): void {
    this.#elapsed += ms;
    this.#now += ms;
    for (const timer of [...this.#timers].sort((a, b) => a.at - b.at)) {
      if (timer.at > this.#elapsed || !this.#timers.delete(timer)) continue;
      timer.callback();
    }
  }

  /** Moves the wall clock only, as a person or a time server does. */
  jump(ms: number): void {
    this.#now += ms;
  }
}
