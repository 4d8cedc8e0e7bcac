import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { SessionWriter } from '../../bench/generateSessions.mts';
import type { SearchOptions, SearchPage, SearchProgress } from '../../src/core/search/searchPage.ts';
import { parseSearchQuery } from '../../src/core/search/searchQuery.ts';
import { systemClock } from '../../src/host/systemPorts.ts';
import type { DiskStore } from '../../src/store/sessionStore.ts';
import { sortInSlices } from '../../src/store/sortInSlices.ts';
import { DiskFixture } from './support/diskFixture.ts';

const SESSIONS = 130;
/** Of those that the index does not know so many are read however little time there is. */
const ALWAYS_READ = 100;

describe('a search among sessions that the index does not know', function () {
  this.timeout(120_000);
  let disk: DiskFixture;
  let now = 0;
  /** Every look at it takes longer than a slice, and than the time between two reports. */
  const slowClock = { ...systemClock, monotonic: () => (now += 300) };
  /** Does later at once what waits until nobody searches. */
  const hastyClock = {
    ...slowClock,
    setTimeout: (callback: () => void) => systemClock.setTimeout(callback, 0),
  };

  before(() => {
    disk = new DiskFixture();
    const writer = new SessionWriter(disk.root, 1);
    for (let index = 0; index < SESSIONS; index++) {
      const word = index === 0 ? 'oldest' : index === SESSIONS - 1 ? 'newest' : 'other';
      const task = { calls: 1, output: 300, chunk: 300, description: `Look for the ${word} axolotl` };
      writer.write({ minute: index, tasks: [task] });
    }
  });
  after(() => disk.dispose());

  const open = (options = {}): DiskStore => disk.store(options) as DiskStore;
  const search = (store: DiskStore, text: string, options: SearchOptions = {}): Promise<SearchPage> =>
    store.search.search(parseSearchQuery(text, new Date()), options);

  it('is preceded by reading what no list knows, which is counted', async () => {
    const cold = open();
    const page = await cold.list({});
    assert.deepEqual([page.total, cold.reads], [SESSIONS, SESSIONS]);
    await cold.close();
    const warm = open();
    await warm.list({});
    assert.equal(warm.reads, 0);
  });

  it('ends with its patience, says what it left out, and finds it once the index knows', async () => {
    const store = open({ clock: hastyClock, cache: undefined });
    const first = await search(store, 'newest', { patience: 0 });
    assert.deepEqual([first.hits.length, first.unsearched], [1, SESSIONS - ALWAYS_READ]);
    const again = await search(store, 'oldest', { patience: 0 });
    assert.deepEqual([again.hits.length, again.unsearched], [1, undefined]);
    await store.close();
    // Nobody searches any more: the rest is read behind the scenes.
    const idle = open({ clock: hastyClock });
    await search(idle, 'axolotl', { limit: 1 });
    while (!existsSync(join(disk.cache, 'search'))) await new Promise(setImmediate);
    assert.equal(await readsOf(idle, 'oldest'), 0);
    await idle.close();
  });

  /** How many sessions a search had to read because the index did not know them. */
  async function readsOf(store: DiskStore, text: string): Promise<number> {
    let reads = 0;
    const onProgress = ({ learned }: SearchProgress): void => {
      reads = learned;
    };
    await search(store, text, { onProgress });
    return reads;
  }

  it('tells what it found so far, and how far it is', async () => {
    const told: SearchProgress[] = [];
    const store = open({ clock: slowClock, cache: undefined });
    const page = await search(store, 'axolotl', {
      limit: 1000,
      onProgress: progress => told.push(progress),
    });
    assert.equal(page.hits.length, SESSIONS);
    assert.deepEqual(told[0], { hits: [], sessions: [], searched: 0, total: 0, learned: 0 });
    const half = told.find(({ hits }) => hits.length >= SESSIONS / 2);
    assert.ok(half !== undefined && half.hits.length < SESSIONS);
    assert.deepEqual(half.hits, page.hits.slice(0, half.hits.length));
    assert.deepEqual([half.searched, half.total], [half.hits.length, SESSIONS]);
    assert.equal(half.learned, half.searched);
  });

  it('can be ended while it reads, and knows what it read', async () => {
    const store = open({ clock: slowClock, cache: undefined });
    const end = new AbortController();
    const onProgress = ({ searched }: SearchProgress): void => {
      if (searched >= 40) end.abort();
    };
    const ended = search(store, 'nobodywrotethis', { signal: end.signal, onProgress });
    await assert.rejects(ended, { code: 'cancelled' });
    const reads = await readsOf(store, 'nobodywrotethis');
    assert.ok(reads > 0 && reads <= SESSIONS - 40, `${String(reads)} were read again`);
  });

  it('lets others run wherever it goes through all sessions', async () => {
    const known = open();
    await search(known, 'nobodywrotethis');
    await known.close();
    let pauses = 0;
    const pause = async (): Promise<void> => {
      pauses++;
      await Promise.resolve();
    };
    const store = open({ clock: slowClock, pause });
    await search(store, 'nobodywrotethis');
    // What is here, in which order, where the index has it, and what that says.
    assert.ok(pauses >= 4 * SESSIONS, `${String(pauses)} pauses`);
  });
});

describe('sorting in slices', () => {
  it('sorts as sorting at once does, and lets others run', async () => {
    const pair = fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer());
    const compare = (a: readonly number[], b: readonly number[]): number => (a[0] ?? 0) - (b[0] ?? 0);
    const check = async (items: readonly [number, number][]): Promise<void> => {
      let pauses = 0;
      const breathe = async (): Promise<void> => {
        pauses++;
        await Promise.resolve();
      };
      assert.deepEqual(await sortInSlices(items, compare, breathe), items.toSorted(compare));
      assert.ok(pauses >= items.length / 2_000);
    };
    const list = fc.array(pair, { maxLength: 5_000, size: 'max' });
    await fc.assert(fc.asyncProperty(list, check), { numRuns: 20 });
  });
});
