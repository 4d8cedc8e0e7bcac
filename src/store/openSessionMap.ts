import { SessionError } from '../core/errors.ts';
import type { SessionLedger } from '../core/ports.ts';
import { LiveSession, type LiveSessionParts } from './liveSession.ts';
import { OpenSession } from './openSession.ts';

interface Entry {
  readonly session: Promise<OpenSession>;
  users: number;
  /** What is on disk under its id is another by now. */
  isDropped: boolean;
}

/** The sessions in use in this process: each is open once, however many ledgers of it there are. */
export class OpenSessionMap {
  readonly #parts: LiveSessionParts;
  readonly #entries = new Map<string, Entry>();
  readonly #closing = new Set<Promise<void>>();
  readonly #open = new Map<string, OpenSession>();

  constructor(parts: LiveSessionParts) {
    this.#parts = parts;
  }

  /** The sessions that are open, by id. */
  get open(): ReadonlyMap<string, OpenSession> {
    return this.#open;
  }

  acquire(sessionId: string): Promise<SessionLedger> {
    const entry =
      this.#entries.get(sessionId) ?? this.#put(sessionId, OpenSession.load(sessionId, this.#parts));
    return this.#use(sessionId, entry);
  }

  /** Makes a session by its first records. */
  async create(sessionId: string, first: (live: LiveSession) => Promise<unknown>): Promise<SessionLedger> {
    if (this.#entries.has(sessionId))
      throw new SessionError('conflict', `There is a session ${sessionId} already.`);
    const live = LiveSession.blank(sessionId, this.#parts);
    const session = new OpenSession(live, this.#parts);
    const made = first(live).then(
      () => session,
      (error: unknown) => {
        session.close();
        throw error;
      },
    );
    return this.#use(sessionId, this.#put(sessionId, made));
  }

  /** Resolves when the sessions that nobody uses any more are closed, with what they had to write on disk. */
  async closed(): Promise<void> {
    while (this.#closing.size > 0) await Promise.all(this.#closing);
  }

  /** Resolves when also those in use wrote what is due. */
  async settle(): Promise<void> {
    await Promise.all([...this.#open.values()].map(session => session.settle()));
    await this.closed();
  }

  /** Has whoever comes next read the files again: they were replaced as a whole. Who uses the session keeps what it was. */
  drop(sessionId: string): void {
    const entry = this.#entries.get(sessionId);
    if (entry === undefined) return;
    entry.isDropped = true;
    this.#entries.delete(sessionId);
    this.#open.delete(sessionId);
    if (entry.users === 0) this.#release(sessionId, entry);
  }

  async closeAll(): Promise<void> {
    for (const [sessionId, entry] of this.#entries) {
      entry.users = 0;
      this.#release(sessionId, entry);
    }
    await Promise.all(this.#closing);
  }

  #put(sessionId: string, session: Promise<OpenSession>): Entry {
    const entry: Entry = { session, users: 0, isDropped: false };
    this.#entries.set(sessionId, entry);
    return entry;
  }

  async #use(sessionId: string, entry: Entry): Promise<SessionLedger> {
    entry.users++;
    try {
      const session = await entry.session;
      this.#open.set(sessionId, session);
      return session.ledger(() => {
        entry.users--;
        if (entry.users === 0) this.#release(sessionId, entry);
      });
    } catch (error) {
      if (this.#entries.get(sessionId) === entry) this.#entries.delete(sessionId);
      throw error;
    }
  }

  #release(sessionId: string, entry: Entry): void {
    const closing = this.#close(sessionId, entry).finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  async #close(sessionId: string, entry: Entry): Promise<void> {
    const session = await entry.session.catch(() => undefined);
    await session?.settle();
    // Somebody may have come back, or another close was faster.
    if (entry.isDropped && entry.users === 0) session?.close();
    if (entry.users > 0 || this.#entries.get(sessionId) !== entry) return;
    this.#entries.delete(sessionId);
    this.#open.delete(sessionId);
    session?.close();
  }
}
