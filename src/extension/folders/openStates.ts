import { type Disposable, toDisposable } from '../../core/disposable.ts';
import { messageOf, type SessionError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { SessionChange } from '../../core/sessionChange.ts';
import type { SessionManager } from '../../core/sessionManager.ts';
import type { SessionState } from '../../core/state.ts';
import { openQuestion } from '../../core/waitingTask.ts';

interface Followed {
  users: number;
  readonly hold: Promise<Disposable | undefined>;
}

/** What is known of the sessions that are looked at (followed) or at work: their whole state, always the newest. */
export class OpenStates implements Disposable {
  readonly #states = new Map<string, SessionState>();
  readonly #followed = new Map<string, Followed>();
  readonly #paused = new Map<string, SessionError>();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  get(sessionId: string): SessionState | undefined {
    return this.#states.get(sessionId);
  }

  /** The sessions with unfinished tasks. */
  busy(): SessionState[] {
    return [...this.#states.values()].filter(state => state.live.length > 0);
  }

  /** The sessions that ask a person something, those included whose task ended with its process while it asked. */
  waiting(): SessionState[] {
    return [...this.#states.values()].filter(state => openQuestion(state) !== undefined);
  }

  /** Why a task waits for space on the disk, when it does. */
  pauseOf(taskId: string): SessionError | undefined {
    return this.#paused.get(taskId);
  }

  /** Keeps a session's state at hand until the result is disposed. Never rejects: a session that cannot be opened has none. */
  async follow(sessions: SessionManager, sessionId: string): Promise<Disposable> {
    const entry = this.#followed.get(sessionId) ?? {
      users: 0,
      hold: this.#open(sessions, sessionId),
    };
    this.#followed.set(sessionId, entry);
    entry.users++;
    await entry.hold;
    return toDisposable(() => {
      entry.users--;
      if (entry.users === 0) this.#release(sessionId, entry);
    });
  }

  note(change: SessionChange): void {
    if (change.kind === 'records') {
      const { sessionId, state } = change;
      const isOfInterest = state.live.length > 0 || openQuestion(state) !== undefined;
      if (state.deleted || (!isOfInterest && !this.#followed.has(sessionId))) this.#states.delete(sessionId);
      else this.#states.set(sessionId, state);
    }
    if (change.kind === 'paused') {
      if (change.error === null) this.#paused.delete(change.taskId);
      else this.#paused.set(change.taskId, change.error);
    }
  }

  dispose(): void {
    for (const [sessionId, entry] of this.#followed) this.#release(sessionId, entry);
    this.#states.clear();
  }

  async #open(sessions: SessionManager, sessionId: string): Promise<Disposable | undefined> {
    try {
      const { state, hold } = await sessions.follow(sessionId);
      const known = this.#states.get(sessionId)?.metadata.lastEventSeq ?? -1;
      if (known < state.metadata.lastEventSeq) this.#states.set(sessionId, state);
      return hold;
    } catch (error) {
      this.#logger.warn(`Session ${sessionId} could not be opened: ${messageOf(error)}`);
      this.#followed.delete(sessionId);
      return undefined;
    }
  }

  #release(sessionId: string, entry: Followed): void {
    if (this.#followed.get(sessionId) === entry) this.#followed.delete(sessionId);
    const state = this.#states.get(sessionId);
    if (state?.live.length === 0 && openQuestion(state) === undefined) this.#states.delete(sessionId);
    void entry.hold.then(hold => hold?.dispose());
  }
}
