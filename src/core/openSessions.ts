import { type Disposable, toDisposable } from './disposable.ts';
import type { Clock, SessionLedger, SessionStore } from './ports.ts';

const IDLE_MS = 10_000;

interface OpenSession {
  readonly ledger: Promise<SessionLedger>;
  users: number;
  idle: Disposable | undefined;
}

/** The ledgers in use, one a session: opened on first use, closed ten seconds after the last. */
export class OpenSessions implements Disposable {
  readonly #open = new Map<string, OpenSession>();
  readonly #store: Pick<SessionStore, 'open'>;
  readonly #clock: Clock;
  readonly #onOpened: (ledger: SessionLedger) => Promise<void>;

  /** `onOpened` runs once for every ledger before anyone uses it; when it rejects, opening does. */
  constructor(
    store: Pick<SessionStore, 'open'>,
    clock: Clock,
    onOpened: (ledger: SessionLedger) => Promise<void>,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#onOpened = onOpened;
  }

  async use<T>(sessionId: string, action: (ledger: SessionLedger) => T | Promise<T>): Promise<T> {
    const [ledger, hold] = await this.hold(sessionId);
    try {
      return await action(ledger);
    } finally {
      hold.dispose();
    }
  }

  /** Keeps a session open until the result is disposed. */
  async hold(sessionId: string): Promise<[SessionLedger, Disposable]> {
    const entry = this.#open.get(sessionId) ?? this.#put(sessionId, this.#openLedger(sessionId));
    entry.users++;
    entry.idle?.dispose();
    entry.idle = undefined;
    try {
      const ledger = await entry.ledger;
      const hold = toDisposable(() => {
        this.#release(sessionId, entry);
      });
      return [ledger, hold];
    } catch (error) {
      if (this.#open.get(sessionId) === entry) this.#open.delete(sessionId);
      throw error;
    }
  }

  /** Takes in a ledger that was just created. */
  async adopt(sessionId: string, ledger: SessionLedger): Promise<void> {
    const entry = this.#put(
      sessionId,
      this.#onOpened(ledger).then(() => ledger),
    );
    await entry.ledger;
    if (entry.users === 0) this.#closeWhenIdle(sessionId, entry);
  }

  /** Drops a ledger that nobody uses, so that the next use reads its files again. */
  forget(sessionId: string): void {
    const entry = this.#open.get(sessionId);
    if (entry === undefined || entry.users > 0) return;
    this.#open.delete(sessionId);
    close(entry);
  }

  dispose(): void {
    const entries = [...this.#open.values()];
    this.#open.clear();
    for (const entry of entries) close(entry);
  }

  async #openLedger(sessionId: string): Promise<SessionLedger> {
    const ledger = await this.#store.open(sessionId);
    await this.#onOpened(ledger);
    return ledger;
  }

  #put(sessionId: string, ledger: Promise<SessionLedger>): OpenSession {
    const entry: OpenSession = { ledger, users: 0, idle: undefined };
    this.#open.set(sessionId, entry);
    return entry;
  }

  #release(sessionId: string, entry: OpenSession): void {
    entry.users--;
    if (entry.users === 0 && this.#open.get(sessionId) === entry) this.#closeWhenIdle(sessionId, entry);
  }

  #closeWhenIdle(sessionId: string, entry: OpenSession): void {
    // What was deleted is not kept at hand: another session may get its id, from an archive.
    const closeDeleted = ({ state }: SessionLedger): void => {
      if (state.deleted) this.forget(sessionId);
    };
    entry.ledger.then(closeDeleted, () => undefined);
    entry.idle?.dispose();
    entry.idle = this.#clock.setTimeout(() => {
      if (entry.users > 0 || this.#open.get(sessionId) !== entry) return;
      this.#open.delete(sessionId);
      close(entry);
    }, IDLE_MS);
  }
}

function close(entry: OpenSession): void {
  entry.idle?.dispose();
  entry.ledger.then(
    ledger => {
      ledger.dispose();
    },
    () => undefined,
  );
}
