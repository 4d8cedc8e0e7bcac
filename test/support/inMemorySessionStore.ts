import { SessionError } from '../../src/core/errors.ts';
import { Emitter, type Event } from '../../src/core/event.ts';
import type { SessionEvent, SessionRecord } from '../../src/core/events.ts';
import type {
  BlobWriter,
  Clock,
  Decide,
  SessionLedger,
  SessionPage,
  SessionQuery,
  SessionStore,
} from '../../src/core/ports.ts';
import { reduce } from '../../src/core/reducer.ts';
import type { SessionMetadata } from '../../src/core/session.ts';
import { emptyState, type SessionState, sessionTally } from '../../src/core/state.ts';
import type { SessionTally } from '../../src/core/tally.ts';
import type { ToolCall } from '../../src/core/toolCall.ts';

interface StoredSession {
  readonly records: SessionRecord[];
  state: SessionState;
  trashed: boolean;
  readonly appended: Emitter<readonly SessionRecord[]>;
}

const rethrow = (error: unknown): never => {
  throw error;
};

/** The in-memory twin of the ledger on disk. Several managers on one instance stand for several processes on one folder. */
export class InMemorySessionStore implements SessionStore {
  readonly sessions = new Map<string, StoredSession>();
  readonly blobs = new Map<string, string>();
  readonly #listChanged = new Emitter<void>(rethrow);
  readonly onDidChangeList: Event<void> = this.#listChanged.event;
  /** Makes the next commits fail with this error, until it is `undefined`. */
  failure: SessionError | undefined;
  openLedgers = 0;
  readonly #clock: Clock;
  readonly #root: string;

  constructor(clock: Clock, root = '/workspace') {
    this.#clock = clock;
    this.#root = root;
  }

  create(sessionId: string, events: readonly SessionEvent[]): Promise<SessionLedger> {
    if (this.sessions.has(sessionId)) return Promise.reject(new SessionError('conflict', 'exists'));
    const state = emptyState(sessionId, this.#root, this.#clock.now());
    const stored: StoredSession = { records: [], state, trashed: false, appended: new Emitter(rethrow) };
    this.sessions.set(sessionId, stored);
    this.#append(stored, events, undefined, 'w');
    return Promise.resolve(this.#ledger(stored));
  }

  open(sessionId: string): Promise<SessionLedger> {
    const stored = this.sessions.get(sessionId);
    if (stored === undefined || stored.trashed)
      return Promise.reject(new SessionError('not_found', `no ${sessionId}`));
    return Promise.resolve(this.#ledger(stored));
  }

  list(query: SessionQuery): Promise<SessionPage> {
    const rows = [...this.sessions.values()]
      .filter(({ trashed }) => !trashed)
      .map(({ state }) => state.metadata)
      .filter(row => (query.only === 'archived' ? row.archived : query.archived === true || !row.archived))
      .filter(row => query.only !== 'pinned' || row.pinned)
      .filter(row => query.status === undefined || row.status === query.status)
      .sort((a, b) => b.startTime.getTime() - a.startTime.getTime() || (a.sessionId < b.sessionId ? -1 : 1));
    return Promise.resolve({ sessions: rows.slice(0, query.limit), total: rows.length, damaged: [] });
  }

  listTrash(): Promise<readonly SessionMetadata[]> {
    return Promise.resolve([...this.sessions.values()].filter(s => s.trashed).map(s => s.state.metadata));
  }

  findIds(prefix: string): Promise<readonly string[]> {
    return Promise.resolve(
      [...this.sessions].filter(([id, s]) => !s.trashed && id.startsWith(prefix)).map(([id]) => id),
    );
  }

  findTask(taskId: string): Promise<string | undefined> {
    return Promise.resolve([...this.sessions].find(([, s]) => s.state.tasks.get(taskId) !== undefined)?.[0]);
  }

  tallies(take: (tally: SessionTally) => void): Promise<void> {
    for (const { state } of this.sessions.values()) take(sessionTally(state));
    return Promise.resolve();
  }

  trash(sessionId: string): Promise<void> {
    return this.#setTrashed(sessionId, true);
  }

  restore(sessionId: string): Promise<void> {
    return this.#setTrashed(sessionId, false);
  }

  purge(sessionId?: string): Promise<readonly string[]> {
    const gone = [...this.sessions].filter(
      ([id, s]) => s.trashed && (sessionId === undefined || id === sessionId),
    );
    for (const [id] of gone) this.sessions.delete(id);
    return Promise.resolve(gone.map(([id]) => id));
  }

  createBlob(): BlobWriter {
    let text = '';
    return {
      get bytes() {
        return Buffer.byteLength(text);
      },
      write: chunk => {
        text += chunk;
        return Promise.resolve();
      },
      finish: () => {
        const hash = `blob-${String(this.blobs.size)}`;
        this.blobs.set(hash, text);
        return Promise.resolve(hash);
      },
      abandon: () => undefined,
    };
  }

  readBlob(hash: string): Promise<string> {
    return Promise.resolve(this.blobs.get(hash) ?? '');
  }

  async *readRecords(sessionId: string, afterSeq: number): AsyncIterable<readonly SessionRecord[]> {
    const records = this.sessions.get(sessionId)?.records;
    if (records === undefined) throw new SessionError('not_found', `no ${sessionId}`);
    yield records.filter(record => record.seq > afterSeq);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #setTrashed(sessionId: string, trashed: boolean): Promise<void> {
    const stored = this.sessions.get(sessionId);
    if (stored?.trashed !== !trashed) return Promise.reject(new SessionError('not_found', `no ${sessionId}`));
    stored.trashed = trashed;
    return Promise.resolve();
  }

  #ledger(stored: StoredSession): SessionLedger {
    this.openLedgers++;
    return {
      get state() {
        return stored.state;
      },
      damage: [],
      readOnly: null,
      onDidAppend: stored.appended.event,
      commit: async (decide: Decide, options = {}) => {
        await Promise.resolve();
        if (this.failure !== undefined) throw this.failure;
        return this.#append(stored, decide(stored.state), options.epoch, 'w');
      },
      toolCalls: taskId => Promise.resolve(toolCallsIn(stored).filter(call => call.taskId === taskId)),
      allToolCalls: () => Promise.resolve(toolCallsIn(stored)),
      dispose: () => {
        this.openLedgers--;
      },
    };
  }

  #append(
    stored: StoredSession,
    events: readonly SessionEvent[],
    epoch: number | undefined,
    writer: string,
  ): readonly SessionRecord[] {
    const records = events.map((event, index): SessionRecord => {
      const seq = stored.records.length + 1 + index;
      return {
        seq,
        at: this.#clock.now().toISOString(),
        writer,
        ...(epoch === undefined ? {} : { epoch }),
        event,
      };
    });
    stored.records.push(...records);
    for (const record of records) stored.state = reduce(stored.state, record);
    if (records.length > 0) stored.appended.fire(records);
    return records;
  }
}

function toolCallsIn({ records, state: last }: StoredSession): readonly ToolCall[] {
  let state = emptyState(last.metadata.sessionId, last.metadata.projectPath, last.metadata.startTime);
  const calls = new Map<string, ToolCall>();
  for (const record of records) {
    state = reduce(state, record);
    for (const call of state.toolCalls) calls.set(call.id, call);
  }
  return [...calls.values()];
}
