import assert from 'node:assert/strict';
import { encodeRecord } from '../../src/store/journalLine.ts';
import { renamed } from './support/diskFixture.ts';
import { firstLine, ID, line, MemoryFixture, OTHER, ROOT } from './support/memoryFixture.ts';

const SEED = {
  sessionId: ID,
  startTime: '2025-06-28T10:30:00.000Z',
  workingDirectory: ROOT,
  projectPath: ROOT,
  tasks: ['task-1', 'task-2'],
  plans: ['plan-1'],
  totalTasks: 2,
  completedTasks: 1,
  failedTasks: 1,
  totalExecutionTime: 45000,
  status: 'active',
  notes: 'mine',
};

describe('the snapshot', () => {
  let memory: MemoryFixture;
  beforeEach(() => {
    memory = new MemoryFixture();
  });
  afterEach(() => memory.close());

  it('has the fields of the seed at its top level, and its position in the journal', async () => {
    await memory.session(['one', 'two']);
    const document = memory.document();
    assert.deepEqual(Object.keys(document).slice(0, 3), ['sessionId', 'startTime', 'workingDirectory']);
    assert.equal(document['title'], 'two');
    const { segment, offset, seq, sum } = document['journal'] as Record<string, unknown>;
    assert.deepEqual([segment, seq], [1, 2]);
    assert.equal(offset, memory.disk.content(memory.journal()).length);
    assert.equal(sum, (JSON.parse(memory.lines().at(-1) ?? '') as { sum: string }).sum);
  });

  it('spares reading the journal up to its position', async () => {
    await memory.session(['one', 'two']);
    // Were the first record read, it would be found damaged.
    const journal = memory.disk.content(memory.journal()).toString();
    memory.disk.overwrite(memory.journal(), journal.replace('one', 'ONE'));
    assert.deepEqual(await memory.read(), { title: 'two', seq: 2, problems: [], readOnly: null });
  });

  it('does not count beside a journal with another history, longer or as long', async () => {
    await memory.session(['one', 'two']);
    const journal = memory.disk.content(memory.journal());
    const [first = '', second = ''] = memory.lines();
    const { at, writer } = JSON.parse(second) as { at: string; writer: string };
    const other = encodeRecord({ seq: 2, at, writer, event: renamed('2nd') }).toString();
    memory.disk.overwrite(memory.journal(), `${first}\n${other}`);
    assert.equal(memory.disk.content(memory.journal()).length, journal.length);
    assert.deepEqual(await memory.read(), { title: '2nd', seq: 2, problems: [], readOnly: null });
    memory.disk.overwrite(
      memory.journal(),
      `${first}\n${line(2, renamed('second'))}${line(3, renamed('third'))}`,
    );
    assert.deepEqual(await memory.read(), { title: 'third', seq: 3, problems: [], readOnly: null });
  });

  it('is made again when it is gone, cut off, empty or of another session', async () => {
    await memory.session(['one', 'two']);
    for (const content of [
      undefined,
      '{"sessionId": "1',
      '',
      JSON.stringify({ ...SEED, sessionId: OTHER }),
    ]) {
      if (content === undefined) memory.disk.unlink(memory.snapshot());
      else memory.placeSnapshot(content);
      assert.equal((await memory.read()).title, 'two');
      assert.equal(memory.document()['title'], 'two');
    }
  });

  it('that cannot be parsed is kept beside the new one', async () => {
    await memory.session(['one']);
    memory.placeSnapshot('{ half');
    await memory.read();
    const kept = memory.disk.content(`${memory.snapshot()}.damaged-1`).toString();
    assert.equal(kept, '{ half');
  });

  it('that lags behind is caught up with from the journal', async () => {
    await memory.session(['one']);
    const old = memory.disk.content(memory.snapshot());
    await memory.append('two');
    memory.disk.overwrite(memory.snapshot(), old);
    assert.equal((await memory.read()).title, 'two');
    assert.equal(memory.document()['title'], 'two');
  });

  it('loses against the journal when its known fields are edited by hand, and keeps the unknown ones', async () => {
    await memory.session(['one']);
    memory.placeSnapshot({ ...memory.document(), title: 'edited', notes: 'mine' });
    assert.equal((await memory.read()).title, 'one');
    assert.equal(memory.document()['title'], 'one');
    assert.equal(memory.document()['notes'], 'mine');
    await memory.append('two');
    assert.equal(memory.document()['notes'], 'mine');
  });

  it('keeps unknown fields that are added while the session is open', async () => {
    await memory.session(['one']);
    const store = memory.store();
    const ledger = await store.open(ID);
    memory.placeSnapshot({ ...memory.document(), notes: 'meanwhile' });
    await ledger.commit(() => [renamed('two')]);
    await store.close();
    assert.equal(memory.document()['notes'], 'meanwhile');
  });

  it('remembers what was found damaged before its position', async () => {
    memory.placeJournal(`${firstLine()}rubbish\n${line(2, renamed('two'))}`);
    await memory.read();
    assert.equal((memory.document()['journal'] as { seq: number }).seq, 2);
    assert.equal((await memory.read()).problems.length, 1);
  });

  it('is not written while another process has newer records that this one has not', async () => {
    await memory.session(['one']);
    const a = memory.store();
    const b = memory.store();
    await a.open(ID);
    await (await b.open(ID)).commit(() => [renamed('two')]);
    await b.close();
    await a.close();
    assert.equal(memory.document()['title'], 'two');
  });
});

