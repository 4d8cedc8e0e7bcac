import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateHistory, RARE, SOMETIMES } from '../../bench/generateSessions.mts';
import { parseSearchQuery } from '../../src/core/search/searchQuery.ts';
import type { SearchPage } from '../../src/core/search/searchPage.ts';
import type { DiskStore } from '../../src/store/sessionStore.ts';
import { OwnTime } from '../support/ownTime.ts';
import { created, DiskFixture, renamed } from './support/diskFixture.ts';
import { foundIn, recordTask } from './support/searchHistory.ts';

const worker = fileURLToPath(new URL('support/appendWorker.ts', import.meta.url));

describe('a search on real files', function () {
  this.timeout(300_000);
  let disk: DiskFixture;
  beforeEach(() => {
    disk = new DiskFixture();
  });
  afterEach(() => disk.dispose());

  const open = (options = {}): DiskStore => disk.store(options) as DiskStore;
  const search = (store: DiskStore, text: string, limit = 100): Promise<SearchPage> =>
    store.search.search(parseSearchQuery(text, new Date()), { limit });
  const blocks = (): string[] => {
    const folder = join(disk.cache, 'search');
    if (!existsSync(folder)) return [];
    return readdirSync(folder).flatMap(name =>
      readdirSync(join(folder, name)).map(file => join(folder, name, file)),
    );
  };
  const task = (id: string, output: string): Parameters<typeof recordTask>[1] => ({
    ...{ id, type: 'command', agent: 'direct', description: 'Look', command: 'ls', output: [output] },
    ...{ file: 'a.txt', status: 'completed' },
  });

  it('keeps an index of at most a fifth of the text, and says the same with it, without it and in another process', async () => {
    const bytes = generateHistory(disk.root, 60);
    const first = open();
    const fresh = foundIn((await search(first, RARE)).hits);
    const titles = (await search(first, SOMETIMES)).hits.length;
    assert.deepEqual([fresh.length, titles], [1, 1]);
    await first.close();
    const size = blocks().reduce((sum, file) => sum + statSync(file).size, 0);
    assert.ok(size > 0 && size <= bytes * 0.2, `${String(size)} of ${String(bytes)} bytes`);
    const again = open();
    assert.deepEqual(foundIn((await search(again, RARE)).hits), fresh);
    assert.equal((await search(again, 'status:failed')).hits.length, 0);
    await again.close();
    rmSync(join(disk.cache, 'search'), { recursive: true });
    assert.deepEqual(foundIn((await search(open(), RARE)).hits), fresh);
  });

  it('reads only sessions that may have what is searched for', async () => {
    generateHistory(disk.root, 60);
    const first = open();
    await search(first, 'nothing of the kind');
    await first.close();
    const journals = join(disk.root, '.coding-agent', 'sessions');
    const { nodeFileSystem } = await import('../../src/store/nodeFileSystem.ts');
    const opened: string[] = [];
    const files = {
      ...nodeFileSystem,
      open: (path: string, mode: 'read' | 'append' | 'create') => {
        if (path.startsWith(journals)) opened.push(path);
        return nodeFileSystem.open(path, mode);
      },
    };
    const store = open({ files });
    assert.equal((await search(store, RARE)).hits.length, 1);
    const sessions = new Set(opened.map(path => path.slice(journals.length + 1, journals.length + 37)));
    assert.ok(sessions.size <= 6, `${String(sessions.size)} of 60 sessions were read`);
  });

  it('finds within a second what another process appends, while it is watched', async () => {
    const id = randomUUID();
    const store = open();
    (await store.create(id, [created(id, disk.root, 'Before')])).dispose();
    await search(store, 'anything');
    await search(store, 'anything');
    spawnSync(process.execPath, ['--experimental-strip-types', worker, disk.root, id, 'foreign', '3']);
    const time = new OwnTime();
    while ((await search(store, 'foreign-2')).hits.length === 0) await new Promise(setImmediate);
    // Unwatched it would be found after a minute.
    assert.ok(time.end() < 10_000);
    assert.deepEqual((await search(store, 'before')).hits, []);
  });

  it('rebuilds what is damaged, cut off or gone, and never finds less for it', async () => {
    generateHistory(disk.root, 140);
    const first = open();
    const expected = foundIn((await search(first, RARE)).hits);
    const others = foundIn((await search(first, 'type:command', 1000)).hits);
    await first.close();
    const large = blocks().toSorted((a, b) => statSync(b).size - statSync(a).size)[0] ?? '';
    const unharmed = readFileSync(large);
    const header = unharmed.indexOf(10) + 1;
    for (const harm of [
      (bytes: Buffer) => bytes.fill(0, header),
      (bytes: Buffer) => bytes.fill(0xff, header + 1000, header + 5000),
      (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1),
      (bytes: Buffer) => bytes.fill(0x41, 0, 64),
      () => Buffer.alloc(0),
    ]) {
      writeFileSync(large, harm(Buffer.from(unharmed)));
      const store = open();
      assert.deepEqual(foundIn((await search(store, RARE)).hits), expected);
      assert.deepEqual(foundIn((await search(store, 'type:command', 1000)).hits), others);
      await store.close();
      writeFileSync(large, unharmed);
    }
  });

  it('lets two processes index at once', async () => {
    generateHistory(disk.root, 80);
    const [one, other] = [open(), open()];
    const found = await Promise.all([search(one, RARE), search(other, RARE), search(one, SOMETIMES)]);
    assert.deepEqual(
      found.map(({ hits }) => hits.length),
      [1, 1, 1],
    );
    await Promise.all([one.close(), other.close()]);
    const third = open();
    assert.equal((await search(third, RARE)).hits.length, 1);
  });

  it('writes nothing before the folder is trusted', async () => {
    generateHistory(disk.root, 5);
    const store = open({ readOnly: () => true });
    assert.equal((await search(store, RARE)).hits.length, 1);
    assert.equal((await search(store, RARE)).hits.length, 1);
    await store.close();
    assert.deepEqual(readdirSync(disk.cache), []);
  });

  it('searches large outputs in blobs, and what a lost one has left in the journal', async () => {
    const id = randomUUID();
    const store = open();
    const ledger = await store.create(id, [created(id, disk.root)]);
    const blob = store.createBlob();
    await blob.write(`${'x'.repeat(20_000)} haystack needle`);
    const hash = await blob.finish();
    await recordTask(ledger, task('one', 'begins here'), { bytes: 20_016, tail: 'the tail', blob: hash });
    ledger.dispose();
    assert.equal((await search(store, 'haystack')).hits.length, 1);
    await store.close();
    rmSync(join(disk.root, '.coding-agent', 'blobs', hash));
    rmSync(join(disk.cache, 'search'), { recursive: true });
    const without = open();
    assert.equal((await search(without, 'haystack')).hits.length, 0);
    assert.equal((await search(without, '"begins here"')).hits.length, 1);
    assert.equal((await search(without, '"the tail"')).hits.length, 1);
  });

  it('goes on where it ended in a journal that grew', async () => {
    const id = randomUUID();
    const store = open();
    const ledger = await store.create(id, [created(id, disk.root)]);
    for (let index = 0; index < 20; index++)
      await recordTask(ledger, task(`t${String(index)}`, 'word '.repeat(2000)));
    ledger.dispose();
    await search(store, 'absent');
    await store.close();
    const searcher = open();
    await search(searcher, 'absent');
    const writer = open();
    const more = await writer.open(id);
    await recordTask(more, task('late', 'a latecomer'));
    await more.commit(() => [renamed('Renamed late')]);
    more.dispose();
    await writer.close();
    const second = open();
    assert.deepEqual(foundIn((await search(second, 'latecomer')).hits), [`${id}/late`]);
    assert.deepEqual(foundIn((await search(second, '"renamed late"')).hits), [id]);
    assert.deepEqual((await search(second, 'absent')).hits, []);
  });

  it('gives up when nobody wants the answer any more', async () => {
    mkdirSync(disk.sessions, { recursive: true });
    generateHistory(disk.root, 5);
    const signal = AbortSignal.abort();
    const query = parseSearchQuery(RARE, new Date());
    await assert.rejects(open().search.search(query, { signal }), { code: 'cancelled' });
  });
});
