import type { LongWork } from '../core/longWork.ts';
import type { StorePorts } from './storePorts.ts';

/** How often somebody is told how far a piece of work is. */
const TOLD_MS = 250;
/** Fewer sessions are never worth a word. */
const MANY = 1_000;

/** Tells how far a piece of work over many sessions is, if it takes long enough to be worth a word. */
export class WorkReport {
  readonly #ports: Pick<StorePorts, 'clock' | 'onLongWork'>;
  readonly #kind: LongWork['kind'];
  #toldAt: number;
  /** How many there are, once that was told. */
  #total: number | undefined;

  constructor(ports: Pick<StorePorts, 'clock' | 'onLongWork'>, kind: LongWork['kind']) {
    this.#ports = ports;
    this.#kind = kind;
    this.#toldAt = ports.clock.monotonic();
  }

  tell(done: number, total: number): void {
    if (total < MANY) return;
    const now = this.#ports.clock.monotonic();
    if (now - this.#toldAt < TOLD_MS) return;
    this.#toldAt = now;
    this.#total = total;
    this.#ports.onLongWork?.({ kind: this.#kind, done, total });
  }

  /** It is over, whether or not all of it is done. */
  end(): void {
    const total = this.#total;
    if (total !== undefined) this.#ports.onLongWork?.({ kind: this.#kind, done: total, total });
  }
}
