import assert from 'node:assert/strict';
import type { LongWork } from '../../src/core/longWork.ts';
import type { SessionStoreOptions } from '../../src/store/sessionStore.ts';
import { created, systemClock } from './support/diskFixture.ts';
import { line, MemoryFixture, ROOT } from './support/memoryFixture.ts';

const CACHE = '/home/user/.cache/coding-agent';
const SESSIONS = 1100;
/** Rows are written so many at a time. */
const WRITTEN = 1000;

describe('reading many sessions that no index knows', () => {
  let memory: MemoryFixture;
  let now: number;

  beforeEach(() => {
    memory = new MemoryFixture();
    now = 0;
    for (let number = 0; number < SESSIONS; number++) {
      const id = `${number.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
      memory.placeJournal(line(1, created(id, ROOT, `Session ${number}`)), id);
    }
  });
  afterEach(() => memory.close());

  /** Every look at its clock takes longer than a slice, and than the time between two reports. */
  const store = (options: Partial<SessionStoreOptions> = {}): ReturnType<MemoryFixture['store']> =>
    memory.store({ cache: CACHE, clock: { ...systemClock, monotonic: () => (now += 300) }, ...options });

  it('ends when the store is closed, and goes on in the next process', async () => {
    const told = Promise.withResolvers<true>();
    const first = store({ onLongWork: ({ done }) => done > 300 && told.resolve(true) });
    const list = first.list({});
    const refused = assert.rejects(list, { code: 'disposed' });
    await told.promise;
    await first.close();
    await refused;
    assert.ok(first.reads < SESSIONS, `${first.reads} were read`);
    const next = store();
    assert.equal((await next.list({})).total, SESSIONS);
    assert.equal(next.reads, SESSIONS - first.reads);
  });

  it('goes on where a process was killed', async () => {
    const released = Promise.withResolvers<true>();
    const reached = Promise.withResolvers<true>();
    const killed = store({
      pause: async () => {
        if (killed.reads < WRITTEN + 50) return;
        reached.resolve(true);
        await released.promise;
      },
    });
    const list = killed.list({});
    await reached.promise;
    const next = store();
    assert.equal((await next.list({})).total, SESSIONS);
    assert.equal(next.reads, SESSIONS - WRITTEN);
    await next.close();
    const last = store();
    assert.equal((await last.list({ limit: 1000 })).total, SESSIONS);
    assert.equal(last.reads, 0);
    released.resolve(true);
    await list;
  });

  it('is not what a check of all files waits for: that is told of too, and ends when it is not wanted any more', async () => {
    const told: LongWork[] = [];
    const wanted = new AbortController();
    const mine = store({
      onLongWork: work => {
        told.push(work);
        if (work.done > 300) wanted.abort();
      },
    });
    await assert.rejects(mine.doctor.check({ repair: false, signal: wanted.signal }), { code: 'cancelled' });
    assert.ok(told.filter(({ kind }) => kind === 'check').length === told.length);
    assert.ok(told.some(({ done }) => done > 300 && done < SESSIONS));
    const report = await mine.doctor.check({ repair: false });
    assert.equal(report.sessions.length, SESSIONS);
  });

  it('is told of while it lasts, and once more when it is over', async () => {
    const told: LongWork[] = [];
    const first = store({ onLongWork: work => told.push(work) });
    await first.list({});
    const counts = told.map(({ done }) => done);
    assert.ok(counts.length > 2);
    assert.deepEqual(
      counts,
      counts.toSorted((a, b) => a - b),
    );
    assert.deepEqual(told.at(-1), { kind: 'read', done: SESSIONS, total: SESSIONS });
    const before = told.length;
    await first.list({ limit: 1000 });
    assert.equal(told.length, before, 'nothing is read again');
  });
});