describe('a seed-style session without a journal', () => {
  let memory: MemoryFixture;
  beforeEach(() => {
    memory = new MemoryFixture();
  });
  afterEach(() => memory.close());

  it('opens without anything being written', async () => {
    memory.placeSnapshot(SEED);
    const before = memory.disk.content(memory.snapshot());
    const store = memory.store();
    const { metadata } = (await store.open(ID)).state;
    assert.deepEqual(
      [metadata.totalTasks, metadata.completedTasks, metadata.startTime.toISOString()],
      [2, 1, SEED.startTime],
    );
    assert.equal((await store.list({})).sessions.length, 1);
    await store.close();
    assert.deepEqual(memory.disk.content(memory.snapshot()), before);
    assert.deepEqual(memory.disk.list(`${ROOT}/.coding-agent`), ['sessions']);
  });

  it('goes on: its document is the first record, its counters the opening balance', async () => {
    memory.placeSnapshot(SEED);
    const store = memory.store();
    const ledger = await store.open(ID);
    const records = await ledger.commit(() => [renamed('two')]);
    assert.deepEqual(
      records.map(({ event }) => event.type),
      ['sessionRenamed'],
    );
    assert.equal(ledger.state.balance.completed, 1);
    await store.close();
    const [first] = memory
      .lines()
      .map(text => JSON.parse(text) as { seq: number; type: string; data: unknown });
    assert.deepEqual([first?.seq, first?.type, first?.data], [1, 'snapshotAdopted', { document: SEED }]);
    memory.disk.unlink(memory.snapshot());
    const replayed = await memory.store().open(ID);
    assert.equal(replayed.state.metadata.totalExecutionTime, 45000);
    assert.deepEqual(replayed.state.unknownFields, { notes: 'mine' });
    assert.equal(replayed.state.metadata.lastEventSeq, 2);
  });

  it('whose document is too large for a record is kept as a blob', async () => {
    memory.placeSnapshot({ ...SEED, notes: 'n'.repeat(100_000) });
    await memory.append('two');
    const [first] = memory.lines().map(text => JSON.parse(text) as { data: { document: { blob: string } } });
    assert.match(first?.data.document.blob ?? '', /^[0-9a-f]{64}$/);
    memory.disk.unlink(memory.snapshot());
    assert.deepEqual(await memory.read(), { title: 'two', seq: 2, problems: [], readOnly: null });
    assert.equal(String(memory.document()['notes']).length, 100_000);
  });

  it('of a newer version opens read-only', async () => {
    memory.placeSnapshot({ ...SEED, schemaVersion: 2 });
    assert.match((await memory.read()).readOnly ?? '', /newer/);
  });

  it('that covers more than its journal is adopted', async () => {
    await memory.session(['one', 'two', 'three']);
    memory.disk.overwrite(memory.journal(), firstLine());
    const store = memory.store();
    const ledger = await store.open(ID);
    assert.equal(ledger.state.metadata.title, 'three');
    await ledger.commit(() => [{ type: 'sessionPinned', data: { pinned: true } }]);
    await store.close();
    const types = memory.lines().map(text => (JSON.parse(text) as { type: string }).type);
    assert.deepEqual(types, ['sessionCreated', 'snapshotAdopted', 'sessionPinned']);
    memory.disk.unlink(memory.snapshot());
    const { metadata } = (await memory.store().open(ID)).state;
    assert.deepEqual([metadata.title, metadata.pinned, metadata.lastEventSeq], ['three', true, 3]);
  });
});
