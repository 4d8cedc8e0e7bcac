import { type Disposable, toDisposable } from './disposable.ts';

/** Subscribes `listener`; the result unsubscribes. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/**
 * The private half of an event: owners keep the emitter and expose only `event`.
 * Events tell, they never drive: a listener that throws is reported to `onError` and stops nobody else.
 */
export class Emitter<T> implements Disposable {
  readonly #listeners = new Set<(value: T) => void>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  readonly event: Event<T> = listener => {
    const entry = (value: T): void => {
      listener(value);
    };
    this.#listeners.add(entry);
    return toDisposable(() => this.#listeners.delete(entry));
  };

  /** How many listen; leak checks read it. */
  get listenerCount(): number {
    return this.#listeners.size;
  }

  fire(value: T): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(value);
      } catch (error) {
        this.#onError(error);
      }
    }
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
