import type { Disposable } from './disposable.ts';
import type { Clock } from './ports.ts';

/** How much longer than the work took the rest after it is. */
const REST_FACTOR = 4;
/** On a machine that is busy with something else, work takes long without being much. */
const LONGEST_REST_MS = 5_000;

/**
 * For work that is done anew when something changed and may take long: once for changes that come together, never while it
 * is under way, and after a rest in proportion to what it took.
 */
export class Pacer implements Disposable {
  readonly #clock: Pick<Clock, 'monotonic' | 'setTimeout'>;
  readonly #quietMs: number;
  readonly #start: () => void;
  #isAsked = false;
  #underWay = 0;
  #restUntil = 0;
  #timer: Disposable | undefined;

  /** `start` begins the work, which is done in `during`; it is called `quietMs` milliseconds after it was asked for, at the earliest. */
  constructor(clock: Pick<Clock, 'monotonic' | 'setTimeout'>, quietMs: number, start: () => void) {
    this.#clock = clock;
    this.#quietMs = quietMs;
    this.#start = start;
  }

  /** Something changed. */
  ask(): void {
    this.#isAsked = true;
    if (this.#timer !== undefined || this.#underWay > 0) return;
    const rest = this.#restUntil - this.#clock.monotonic();
    this.#timer = this.#clock.setTimeout(
      () => {
        this.#timer = undefined;
        if (this.#underWay > 0) return;
        this.#isAsked = false;
        this.#start();
      },
      Math.max(this.#quietMs, rest),
    );
  }

  /** The work itself, whoever had it begun. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#underWay++;
    const started = this.#clock.monotonic();
    try {
      return await work();
    } finally {
      const ended = this.#clock.monotonic();
      this.#restUntil = ended + Math.min(LONGEST_REST_MS, REST_FACTOR * (ended - started));
      this.#underWay--;
      if (this.#isAsked) this.ask();
    }
  }

  dispose(): void {
    this.#timer?.dispose();
  }
}
