import type { Decision } from '../core/toolCall.ts';

/** A call that a person is asked about, as far as an answer holds for longer than once. */
export interface RememberedCall {
  readonly sessionId: string;
  /** Real path of the folder in which it acts. */
  readonly directory: string;
  readonly tool: string;
  /** Exactly what would be done. */
  readonly subject: () => string;
}

export type KeptScope = Exclude<Decision['scope'], 'once'>;

/** What a person allowed for longer than once. Never filled from a journal: a record grants nothing. */
export interface ApprovalMemory {
  /** How it was allowed before; `undefined` when it was not. Never rejects: what cannot be read is not allowed. */
  recall(call: RememberedCall): Promise<KeptScope | undefined>;
  /** Rejects when it cannot be kept. */
  remember(call: RememberedCall, scope: KeptScope): Promise<void>;
}

/** Remembers as long as the process lives. */
export class InMemoryApprovals implements ApprovalMemory {
  readonly #sessions = new Set<string>();
  readonly #exact = new Set<string>();

  recall(call: RememberedCall): Promise<KeptScope | undefined> {
    if (this.#sessions.has(sessionKey(call))) return Promise.resolve('session');
    return Promise.resolve(this.#exact.size > 0 && this.#exact.has(exactKey(call)) ? 'exact' : undefined);
  }

  remember(call: RememberedCall, scope: KeptScope): Promise<void> {
    if (scope === 'session') this.#sessions.add(sessionKey(call));
    else this.#exact.add(exactKey(call));
    return Promise.resolve();
  }
}

function sessionKey({ sessionId, tool }: RememberedCall): string {
  return JSON.stringify([sessionId, tool]);
}

function exactKey({ directory, tool, subject }: RememberedCall): string {
  return JSON.stringify([directory, tool, subject()]);
}
