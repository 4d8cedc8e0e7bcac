import assert from 'node:assert/strict';
import { emptyState } from '../../src/core/state.ts';
import { catalogEntry, type CatalogEntry } from '../../src/store/catalogEntry.ts';
import { CatalogRows } from '../../src/store/catalogRows.ts';
import { IndexFolder } from '../../src/store/indexFolder.ts';
import type { IndexedRow } from '../../src/store/indexedRow.ts';
import { SessionIndex } from '../../src/store/sessionIndex.ts';
import { StorePaths } from '../../src/store/storePaths.ts';
import { InMemoryFileSystem } from '../support/inMemoryFileSystem.ts';
import { ScriptedProcesses, systemClock, systemIds } from './support/diskFixture.ts';
import { MemoryFixture, ROOT } from './support/memoryFixture.ts';

const CACHE = '/home/user/.cache/coding-agent';
const FOLDER = { inode: 1, mtimeMs: 1, seenAt: 1 };
const COUNT = 300;
/** More than are written at once. */
const ADDED = 600;
/** A line of rows in order has at most this many. */
const WRITTEN_AT_ONCE = 2_000;
const ORDERED = 4_500;

function entry(number: number, stamp: string): CatalogEntry {
  const id = `${number.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
  return catalogEntry(emptyState(id, ROOT, new Date(Date.UTC(2026, 0, 1) + number * 1000)), stamp);
}

/** An index of another process, which is told whenever it lets others run. */
function open(disk: InMemoryFileSystem, onPause: () => void = () => undefined): SessionIndex {
  let now = 0;
  const ports = {
    ...{ files: disk, paths: new StorePaths(ROOT), ids: systemIds, processes: new ScriptedProcesses() },
    ...{ clock: { ...systemClock, monotonic: () => (now += 10) }, logger: new MemoryFixture().logger },
    pause: async () => {
      await Promise.resolve();
      onPause();
    },
  };
  return new SessionIndex(ports, new IndexFolder(ports, CACHE), () => true);
}

/** What the next process finds: the head, what it reads behind that, all rows, and the stamps of all details. */
async function found(disk: InMemoryFileSystem): Promise<{
  readonly head: readonly IndexedRow[];
  readonly count: number | undefined;
  readonly later: readonly IndexedRow[];
  readonly stamps: ReadonlyMap<string, string>;
  readonly details: ReadonlyMap<string, string>;
}> {
  const index = open(disk);
  const known = index.open();
  const later: IndexedRow[] = [];
  index.readNew(row => later.push(row));
  const all = await index.readAll();
  const rows = [...all.ordered, ...all.later].flatMap(line => line.rows());
  const stamps = new Map(rows.map(row => [row.sessionId, row.stamp]));
  const details = new Map([...index.details()].map(read => [read?.sessionId ?? '', read?.stamp ?? '']));
  return { head: known?.rows ?? [], count: known?.count, later, stamps, details };
}

/** Writes a head of `COUNT` sessions that were told of `times` times each, while others are added at one of its pauses. */
async function writing(
  times: number,
  moment: number,
): Promise<{ readonly disk: InMemoryFileSystem; readonly pauses: number }> {
  const disk = new InMemoryFileSystem();
  const rows = new CatalogRows();
  let pauses = 0;
  const index = open(disk, () => {
    if (++pauses === moment)
      for (let number = COUNT - 1; number < COUNT - 1 + ADDED; number++) add(number, 'new');
  });
  const add = (number: number, stamp: string): void => {
    const { row, details } = entry(number, stamp);
    rows.put(row);
    index.add({ row, details });
  };
  for (let number = 0; number < COUNT; number++) {
    rows.put(entry(number, 'old').row);
    for (let time = 0; time < times; time++) add(number, 'old');
  }
  await index.writeHead(rows, FOLDER, []);
  return { disk, pauses };
}

describe('writing the list index', () => {
  for (const [what, times, atLeast] of [
    ['for the first time', 0, 2],
    ['by a new head', 1, 1],
    ['anew, without what is out of date', 8, 8 * COUNT],
  ] as const)
    it(`${what} lets others run, and says what was so at one moment and behind that what came since`, async () => {
      const { pauses } = await writing(times, Infinity);
      assert.ok(pauses >= atLeast, String(pauses));
      for (const moment of new Set([1, Math.ceil(pauses / 2), pauses])) {
        const { head, count, later, stamps, details } = await found((await writing(times, moment)).disk);
        const place = `at pause ${String(moment)} of ${String(pauses)}`;
        assert.deepEqual([count, [...new Set(head.map(row => row.stamp))]], [COUNT, ['old']], place);
        assert.deepEqual([later.length, later.every(row => row.stamp === 'new')], [ADDED, true], place);
        const known = COUNT - 1 + ADDED;
        assert.deepEqual([stamps.size, details.size], [known, times === 0 ? ADDED : known], place);
        for (const all of [stamps, details])
          assert.equal([...all.values()].filter(stamp => stamp === 'new').length, ADDED, place);
      }
    });
});

describe('reading the list index', () => {
  it('lets others run between its lines, and gives what is in order first', async () => {
    const disk = new InMemoryFileSystem();
    const rows = new CatalogRows();
    for (let number = 0; number < ORDERED; number++) rows.put(entry(number, 'old').row);
    const writer = open(disk);
    await writer.writeHead(rows, FOLDER, []);
    for (const stamp of ['later', 'latest']) {
      writer.add(entry(7, stamp));
      writer.flush();
    }
    let pauses = 0;
    const reader = open(disk, () => pauses++);
    assert.equal(reader.open()?.count, ORDERED);
    const { ordered, later } = await reader.readAll();
    const ids = ordered.flatMap(line => line.sessionIds);
    assert.deepEqual([ids.length, ids[0]], [ORDERED, entry(ORDERED - 1, '').row.sessionId]);
    assert.deepEqual(
      later.flatMap(line => line.rows()).map(({ stamp }) => stamp),
      ['later', 'latest'],
    );
    assert.ok(ordered.length >= ORDERED / WRITTEN_AT_ONCE);
    assert.equal(pauses, ordered.length + later.length);
  });

  it('gives nothing where its files cannot be read', async () => {
    const { disk } = await writing(0, Infinity);
    const reader = open(disk);
    assert.equal(reader.open()?.count, COUNT);
    disk.read = () => {
      throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' });
    };
    assert.deepEqual(await reader.readAll(), { ordered: [], later: [] });
  });
});
