import { SessionError } from '../core/errors.ts';
import type { Decide, SessionLedger } from '../core/ports.ts';
import type { LiveSession } from './liveSession.ts';

type ToolCallReader = Pick<SessionLedger, 'toolCalls' | 'allToolCalls'>;

/** A handle of an open session for one user. */
export class OpenLedger implements SessionLedger {
  readonly onDidAppend: SessionLedger['onDidAppend'];
  readonly #live: LiveSession;
  readonly #calls: ToolCallReader;
  readonly #release: () => void;
  #held = true;

  /** `release` is called once, when the user is done. */
  constructor(live: LiveSession, calls: ToolCallReader, release: () => void) {
    this.#live = live;
    this.#calls = calls;
    this.#release = release;
    this.onDidAppend = live.onDidAppend;
  }

  get state(): SessionLedger['state'] {
    return this.#live.state;
  }

  get damage(): SessionLedger['damage'] {
    return this.#live.damage;
  }

  get readOnly(): SessionLedger['readOnly'] {
    return this.#live.readOnly;
  }

  commit(decide: Decide, options?: { readonly epoch?: number }): ReturnType<SessionLedger['commit']> {
    return this.#whileHeld(() => this.#live.commit(decide, options?.epoch));
  }

  toolCalls(taskId: string): ReturnType<SessionLedger['toolCalls']> {
    return this.#whileHeld(() => this.#calls.toolCalls(taskId));
  }

  allToolCalls(): ReturnType<SessionLedger['allToolCalls']> {
    return this.#whileHeld(() => this.#calls.allToolCalls());
  }

  dispose(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#release();
  }

  #whileHeld<T>(action: () => Promise<T>): Promise<T> {
    return this.#held
      ? action()
      : Promise.reject(new SessionError('disposed', 'This session was closed. Open it again.'));
  }
}
