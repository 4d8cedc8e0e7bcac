import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SessionEvent } from '../../../src/core/events.ts';
import type { ProcessOwner } from '../../../src/core/processOwner.ts';
import { type Logger, nullLogger } from '../../../src/core/logger.ts';
import type { Clock, Ids, ProcessTable, SessionStore } from '../../../src/core/ports.ts';
import { SystemProcessTable } from '../../../src/store/processTable.ts';
import { createSessionStore, type SessionStoreOptions } from '../../../src/store/sessionStore.ts';
import { toDisposable } from '../../../src/core/disposable.ts';

export const systemClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  setTimeout(callback, ms) {
    const timer = setTimeout(callback, ms);
    timer.unref();
    return toDisposable(() => clearTimeout(timer));
  },
};

/** Nothing comes due on it: what is written idly, polled or told later is not, however long a test takes. */
export const stillClock: Clock = { ...systemClock, setTimeout: () => toDisposable(() => undefined) };

export const systemIds: Ids = {
  uuid: () => randomUUID(),
  hex: length =>
    randomBytes(Math.ceil(length / 2))
      .toString('hex')
      .slice(0, length),
};

/** The real ones. */
export function systemProcesses(): ProcessTable {
  return new SystemProcessTable(systemIds, () => Promise.resolve(false));
}

/** Processes that live or are dead as the test says. Each table is one process. */
export class ScriptedProcesses implements ProcessTable {
  static readonly dead = new Set<string>();
  readonly self: ProcessOwner;

  constructor(nonce = systemIds.hex(16)) {
    this.self = { host: 'here', boot: 'b', pidNamespace: 'n', pid: 1, start: '1', nonce };
  }

  stateOf(owner: ProcessOwner): 'alive' | 'dead' | 'unknown' {
    if (owner.host !== this.self.host) return 'unknown';
    return ScriptedProcesses.dead.has(owner.nonce) ? 'dead' : 'alive';
  }

  endGroup(): Promise<boolean> {
    return Promise.resolve(false);
  }
}

/** A folder on the real disk with stores on it, all closed and removed by `dispose`. */
export class DiskFixture {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'store-')));
  readonly cache = realpathSync(mkdtempSync(join(tmpdir(), 'cache-')));
  readonly warnings: string[] = [];
  readonly #stores: SessionStore[] = [];

  get sessions(): string {
    return join(this.root, '.coding-agent', 'sessions');
  }

  get logger(): Logger {
    return { ...nullLogger, warn: message => this.warnings.push(message) };
  }

  store(options: Partial<SessionStoreOptions> = {}): SessionStore {
    const store = createSessionStore({
      root: this.root,
      cache: this.cache,
      clock: systemClock,
      ids: systemIds,
      processes: new ScriptedProcesses(),
      logger: this.logger,
      ...options,
    });
    this.#stores.push(store);
    return store;
  }

  journal(sessionId: string, segment = 1): string {
    return join(
      this.sessions,
      segment === 1 ? `${sessionId}.events.jsonl` : `${sessionId}.events.${segment}.jsonl`,
    );
  }

  snapshot(sessionId: string): string {
    return join(this.sessions, `${sessionId}.session.json`);
  }

  lines(sessionId: string, segment = 1): string[] {
    return readFileSync(this.journal(sessionId, segment), 'utf8').trimEnd().split('\n');
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#stores.map(store => store.close()));
    rmSync(this.root, { recursive: true, force: true });
    rmSync(this.cache, { recursive: true, force: true });
  }
}

export function created(sessionId: string, root: string, title = 'A session'): SessionEvent {
  const data = {
    sessionId,
    title,
    workingDirectory: root,
    projectPath: root,
    author: null,
    schemaVersion: 1,
  };
  return { type: 'sessionCreated', data };
}

export function renamed(title: string): SessionEvent {
  return { type: 'sessionRenamed', data: { title } };
}
