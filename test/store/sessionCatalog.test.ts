import assert from 'node:assert/strict';
import type { SessionEvent } from '../../src/core/events.ts';
import type { SessionPage, SessionQuery, SessionStore } from '../../src/core/ports.ts';
import type { SessionTally } from '../../src/core/tally.ts';
import type { InMemoryFileSystem } from '../support/inMemoryFileSystem.ts';
import { created, renamed, ScriptedProcesses, systemClock } from './support/diskFixture.ts';
import { line, MemoryFixture, ROOT } from './support/memoryFixture.ts';

const CACHE = '/home/user/.cache/coding-agent';

function idOf(number: number): string {
  return `${number.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
}

function task(taskId: string, description: string): SessionEvent {
  const owner = new ScriptedProcesses('w').self;
  const rest = { taskType: 'code', origin: 'person', agent: 'auto', attempt: 1, owner } as const;
  return { type: 'taskCreated', data: { taskId, description, ...rest } };
}

async function talliesOf(store: SessionStore, since?: Date): Promise<SessionTally[]> {
  const tallies: SessionTally[] = [];
  await store.tallies(tally => tallies.push(tally), since);
  return tallies;
}

describe('the list of sessions', () => {
  let memory: MemoryFixture;
  let disk: InMemoryFileSystem;

  beforeEach(() => {
    memory = new MemoryFixture();
    ({ disk } = memory);
  });
  afterEach(() => memory.close());

  /** Session number n started n seconds after the first. */
  function place(count: number, first = 0): void {
    for (let number = first; number < first + count; number++) {
      const id = idOf(number);
      const at = new Date(Date.UTC(2026, 0, 1) + number * 1000).toISOString();
      const taskLine = line(2, task(`${id.slice(0, 8)}-t`, `Do thing ${number}`), at);
      memory.placeJournal(line(1, created(id, ROOT, `Session ${number}`), at) + taskLine, id);
    }
  }

  const store = (): SessionStore => memory.store({ cache: CACHE });

  /** A store that lives on, whose time passes only as the test says. */
  function lastingStore(): { readonly mine: SessionStore; readonly pass: (ms: number) => void } {
    let elapsed = 0;
    const mine = memory.store({ cache: CACHE, clock: { ...systemClock, monotonic: () => elapsed } });
    return { mine, pass: ms => (elapsed += ms) };
  }

  /** A process lists and ends. */
  async function listOnce(query: SessionQuery = {}): Promise<SessionPage> {
    const mine = store();
    const page = await mine.list(query);
    await mine.close();
    return page;
  }

  /** Waits until the folder's last change is so long ago that its time proves something. */
  const settle = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 60));

  function countCalls(since: number): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const call of disk.calls.slice(since)) counts[call] = (counts[call] ?? 0) + 1;
    return counts;
  }

  /** The calls that touch `.coding-agent`, by kind, while `action` runs. */
  async function callsOn<T>(
    action: () => Promise<T>,
  ): Promise<{ result: T; opened: string[]; stats: number }> {
    const opened: string[] = [];
    let stats = 0;
    const open = disk.open.bind(disk);
    const lstat = disk.lstat.bind(disk);
    const readdir = disk.readdir.bind(disk);
    disk.open = (path, mode) => {
      if (path.startsWith(ROOT)) opened.push(path);
      return open(path, mode);
    };
    disk.readdir = path => {
      if (path.startsWith(ROOT)) opened.push(path);
      return readdir(path);
    };
    disk.lstat = path => {
      stats++;
      return lstat(path);
    };
    const result = await action();
    Object.assign(disk, { open, lstat, readdir });
    return { result, opened, stats };
  }

  it('is newest first, in pages that a cursor joins without gaps, whatever comes and goes', async () => {
    place(25);
    const mine = store();
    const first = await mine.list({ limit: 10 });
    assert.deepEqual(first.sessions.map(row => row.title).slice(0, 2), ['Session 24', 'Session 23']);
    assert.equal(first.total, 25);
    place(3, 25);
    disk.unlink(memory.journal(idOf(15)));
    const second = await mine.list({ limit: 10, ...(first.nextCursor && { cursor: first.nextCursor }) });
    assert.equal(second.sessions[0]?.title, 'Session 14');
    const third = await mine.list({ limit: 10, ...(second.nextCursor && { cursor: second.nextCursor }) });
    assert.equal(third.sessions.length, 5);
    assert.equal(third.nextCursor, undefined);
    await assert.rejects(mine.list({ cursor: 'rubbish' }), { code: 'invalid_input', field: 'cursor' });
  });

  it('in a new process reads no session file when nothing changed', async () => {
    place(300);
    await listOnce();
    await settle();
    await listOnce();
    const { result, opened } = await callsOn(() => listOnce({ limit: 50 }));
    assert.deepEqual(opened, []);
    assert.deepEqual(
      [result.sessions.length, result.total, result.nextCursor !== undefined],
      [50, 300, true],
    );
    assert.equal(result.sessions[0]?.title, 'Session 299');
    const all = await callsOn(() => listOnce({ limit: 1000 }));
    assert.deepEqual(all.opened, []);
    assert.equal(all.result.sessions.length, 300);
  });

  it('read for the first time holds rows, not the sessions that they are of', async () => {
    await memory.session(['First', 'Second']);
    const [row] = (await listOnce()).sessions;
    assert.equal(row?.title, 'Second');
    const kinds = Object.values(Object.getOwnPropertyDescriptors(row));
    // What is read when asked for keeps the whole file until then.
    assert.ok(kinds.every(kind => !Object.hasOwn(kind, 'get')));
  });

  it('costs a new process the same for its first page however many sessions there are', async () => {
    const costs: Record<string, number>[] = [];
    for (const count of [250, 1000]) {
      memory = new MemoryFixture();
      ({ disk } = memory);
      place(count);
      await listOnce();
      await settle();
      await listOnce();
      const before = disk.calls.length;
      await store().list({ limit: 50 });
      costs.push(countCalls(before));
    }
    assert.deepEqual(costs[0], costs[1]);
    assert.ok((costs[0]?.['stat'] ?? 0) <= 60);
  });

  it('in a running process costs at most 52 looks for a page of 50, and 2 when it was just looked at', async () => {
    place(100);
    const { mine, pass } = lastingStore();
    await mine.list({});
    await settle();
    await mine.list({});
    pass(300);
    const checked = await callsOn(() => mine.list({ limit: 50 }));
    assert.ok(checked.stats <= 52, `${checked.stats}`);
    assert.deepEqual(checked.opened, []);
    const again = await callsOn(() => mine.list({ limit: 50 }));
    assert.ok(again.stats <= 2, `${again.stats}`);
  });

  it('of thousands in a running process costs 2 looks over all pages, and 0 reads, while nothing changes', async () => {
    place(3000);
    const { mine, pass } = lastingStore();
    const listAll = async (): Promise<number> => {
      let count = 0;
      let cursor: string | undefined;
      do {
        const page = await mine.list({ limit: 1000, ...(cursor !== undefined && { cursor }) });
        count += page.sessions.length;
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      return count;
    };
    await listAll();
    await settle();
    await listAll();
    pass(300);
    await listAll();
    pass(300);
    const { result, opened, stats } = await callsOn(listAll);
    assert.deepEqual([result, opened], [3000, []]);
    assert.ok(stats <= 2, `${stats}`);
    const other = memory.store();
    await other.create(idOf(9000), [created(idOf(9000), ROOT, 'New')]);
    assert.equal((await mine.list({ limit: 1 })).sessions[0]?.title, 'New');
  });

  it('looks at the top of a long page before it is shown, at the rest behind it, and tells what had changed', async () => {
    place(300);
    await listOnce({ limit: 1000 });
    await settle();
    await listOnce({ limit: 1000 });
    // Nobody told the index: a process that was killed, or a foreign hand.
    for (const number of [299, 7]) {
      const at = '2026-02-01T00:00:00.000Z';
      const content = disk.content(memory.journal(idOf(number))).toString();
      disk.overwrite(memory.journal(idOf(number)), content + line(3, renamed('Changed'), at));
    }
    const mine = memory.store({ cache: CACHE, clock: systemClock });
    let told = 0;
    mine.onDidChangeList(() => told++);
    const { result, stats } = await callsOn(() => mine.list({ limit: 1000 }));
    assert.equal(result.sessions[0]?.title, 'Changed');
    assert.ok(stats <= 70, `${stats} looks`);
    while (told === 0) await new Promise(resolve => setTimeout(resolve, 10));
    const again = await mine.list({ limit: 1000 });
    assert.equal(again.sessions.find(row => row.sessionId === idOf(7))?.title, 'Changed');
  });

  it('shows what other processes did: made, changed, ended, removed', async () => {
    place(60);
    await listOnce();
    await settle();
    await listOnce();
    const other = memory.store();
    const made = await other.create(idOf(500), [created(idOf(500), ROOT, 'Made')]);
    await (await other.open(idOf(59))).commit(() => [renamed('Changed')]);
    disk.unlink(memory.journal(idOf(58)));
    const { sessions } = await listOnce();
    assert.deepEqual(sessions.map(row => row.title).slice(0, 3), ['Made', 'Changed', 'Session 57']);
    await made.commit(() => [renamed('Once more')]);
    assert.equal((await listOnce()).sessions[0]?.title, 'Once more');
  });

  it('shows at once what is committed in the same process', async () => {
    place(5);
    const mine = store();
    await mine.list({});
    const ledger = await mine.open(idOf(3));
    await ledger.commit(() => [renamed('Now')]);
    assert.equal((await mine.list({})).sessions[1]?.title, 'Now');
  });

  it('searches titles and task texts, whatever the letter case, for every word', async () => {
    place(30);
    await listOnce();
    const { sessions, total } = await listOnce({ q: 'THING 7' });
    assert.deepEqual(
      sessions.map(row => row.title),
      ['Session 27', 'Session 17', 'Session 7'],
    );
    assert.equal(total, 3);
    assert.deepEqual((await listOnce({ q: 'session nothing' })).sessions, []);
  });

  it('filters by status and archive as the files are now', async () => {
    place(300);
    await listOnce();
    await settle();
    await listOnce();
    const other = memory.store();
    await (await other.open(idOf(2))).commit(() => [{ type: 'sessionEnded', data: { status: 'completed' } }]);
    await (await other.open(idOf(3))).commit(() => [{ type: 'sessionArchived', data: { archived: true } }]);
    assert.deepEqual(
      (await listOnce({ status: 'completed' })).sessions.map(row => row.title),
      ['Session 2'],
    );
    assert.deepEqual(
      (await listOnce({ only: 'archived' })).sessions.map(row => row.title),
      ['Session 3'],
    );
    assert.equal((await listOnce({ archived: true })).total, 300);
    assert.equal((await listOnce()).total, 299);
  });

  it('finds tasks and ids, and counts, without opening what the index knows', async () => {
    place(300);
    await listOnce();
    await settle();
    await listOnce();
    const mine = store();
    const { result, opened } = await callsOn(async () => {
      const task = await mine.findTask(`${idOf(5).slice(0, 8)}-t`);
      const ids = await mine.findIds(idOf(5).slice(0, 8));
      return { task, ids, tallies: await talliesOf(mine) };
    });
    assert.deepEqual(opened, []);
    assert.deepEqual([result.task, result.ids], [idOf(5), [idOf(5)]]);
    assert.equal(result.tallies.length, 300);
    assert.equal(result.tallies[0]?.tasks[0]?.status, 'pending');
    assert.equal(await mine.findTask('no such'), undefined);
    assert.equal((await talliesOf(mine, new Date(Date.UTC(2026, 0, 1) + 297_000))).length, 3);
  });

  it('always tells of damaged files, also from the index', async () => {
    place(3);
    memory.placeJournal('rubbish', idOf(77));
    disk.place(`${memory.sessionsFolder}/notes.txt`, '');
    const files = async (): Promise<string[]> => (await listOnce()).damaged.map(({ file }) => file).sort();
    const expected = [`${idOf(77)}.events.jsonl`, 'notes.txt'];
    assert.deepEqual(await files(), expected);
    await settle();
    assert.deepEqual(await files(), expected);
    const { opened } = await callsOn(files);
    assert.deepEqual(opened, []);
    memory.placeJournal(line(1, created(idOf(77), ROOT, 'Healed')), idOf(77));
    assert.deepEqual(await files(), ['notes.txt']);
  });

  it('is made anew from the files when the index is damaged, foreign or gone', async () => {
    place(250);
    await listOnce();
    await settle();
    await listOnce();
    const [folder = ''] = disk.list(`${CACHE}/sessions`);
    const indexed = (): string[] => disk.list(`${CACHE}/sessions/${folder}`);
    for (const kind of ['details', 'head', 'rows']) {
      for (let seed = 0; seed < 20; seed++) {
        assert.equal(indexed().length, 3);
        const path = `${CACHE}/sessions/${folder}/${indexed().find(name => name.startsWith(kind)) ?? ''}`;
        const content = disk.content(path);
        const at = (seed * 7919) % content.length;
        const flipped = Buffer.from(content);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << (seed % 8));
        disk.overwrite(path, seed % 3 === 0 ? content.subarray(0, at) : flipped);
        const titles = (await listOnce({ limit: 1000 })).sessions.map(row => row.title);
        const expected = Array.from({ length: 250 }, (_, index) => `Session ${249 - index}`);
        assert.deepEqual(titles, expected, `${kind} ${seed}`);
        assert.equal((await listOnce({ q: 'thing' })).total, 250, `${kind} ${seed}`);
      }
    }
  });

  it('lets others run while it is found out which of many came or went', async () => {
    place(300);
    await listOnce();
    let [pauses, now] = [0, 0];
    const clock = { ...systemClock, monotonic: () => (now += 10) };
    const pause = async (): Promise<void> => {
      pauses++;
      await Promise.resolve();
    };
    const mine = memory.store({ cache: CACHE, clock, pause });
    await mine.list({});
    disk.unlink(memory.journal(idOf(7)));
    pauses = 0;
    assert.equal((await mine.list({ limit: 1 })).total, 299);
    // Between the names, between what is known, and between what is there.
    assert.ok(pauses >= 299 + 300 + 299, `${pauses}`);
  });

  it('keeps its index small however often sessions change', async () => {
    place(10);
    await listOnce();
    const mine = store();
    await mine.list({});
    for (let round = 0; round < 30; round++) {
      const ledger = await mine.open(idOf(round % 10));
      for (let index = 0; index < 100; index++) await ledger.commit(() => [renamed(`${round} ${index}`)]);
      ledger.dispose();
      await new Promise(resolve => setImmediate(resolve));
    }
    await mine.close();
    await listOnce();
    const [folder = ''] = disk.list(`${CACHE}/sessions`);
    const [, , rows = ''] = disk.list(`${CACHE}/sessions/${folder}`);
    assert.ok(disk.content(`${CACHE}/sessions/${folder}/${rows}`).length < 200_000);
  });

  it('of a folder that is not trusted leaves nothing in the cache either', async () => {
    place(5);
    const mine = memory.store({ cache: CACHE, readOnly: () => true });
    assert.equal((await mine.list({})).total, 5);
    assert.equal((await mine.list({ q: 'thing 3' })).total, 1);
    await mine.close();
    assert.deepEqual(disk.list('/home'), []);
  });

  it('of a folder without sessions is empty, and nothing is made', async () => {
    const page = await listOnce();
    assert.deepEqual(page, { sessions: [], total: 0, damaged: [] });
    assert.deepEqual(disk.list(ROOT), []);
  });
});
