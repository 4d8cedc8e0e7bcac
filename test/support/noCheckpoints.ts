import type { Checkpoints } from '../../src/core/checkpoints.ts';
import { SessionError } from '../../src/core/errors.ts';

function refused(): Promise<never> {
  return Promise.reject(new SessionError('no_checkpoint', 'Nothing is captured here.'));
}

/** Where no git program is. */
export const noCheckpoints: Checkpoints = {
  capture: refused,
  changes: refused,
  entries: refused,
  content: refused,
  contents: refused,
  describe: refused,
  look: refused,
  restore: refused,
  prune: refused,
  isKept: () => Promise.resolve(false),
  check: refused,
  enter: () => Promise.resolve({ leave: () => Promise.resolve(false) }),
};
