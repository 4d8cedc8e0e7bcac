import { toDisposable } from '../../src/core/disposable.ts';
import type { Clock } from '../../src/core/ports.ts';

/** The machine's own time. */
export const realClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  setTimeout: (callback, ms) => {
    const timer = setTimeout(callback, ms).unref();
    return toDisposable(() => {
      clearTimeout(timer);
    });
  },
};
