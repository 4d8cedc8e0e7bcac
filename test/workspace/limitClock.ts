import { toDisposable } from '../../src/core/disposable.ts';
import type { Clock } from '../../src/core/ports.ts';
import { realClock } from './realClock.ts';

/** The real clock, except that a wait of `limitMs` is over once `isOver` holds: after what a test wants to see before it. */
export function limitClock(limitMs: number, isOver: () => boolean): Clock {
  return {
    ...realClock,
    setTimeout: (callback, ms) => {
      if (ms !== limitMs) return realClock.setTimeout(callback, ms);
      const looks = setInterval(() => {
        if (!isOver()) return;
        clearInterval(looks);
        callback();
      }, 10);
      return toDisposable(() => clearInterval(looks));
    },
  };
}
