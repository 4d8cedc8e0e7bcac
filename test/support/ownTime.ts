const TICK_MS = 10;

/**
 * The time that this process was given, in steps of 10 ms: on a machine that is busy with something else it goes slower
 * than the one on the wall. What waits only for timers and files of its own is late by it, or not at all.
 */
export class OwnTime {
  ms = 0;
  readonly #ticks = setInterval(() => {
    this.ms += TICK_MS;
  }, TICK_MS);

  /** Stops it and says how much there was. */
  end(): number {
    clearInterval(this.#ticks);
    return this.ms;
  }
}
