import assert from 'node:assert/strict';
import type { SessionEvent } from '../../src/core/events.ts';
import { decodeLine } from '../../src/store/journalLine.ts';
import { renamed } from './support/diskFixture.ts';
import { firstLine, line, MemoryFixture } from './support/memoryFixture.ts';

const ROUNDS = 300;
const RECORDS = 12;
const SEED = 20261122;

/** Numbers that are the same in every run (mulberry32). */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

type Mutation = (bytes: Buffer, at: number, length: number, random: (below: number) => number) => Buffer;

const MUTATIONS: readonly Mutation[] = [
  (bytes, at) => bytes.subarray(0, at),
  (bytes, at, _length, random) => {
    const flipped = Buffer.from(bytes);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << random(8));
    return flipped;
  },
  (bytes, at, length) => Buffer.from(bytes).fill(0, at, Math.min(bytes.length, at + length)),
  (bytes, at, length) =>
    Buffer.concat([bytes.subarray(0, at), Buffer.alloc(length, 'x'), bytes.subarray(at)]),
  (bytes, at, length) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]),
  (bytes, at, length) =>
    Buffer.concat([bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at)]),
];

/** The records that are whole lines in a text. */
function wholeRecords(bytes: Buffer): Set<string> {
  const found = new Set<string>();
  for (const text of bytes.toString('latin1').split('\n')) {
    const decoded = decodeLine(Buffer.from(text, 'latin1'));
    if (decoded.kind === 'record') found.add(`${decoded.record.seq} ${decoded.sum}`);
  }
  return found;
}

describe('a repair of whatever happened to a journal', () => {
  it(`loses no unharmed record and no original, and leaves no damage (${ROUNDS} rounds, seed ${SEED})`, async function () {
    this.timeout(300_000);
    const random = randomFrom(SEED);
    let repaired = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const memory = new MemoryFixture();
      const events: SessionEvent[] = Array.from({ length: RECORDS - 1 }, (_, index) =>
        renamed(`title ${index}`),
      );
      let journal: Buffer = Buffer.from(
        firstLine() + events.map((event, index) => line(index + 2, event)).join(''),
      );
      for (let times = 1 + random(3); times > 0; times--) {
        const mutate = MUTATIONS[random(MUTATIONS.length)];
        journal = mutate?.(journal, random(journal.length), 1 + random(300), random) ?? journal;
      }
      memory.placeJournal(journal);
      const before = wholeRecords(journal);
      const store = memory.store();
      const found = await store.doctor.check({ repair: false });
      assert.deepEqual(memory.disk.content(memory.journal()), journal, `round ${round}`);
      const report = await store.doctor.check({ repair: true });
      const left = report.findings.filter(({ severity }) => severity === 'damage').map(({ kind }) => kind);
      const unreadable = found.findings.some(({ kind }) => kind === 'unreadable');
      assert.deepEqual(
        left.filter(kind => kind !== 'conflictCopy'),
        unreadable ? ['unreadable'] : [],
        `round ${round}`,
      );
      const after = wholeRecords(memory.disk.content(memory.journal()));
      for (const record of before) assert.ok(after.has(record), `round ${round}: ${record}`);
      const original = `${memory.journal()}.damaged-1`;
      if (memory.disk.lstat(original) !== undefined) {
        repaired++;
        assert.deepEqual(memory.disk.content(original), journal, `round ${round}`);
      }
      await memory.close();
    }
    assert.ok(repaired > ROUNDS / 4, `${repaired} of ${ROUNDS} were repaired`);
  });
});
