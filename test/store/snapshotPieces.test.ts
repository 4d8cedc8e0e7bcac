import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { SessionLedger } from '../../src/core/ports.ts';
import { toDocument } from '../../src/core/sessionDocument.ts';
import type { SessionEvent } from '../../src/core/events.ts';
import { openSnapshot } from '../../src/store/snapshotFile.ts';
import { created, renamed, ScriptedProcesses } from './support/diskFixture.ts';
import { ID, MemoryFixture, ROOT } from './support/memoryFixture.ts';

const PARTS = join(import.meta.dirname, '..', 'fixtures', 'snapshot-parts');
const { self: owner } = new ScriptedProcesses('w');
/** What a reader of pieces could take for the end of an id. */
const ODD = ['plain', 'a": {"id": "b', 'ends with a backslash\\', '\\": {', '', 'ü": ', ',\n    "'];
/** More than what is read when a session is opened. */
const MANY = Array.from({ length: 300 }, (_, index) => `task-${index}`);
const LARGE = 128 * 1024;

function taskEvents(taskId: string, epoch: number): SessionEvent[] {
  const step = { id: 's', title: 'Step', status: 'pending' as const };
  const request = { taskType: 'code' as const, origin: 'person' as const, agent: 'auto', attempt: 1 };
  return [
    { type: 'taskCreated', data: { taskId, description: `Task ${taskId}`, ...request, owner } },
    { type: 'taskStarted', data: { taskId, owner, epoch } },
    { type: 'planCreated', data: { taskId, plan: { id: `plan ${taskId}`, version: 1, steps: [step] } } },
    { type: 'taskCompleted', data: { taskId, executionTime: 5, result: null } },
  ];
}

const plain = ({ state }: SessionLedger): unknown => JSON.parse(JSON.stringify(toDocument(state)));

describe('the pieces of a snapshot', () => {
  let memory: MemoryFixture;
  beforeEach(() => {
    memory = new MemoryFixture();
  });
  afterEach(() => memory.close());

  async function session(ids: readonly string[]): Promise<void> {
    const store = memory.store();
    const ledger = await store.create(ID, [created(ID, ROOT)]);
    for (const [index, id] of ids.entries()) await ledger.commit(() => taskEvents(id, index + 1));
    await store.close();
  }

  it('are what the journal says, whatever characters ids have', async () => {
    await session(ODD);
    assert.notEqual(openSnapshot(memory.disk, memory.snapshot()), undefined);
    const ledger = await memory.store().open(ID);
    for (const id of ODD) assert.equal(ledger.state.tasks.get(id)?.description, `Task ${id}`);
    assert.deepEqual(ledger.state.metadata.tasks, ODD);
    memory.disk.unlink(memory.snapshot());
    assert.deepEqual(plain(ledger), plain(await memory.store().open(ID)));
  });

  it('that a page of the newest tasks needs are in the end of the file, which is read at once', async () => {
    await session(MANY);
    const before = memory.disk.calls.length;
    const ledger = await memory.store().open(ID);
    const page: string[] = [];
    for (const { id } of ledger.state.tasks.newestFirst()) if (page.push(id) === 50) break;
    const calls = memory.disk.calls.slice(before).filter(call => call === 'open' || call === 'read');
    assert.equal(page.at(-1), 'task-250');
    // The snapshot: its end and its fields. The journal: its end.
    assert.deepEqual(calls, ['open', 'read', 'read', 'open', 'read']);
  });

  it('are found elsewhere when somebody changes the file before they are read', async () => {
    await session(MANY);
    assert.ok(memory.disk.content(memory.snapshot()).length > LARGE);
    for (const foul of [
      () => memory.append('renamed by another process'),
      async () => {
        await Promise.resolve();
        memory.disk.unlink(memory.snapshot());
      },
    ]) {
      const { state } = await memory.store().open(ID);
      await foul();
      assert.deepEqual(state.metadata.tasks, MANY);
      assert.deepEqual(
        state.metadata.plans,
        MANY.map(id => `plan ${id}`),
      );
      assert.equal(state.tasks.get('task-7')?.plan?.id, 'plan task-7');
    }
  });

  it('are not taken from a file that belongs to another history', async () => {
    await session(MANY);
    assert.ok(memory.disk.content(memory.snapshot()).length > LARGE);
    const { state } = await memory.store().open(ID);
    const other = new MemoryFixture();
    const store = other.store();
    const ledger = await store.create(ID, [created(ID, ROOT)]);
    for (const id of MANY) await ledger.commit(() => taskEvents(id.replace('task', 'tusk'), 1));
    await store.close();
    memory.disk.overwrite(memory.snapshot(), other.disk.content(other.snapshot()));
    await other.close();
    assert.equal(state.tasks.get('task-7')?.plan?.id, 'plan task-7');
    assert.deepEqual(state.metadata.tasks, MANY);
  });

  it('with the ids are held a moment later, though somebody removes all files', async () => {
    await session(MANY);
    const { state } = await memory.store().open(ID);
    await setImmediate();
    for (const path of [memory.snapshot(), memory.journal()]) memory.disk.unlink(path);
    assert.deepEqual(state.metadata.tasks, MANY);
  });

  it('with the ids are not taken from a journal that has another history', async () => {
    await session(MANY);
    const { state } = await memory.store().open(ID);
    memory.disk.unlink(memory.snapshot());
    const other = new MemoryFixture();
    await other.session(['another']);
    memory.placeJournal(other.disk.content(other.journal()));
    await other.close();
    assert.throws(() => state.metadata.tasks, { name: 'SessionError', code: 'damaged' });
  });

  it('had another form before: such a file is read in pieces too, and written anew with the next record', async () => {
    const [journal, snapshot] = ['events.jsonl', 'session.json'].map(name =>
      readFileSync(join(PARTS, `${ID}.${name}`)),
    );
    assert.ok(journal !== undefined && snapshot !== undefined);
    memory.placeJournal(journal);
    memory.placeSnapshot(snapshot.toString());
    assert.equal(openSnapshot(memory.disk, memory.snapshot())?.pieces.counts.tasks, 33);
    const store = memory.store();
    const ledger = await store.open(ID);
    const read = plain(ledger);
    const { tasks } = ledger.state.metadata;
    assert.equal((await ledger.toolCalls(tasks[32] ?? '')).length, 1);
    assert.deepEqual(memory.disk.content(memory.snapshot()), snapshot);
    memory.disk.unlink(memory.snapshot());
    assert.deepEqual(read, plain(await memory.store().open(ID)));
    memory.placeSnapshot(snapshot.toString());
    await ledger.commit(() => [renamed('Now')]);
    await store.close();
    const { parts, pieces } = memory.document()['journal'] as Record<string, unknown>;
    assert.deepEqual([parts, typeof pieces], [undefined, 'object']);
    assert.deepEqual((await memory.store().doctor.check({ repair: false })).findings, []);
  });
});
