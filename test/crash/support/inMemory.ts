import { nullLogger } from '../../../src/core/logger.ts';
import type { ProcessOwner } from '../../../src/core/processOwner.ts';
import type { Ids, ProcessTable, SessionStore } from '../../../src/core/ports.ts';
import type { FileSystem } from '../../../src/store/fileSystem.ts';
import { createSessionStore, type SessionStoreOptions } from '../../../src/store/sessionStore.ts';
import { ManualClock } from '../../support/manualClock.ts';

export const ROOT = '/repo';
export const CACHE = '/cache';

/** Processes that live until they are put among the dead. */
export class Population {
  readonly dead = new Set<string>();
  readonly #ids: Ids;

  constructor(ids: Ids) {
    this.#ids = ids;
  }

  /** The process table of one more process. */
  born(): ProcessTable {
    const self: ProcessOwner = {
      ...{ host: 'here', boot: 'b', pidNamespace: 'n', pid: 1, start: '1' },
      nonce: this.#ids.hex(16),
    };
    return {
      self,
      stateOf: owner =>
        owner.host !== self.host ? 'unknown' : this.dead.has(owner.nonce) ? 'dead' : 'alive',
      endGroup: () => Promise.resolve(false),
    };
  }

  /** Everybody named by these tables is dead from now on. */
  die(...tables: readonly ProcessTable[]): void {
    for (const { self } of tables) this.dead.add(self.nonce);
  }
}

/** A store in memory, in a time that passes only while somebody waits. */
export function storeIn(
  files: FileSystem,
  ids: Ids,
  processes: ProcessTable,
  options: Partial<SessionStoreOptions> = {},
): SessionStore {
  const clock = new ManualClock();
  return createSessionStore({
    ...{ root: ROOT, cache: CACHE, clock, ids, processes, files, logger: nullLogger, shared: () => true },
    pause: async ms => {
      clock.advance(ms);
      await Promise.resolve();
    },
    ...options,
  });
}
