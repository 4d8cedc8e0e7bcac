import type { SessionStore } from '../../../src/core/ports.ts';
import type { InMemoryFileSystem } from '../../support/inMemoryFileSystem.ts';
import { created, marked } from './events.ts';
import { ROOT } from './inMemory.ts';

export const SESSION = 'aaaaaaaa-1111-4111-8111-111111111111';
const OTHER = 'bbbbbbbb-2222-4222-8222-222222222222';

/** What a story tells of itself: tokens are acknowledged or rejected. */
export interface Teller {
  acknowledged(token: string): void;
  rejected(token: string, error: unknown): void;
}

/** Something that people do with a store, and what was there before. Rejects as the store does. */
export interface Story {
  readonly name: string;
  /** What other processes, dead by now, left behind. */
  readonly before: (store: SessionStore, disk: InMemoryFileSystem) => Promise<void>;
  readonly tell: (store: SessionStore, teller: Teller, disk: InMemoryFileSystem) => Promise<void>;
}

const JOURNAL = `${ROOT}/.coding-agent/sessions/${SESSION}.events.jsonl`;

async function begin(store: SessionStore): Promise<void> {
  const ledger = await store.create(SESSION, [created(SESSION, ROOT)]);
  for (const token of ['before-1', 'before-2']) await ledger.commit(() => [marked(token)]);
  ledger.dispose();
}

async function append(store: SessionStore, teller: Teller, tokens: readonly string[]): Promise<void> {
  const ledger = await store.open(SESSION);
  try {
    for (const token of tokens) await commit(ledger, teller, token);
    await Promise.all(['g1', 'g2', 'g3'].map(token => commit(ledger, teller, token)));
  } finally {
    ledger.dispose();
  }
}

async function commit(
  ledger: Awaited<ReturnType<SessionStore['open']>>,
  teller: Teller,
  token: string,
): Promise<void> {
  try {
    await ledger.commit(() => [marked(token)]);
    teller.acknowledged(token);
  } catch (error) {
    teller.rejected(token, error);
  }
}

export const STORIES: readonly Story[] = [
  {
    name: 'save',
    before: () => Promise.resolve(),
    tell: async (store, teller) => {
      const ledger = await store.create(SESSION, [created(SESSION, ROOT, 'created')]);
      teller.acknowledged('');
      for (const token of ['a', 'b']) await commit(ledger, teller, token);
      ledger.dispose();
    },
  },
  { name: 'append', before: begin, tell: (store, teller) => append(store, teller, ['a', 'b', 'c']) },
  {
    name: 'compact',
    before: begin,
    tell: async (store, teller) => {
      const ledger = await store.open(SESSION);
      await commit(ledger, teller, 'a');
      await ledger.commit(() => [{ type: 'sessionEnded', data: { status: 'completed' } }]);
      await commit(ledger, teller, 'b');
      const blob = store.createBlob();
      await blob.write('x'.repeat(100_000));
      await blob.finish();
      ledger.dispose();
    },
  },
  {
    name: 'recover',
    before: async (store, disk) => {
      await begin(store);
      await store.close();
      const torn = `${disk.content(JOURNAL).toString()}{"v":1,"seq":4,"at":"20`;
      disk.overwrite(JOURNAL, torn);
      disk.unlink(JOURNAL.replace('.events.jsonl', '.session.json'));
    },
    tell: (store, teller) => append(store, teller, ['a']),
  },
  {
    name: 'write again',
    before: begin,
    tell: async (store, teller, disk) => {
      const ledger = await store.open(SESSION);
      await commit(ledger, teller, 'a');
      if (disk.lstat(JOURNAL) !== undefined) disk.unlink(JOURNAL);
      await commit(ledger, teller, 'b');
      // Stays open: what a foreign hand removed is only in here.
    },
  },
  {
    name: 'trash',
    before: async store => {
      await begin(store);
      (await store.create(OTHER, [created(OTHER, ROOT)])).dispose();
    },
    tell: async (store, teller) => {
      await store.trash(SESSION);
      await store.restore(SESSION);
      await append(store, teller, ['a']);
    },
  },
];
