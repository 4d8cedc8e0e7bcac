import type { Disposable } from '../core/disposable.ts';
import { messageOf } from '../core/errors.ts';
import type { StorePorts } from './storePorts.ts';

/** Lists that follow each other share a look, which does not slow them down. */
const DELAY_MS = 500;
/** How long a look at all of them holds. */
const HOLDS_MS = 5_000;
/** So few at a time that a list in between does not wait. */
const SLICE = 250;

export interface LaterLookParts {
  readonly ports: StorePorts;
  readonly ids: () => readonly string[];
  /** Looks at the files of these sessions; resolves with whether any had changed. */
  readonly lookAt: (sessionIds: readonly string[]) => Promise<boolean>;
  readonly onDidChange: () => void;
}

/**
 * Looks, behind the scenes, at the sessions that a long list showed as the index has them, and tells when one turns out to be
 * different. What is shown first, and what the system told of, was looked at before.
 */
export class LaterLook implements Disposable {
  readonly #parts: LaterLookParts;
  #timer: Disposable | undefined;
  #looking: Promise<void> | undefined;
  #lookedAt = -Infinity;
  #disposed = false;

  constructor(parts: LaterLookParts) {
    this.#parts = parts;
  }

  schedule(): void {
    const { clock } = this.#parts.ports;
    const isRecent = clock.monotonic() - this.#lookedAt < HOLDS_MS;
    if (this.#disposed || isRecent || this.#looking !== undefined) return;
    this.#timer ??= clock.setTimeout(() => {
      this.#timer = undefined;
      this.#looking = this.#look().finally(() => {
        this.#looking = undefined;
      });
    }, DELAY_MS);
  }

  dispose(): void {
    this.#disposed = true;
    this.#timer?.dispose();
  }

  async #look(): Promise<void> {
    const { ids, lookAt, onDidChange, ports } = this.#parts;
    let changed = false;
    try {
      const all = ids();
      for (let at = 0; at < all.length && !this.#disposed; at += SLICE) {
        if (await lookAt(all.slice(at, at + SLICE))) changed = true;
        await ports.pause(0);
      }
    } catch (error) {
      ports.logger.debug(`The sessions could not all be looked at: ${messageOf(error)}`);
    }
    this.#lookedAt = ports.clock.monotonic();
    if (changed && !this.#disposed) onDidChange();
  }
}
