import type { LongWork } from '../core/longWork.ts';
import type { StorePorts } from './storePorts.ts';

/** How often somebody is told how far a piece of work is. */
const TOLD_MS = 250;

/** Tells how far a piece of work over many sessions is, if it takes long enough to be worth a word. */
export class WorkReport {
  readonly #ports: Pick<StorePorts, 'clock' | 'onLongWork'>;
  readonly #kind: LongWork['kind'];
  readonly #total: number;
  #toldAt: number;
  #isTold = false;

  constructor(ports: Pick<StorePorts, 'clock' | 'onLongWork'>, kind: LongWork['kind'], total: number) {
    this.#ports = ports;
    this.#kind = kind;
    this.#total = total;
    this.#toldAt = ports.clock.monotonic();
  }

  /** So many are done. */
  tell(done: number): void {
    const now = this.#ports.clock.monotonic();
    if (now - this.#toldAt < TOLD_MS) return;
    this.#toldAt = now;
    this.#isTold = true;
    this.#ports.onLongWork?.({ kind: this.#kind, done, total: this.#total });
  }

  /** It is over, whether or not all of it is done. */
  end(): void {
    if (this.#isTold) this.#ports.onLongWork?.({ kind: this.#kind, done: this.#total, total: this.#total });
  }
}
