import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { v4 } from 'uuid';
import { toDisposable } from '../core/disposable.ts';
import type { Clock, Ids } from '../core/ports.ts';

export const systemClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  setTimeout(callback, ms) {
    const timer = setTimeout(callback, ms);
    timer.unref();
    return toDisposable(() => {
      clearTimeout(timer);
    });
  },
};

export const systemIds: Ids = {
  uuid: () => v4(),
  hex: length =>
    randomBytes(Math.ceil(length / 2))
      .toString('hex')
      .slice(0, length),
};
