import { SessionError } from '../../../src/core/errors.ts';
import type { Ids, SessionLedger, SessionStore } from '../../../src/core/ports.ts';
import { created, marked } from './events.ts';
import { ROOT } from './inMemory.ts';
import type { Random } from './random.ts';

/** What was acknowledged so far. */
export interface Acknowledged {
  /** Tokens by session. */
  readonly sessions: ReadonlyMap<string, readonly string[]>;
  readonly blobs: readonly string[];
}

/** Uses a store in all ways at random and keeps what it acknowledged. */
export class Activity {
  readonly sessions = new Map<string, string[]>();
  readonly blobs: string[] = [];
  readonly rejected: SessionError[] = [];
  readonly unexpected: unknown[] = [];
  #next = 1;
  readonly #random: Random;
  readonly #ids: Ids;

  constructor(random: Random, ids: Ids) {
    this.#random = random;
    this.#ids = ids;
  }

  snapshot(): Acknowledged {
    return {
      sessions: new Map([...this.sessions].map(([id, tokens]) => [id, [...tokens]])),
      blobs: [...this.blobs],
    };
  }

  /** Some steps of a process, until `isOver`. Nothing that the store rejects is thrown. */
  async run(store: SessionStore, steps: number, isOver: () => boolean): Promise<void> {
    const ledgers = new Map<string, SessionLedger>();
    for (let step = 0; step < steps && !isOver(); step++) {
      await this.#try(async () => {
        const id = await this.#session(store);
        const ledger = ledgers.get(id) ?? (await store.open(id));
        ledgers.set(id, ledger);
        await this.#act(store, ledger, id);
      });
    }
  }

  async #session(store: SessionStore): Promise<string> {
    const known = [...this.sessions.keys()];
    if (known.length > 0 && !this.#random.chance(0.1)) return this.#random.pick(known);
    const id = this.#ids.uuid();
    (await store.create(id, [created(id, ROOT)])).dispose();
    this.sessions.set(id, []);
    return id;
  }

  async #act(store: SessionStore, ledger: SessionLedger, id: string): Promise<void> {
    const choice = this.#random.next();
    if (choice < 0.45) await this.#commit(ledger, id, 1);
    else if (choice < 0.65)
      await Promise.all(Array.from({ length: 4 }, () => this.#try(() => this.#commit(ledger, id, 1))));
    else if (choice < 0.75) await this.#commit(ledger, id, 3);
    else if (choice < 0.9) {
      await ledger.commit(state =>
        state.metadata.status === 'active'
          ? [{ type: 'sessionEnded', data: { status: 'completed' } }]
          : [{ type: 'sessionReopened', data: {} }],
      );
    } else {
      const blob = store.createBlob();
      await blob.write(this.#ids.hex(this.#random.below(3_000)));
      this.blobs.push(await blob.finish());
    }
  }

  async #commit(ledger: SessionLedger, id: string, count: number): Promise<void> {
    const padding = 'x'.repeat(this.#random.chance(0.2) ? this.#random.below(3_000) : 0);
    const tokens = Array.from({ length: count }, () => `t${this.#next++}${padding}`);
    await ledger.commit(() => tokens.map(marked));
    this.sessions.get(id)?.push(...tokens);
  }

  async #try(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      if (!(error instanceof SessionError)) {
        this.unexpected.push(error);
        return;
      }
      this.rejected.push(error);
    }
  }
}
