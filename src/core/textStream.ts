import type { Disposable } from './disposable.ts';
import type { Clock } from './ports.ts';

/** A frame: what comes within it is seen together anyway. */
const FRAME_MS = 10;
const MAX_CHARACTERS = 16 * 1024;
const taken = Promise.resolve();

/**
 * Passes on a text that comes in pieces: the first at once, those that follow within a frame together, so that a command that
 * prints a line at a time costs what its text costs, not its lines.
 */
export class TextStream implements Disposable {
  readonly #clock: Clock;
  readonly #pass: (text: string) => Promise<void>;
  #pending = '';
  #frame: Disposable | undefined;
  #passing: Promise<void> = taken;

  /** `pass` gets one text after the other; what it rejects with, its next call is expected to reject with again. */
  constructor(clock: Clock, pass: (text: string) => Promise<void>) {
    this.#clock = clock;
    this.#pass = pass;
  }

  /** Resolves when more may come. */
  push(text: string): Promise<void> {
    this.#pending += text;
    const canWait = this.#frame !== undefined && this.#pending.length < MAX_CHARACTERS;
    return canWait ? taken : this.flush();
  }

  /** Resolves when all that came was passed on. */
  flush(): Promise<void> {
    this.#passing = this.#passing.then(
      () => this.#passPending(),
      () => this.#passPending(),
    );
    return this.#passing;
  }

  dispose(): void {
    this.#frame?.dispose();
    this.#frame = undefined;
  }

  async #passPending(): Promise<void> {
    const text = this.#pending;
    this.#pending = '';
    if (text === '') return;
    this.#frame ??= this.#clock.setTimeout(() => {
      this.#frame = undefined;
      this.flush().catch(() => undefined);
    }, FRAME_MS);
    await this.#pass(text);
  }
}
