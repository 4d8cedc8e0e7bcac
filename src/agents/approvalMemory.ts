import type { Decision } from '../core/toolCall.ts';

type Kept = Exclude<Decision['scope'], 'once'>;

/** What a person allowed for longer than once. Never filled from a journal: a record grants nothing. */
export interface ApprovalMemory {
  /** How it was allowed before; `undefined` when it was not. `hash` gives the exact subject's SHA-256. */
  recall(sessionId: string, tool: string, hash: () => string): Kept | undefined;
  remember(sessionId: string, tool: string, scope: Kept, hash: string): Promise<void>;
}

/** Remembers as long as the process lives. */
export class InMemoryApprovals implements ApprovalMemory {
  readonly #sessions = new Set<string>();
  readonly #exact = new Set<string>();

  recall(sessionId: string, tool: string, hash: () => string): Kept | undefined {
    if (this.#sessions.has(JSON.stringify([sessionId, tool]))) return 'session';
    return this.#exact.size > 0 && this.#exact.has(JSON.stringify([tool, hash()])) ? 'exact' : undefined;
  }

  remember(sessionId: string, tool: string, scope: Kept, hash: string): Promise<void> {
    if (scope === 'session') this.#sessions.add(JSON.stringify([sessionId, tool]));
    else this.#exact.add(JSON.stringify([tool, hash]));
    return Promise.resolve();
  }
}
