import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { SessionLedger } from '../../src/core/ports.ts';
import { toDocument } from '../../src/core/sessionDocument.ts';
import { openSnapshot } from '../../src/store/snapshotFile.ts';
import type { WrittenPieces } from '../../src/store/snapshotPieces.ts';
import { FileSystemError } from '../support/inMemoryFileSystem.ts';
import { created, renamed } from './support/diskFixture.ts';
import { ID, MemoryFixture, ROOT } from './support/memoryFixture.ts';
import { shortTask as taskEvents } from './support/shortTask.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures');
/** What a reader of pieces could take for the end of an id. */
const ODD = ['plain', 'a": {"id": "b', 'ends with a backslash\\', '\\": {', '', 'ü": ', ',\n    "'];
/** More than what is read when a session is opened. */
const MANY = Array.from({ length: 300 }, (_, index) => `task-${index}`);
const LARGE = 128 * 1024;
const CALLS = Array.from({ length: 150 }, (_, index) => `call-${index}`);
const TEXT = 'output '.repeat(600);

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

  /** Makes what these words are in unreadable, in the journal and in the snapshot. */
  function foul(inJournal: readonly string[], inSnapshot = '', by = '\0'): void {
    const zero = (text: string): string => by.repeat(Buffer.byteLength(text));
    const isHit = (line: string): boolean => inJournal.some(word => line.includes(word));
    const lines = memory.lines().map(line => (isHit(line) ? zero(line) : line));
    memory.disk.overwrite(memory.journal(), `${lines.join('\n')}\n`);
    const snapshot = memory.disk.content(memory.snapshot()).toString();
    assert.ok(snapshot.includes(inSnapshot));
    memory.disk.overwrite(memory.snapshot(), snapshot.replace(inSnapshot, zero));
  }

  for (const ids of [['task-1', 'task-2', 'task-3'], MANY]) {
    it(`that are damaged where the journal is damaged too cost no more than themselves, of ${ids.length} tasks`, async () => {
      await session(ids);
      foul(['"task-1"'], 'Task task-1"');
      const store = memory.store();
      const ledger = await store.open(ID);
      assert.equal(ledger.state.tasks.get('task-2')?.description, 'Task task-2');
      // Of a short session the journal is read at once, and knows nothing of it.
      const shown = ids === MANY ? 'damaged' : undefined;
      assert.equal(ledger.state.tasks.get('task-1')?.errorCode, shown);
      const others = [...ledger.state.tasks].filter(task => task.status === 'completed');
      assert.equal(others.length, ids.length - 1);
      const told = ledger.damage.map(({ file }) => file);
      assert.ok(told.includes(`${ID}.events.jsonl`), told.join());
      assert.equal(told.includes(`${ID}.session.json`), ids === MANY);
      const { sessions, damaged } = await store.list({});
      assert.deepEqual([sessions.length, damaged], [1, []]);
      await ledger.commit(() => [renamed('goes on')]);
      await store.close();
      const next = await memory.store().open(ID);
      assert.equal(next.state.metadata.title, 'goes on');
      assert.equal(next.state.tasks.get('task-1')?.errorCode, shown);
      assert.equal(next.state.tasks.get('task-2')?.description, 'Task task-2');
      assert.ok(next.damage.length > 0);
    });
  }

  for (const [what, fouled] of [
    ['ids', ['    "task-1",\n']],
    ['ids and records', ['    "task-1",\n', 'Task task-1"']],
  ] as const) {
    it(`with ${what} that are damaged where the journal is damaged too leave the other tasks where they are`, async () => {
      await session(MANY);
      for (const text of fouled) foul(['"task-1"'], text);
      const store = memory.store();
      const ledger = await store.open(ID);
      for (const id of ['task-0', 'task-2', 'task-299'])
        assert.equal(ledger.state.tasks.get(id)?.description, `Task ${id}`);
      await ledger.commit(() => taskEvents('a new one', 301));
      await store.close();
      const { state } = await memory.store().open(ID);
      for (const id of ['task-0', 'task-2', 'task-299', 'a new one'])
        assert.equal(state.tasks.get(id)?.description, `Task ${id}`);
      assert.equal([...state.tasks].length, 301);
    });
  }

  it('with a plan that is damaged where the journal is damaged too have it in its task, or say that it is lost', async () => {
    await session(MANY);
    foul(['"planCreated","data":{"taskId":"task-1"'], '"plan task-1": ');
    const { state } = await memory.store().open(ID);
    assert.equal(state.plans.get('plan task-1')?.taskId, 'task-1');
    foul([], 'Task task-1"');
    const lost = (await memory.store().open(ID)).state.plans.get('plan task-1');
    assert.match(lost?.steps[0]?.title ?? '', /damaged/);
  });

  it('with a tool call that is damaged where the journal is damaged too have something in its place', async () => {
    await sessionOfCalls();
    foul(['"callId":"call-40"'], '"call-40"');
    const ledger = await memory.store().open(ID);
    const calls = [...ledger.state.toolCalls];
    assert.equal(calls.length, CALLS.length);
    const lost = calls.filter(({ error }) => error?.includes('damaged'));
    assert.deepEqual(
      lost.map(({ status, taskId }) => [status, taskId]),
      [['failed', 'task']],
    );
    for (const id of CALLS.filter(name => name !== 'call-40'))
      assert.equal(ledger.state.toolCalls.get(id)?.status, 'completed', id);
    const told = ledger.damage.map(({ file }) => file);
    assert.ok(told.includes(`${ID}.session.json`) && told.includes(`${ID}.events.jsonl`), told.join());
    assert.deepEqual(await ledger.toolCalls('task'), calls);
  });

  it('leave the calls of earlier tasks to the journal: who asks for them is told that some are damaged there', async () => {
    await sessionOfCalls();
    const store = memory.store();
    await (await store.open(ID)).commit(() => taskEvents('next', 2));
    await store.close();
    foul(['"callId":"call-40"']);
    const opened = await memory.store().open(ID);
    assert.deepEqual(opened.damage, []);
    assert.equal((await opened.toolCalls('task')).length, CALLS.length - 1);
    assert.ok(opened.damage.length > 0);
  });

  function kept(): string[] {
    const names = memory.disk.list(memory.sessionsFolder).filter(name => name.includes('.session.json.'));
    return names.map(name => memory.disk.content(`${memory.sessionsFolder}/${name}`).toString());
  }

  /** Processes, one after the other and beside each other, that write records and the snapshot. */
  async function goOn(): Promise<void> {
    for (const title of ['goes on', 'and on']) await memory.append(title);
    const stores = [memory.store(), memory.store()];
    for (const ledger of await Promise.all(stores.map(store => store.open(ID)))) {
      toDocument(ledger.state);
      await ledger.commit(() => [renamed('together')]);
    }
    for (const store of stores) await store.close();
  }

  for (const [what, ids, inJournal, inSnapshot, by] of [
    ['of a long session', MANY, '"task-1"', 'Task task-1', 'x'],
    [
      'beside what the journal has not all of',
      MANY,
      '"planCreated","data":{"taskId":"task-1"',
      'Task task-2',
      'x',
    ],
    ['in the end that is read at once', ['task-1', 'task-2'], '"task-1"', 'Task task-2', 'x'],
    ['that cannot even be parsed', ['task-1', 'task-2'], '"task-1"', 'Task task-2', '"'],
  ] as const) {
    it(`that are damaged where the journal is are told of, and kept once when they are written anew, ${what}`, async () => {
      await session(ids);
      foul([inJournal], inSnapshot, by);
      const damaged = memory.disk.content(memory.snapshot()).toString();
      const { damage, state } = await memory.store().open(ID);
      assert.ok(toDocument(state).tasks.length > 0 && damage.length > 0);
      await goOn();
      assert.deepEqual(kept(), [damaged]);
    });
  }

  it('that are whole are kept once when the journal lost what they stand for, and where they end', async () => {
    await session(['task-1', 'task-2']);
    const whole = memory.disk.content(memory.snapshot()).toString();
    await memory.append('later');
    memory.disk.overwrite(memory.snapshot(), whole);
    foul(['"taskCompleted","data":{"taskId":"task-2"']);
    await goOn();
    assert.deepEqual(kept(), [whole]);
  });

  it('that the journal has whole are not kept, whatever became of them', async () => {
    await session(MANY);
    foul([], 'Task task-1', 'x');
    await goOn();
    assert.deepEqual(kept(), []);
  });

  it('of a task of which the journal has no longer the end do not let it run for ever', async () => {
    await session(MANY);
    foul(['"taskCompleted","data":{"taskId":"task-1"'], 'Task task-2"');
    const { state } = await memory.store().open(ID);
    const { status, description } = state.tasks.get('task-1') ?? {};
    assert.deepEqual([status, description], ['failed', 'Task task-1']);
    assert.equal(state.tasks.get('task-2')?.status, 'completed');
  });

  it('are there again when somebody who took the files away brings them back', async () => {
    await session(MANY);
    const { state } = await memory.store().open(ID);
    const [journal, snapshot] = [memory.journal(), memory.snapshot()];
    for (const file of [journal, snapshot]) memory.disk.rename(file, `${file}.away`);
    assert.throws(() => state.tasks.get('task-7'), { code: 'damaged' });
    for (const file of [journal, snapshot]) memory.disk.rename(`${file}.away`, file);
    assert.equal(state.tasks.get('task-7')?.description, 'Task task-7');
  });

  it('that cannot be read keep nobody from closing the store', async () => {
    await session(MANY);
    const store = memory.store();
    const ledger = await store.open(ID);
    await setImmediate();
    const open = memory.disk.open.bind(memory.disk);
    memory.disk.open = (path, mode) => {
      if (path === memory.snapshot()) throw new FileSystemError('EIO', path);
      return open(path, mode);
    };
    await ledger.commit(() => [renamed('last')]);
    await store.close();
    memory.disk.open = open;
    assert.equal((await memory.read()).title, 'last');
    assert.deepEqual(memory.disk.list(memory.sessionsFolder.replace('sessions', 'locks')), []);
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

  for (const [form, folder] of [
    ['of which the ids had none', 'snapshot-parts'],
    ['of which the tool calls had none', 'snapshot-pieces'],
    ['of which each was in a list of its own', 'snapshot-lists'],
  ] as const) {
    it(`${form}: such a file is read in pieces too, and written anew with the next record`, async () => {
      const [journal, snapshot] = ['events.jsonl', 'session.json'].map(name =>
        readFileSync(join(FIXTURES, folder, `${ID}.${name}`)),
      );
      assert.ok(journal !== undefined && snapshot !== undefined);
      memory.placeJournal(journal);
      memory.placeSnapshot(snapshot.toString());
      assert.equal(openSnapshot(memory.disk, memory.snapshot())?.pieces.tasks.count, 33);
      const store = memory.store();
      const ledger = await store.open(ID);
      const read = plain(ledger);
      const { tasks } = ledger.state.metadata;
      assert.equal(ledger.state.toolCalls.size, 1);
      assert.equal((await ledger.toolCalls(tasks[32] ?? '')).length, 1);
      assert.deepEqual(memory.disk.content(memory.snapshot()), snapshot);
      memory.disk.unlink(memory.snapshot());
      assert.deepEqual(read, plain(await memory.store().open(ID)));
      memory.placeSnapshot(snapshot.toString());
      await ledger.commit(() => [renamed('Now')]);
      await store.close();
      const { parts, pieces } = memory.document()['journal'] as Record<string, unknown>;
      assert.equal(parts, undefined);
      const { toolCalls, newest } = pieces as WrittenPieces;
      assert.deepEqual([toolCalls.count, newest?.count], [1, 33]);
      assert.deepEqual((await memory.store().doctor.check({ repair: false })).findings, []);
    });
  }

  it('with the tool calls of the last task are read when somebody asks for one, and are what was recorded', async () => {
    const recorded = await sessionOfCalls();
    let bytes = 0;
    const read = memory.disk.read.bind(memory.disk);
    memory.disk.read = (...args) => {
      const count = read(...args);
      bytes += count;
      return count;
    };
    const ledger = await memory.store().open(ID);
    assert.ok(bytes < LARGE && memory.disk.content(memory.snapshot()).length > 2 * LARGE, `${bytes} bytes`);
    const ids = [...ledger.state.toolCalls].map(({ id }) => id);
    assert.deepEqual(ids, CALLS);
    assert.equal(ledger.state.toolCalls.get('call-40')?.id, 'call-40');
    assert.deepEqual(plain(ledger), recorded);
  });

  it('with tool calls that are not as they were written are found in the journal', async () => {
    const recorded = await sessionOfCalls();
    const content = memory.disk.content(memory.snapshot());
    content[content.indexOf('"call-40"') + 1] = 'k'.charCodeAt(0);
    memory.disk.overwrite(memory.snapshot(), content);
    assert.deepEqual(plain(await memory.store().open(ID)), recorded);
  });

  it('with the tool calls of a task that has not ended are held at once, though somebody removes all files', async () => {
    const recorded = await sessionOfCalls('running');
    const ledger = await memory.store().open(ID);
    for (const path of [memory.snapshot(), memory.journal()]) memory.disk.unlink(path);
    assert.deepEqual(plain(ledger), recorded);
  });

  /** The document of a session whose last task made many calls. */
  async function sessionOfCalls(status: 'completed' | 'running' = 'completed'): Promise<unknown> {
    const store = memory.store();
    const ledger = await store.create(ID, [created(ID, ROOT)]);
    const task = taskEvents('task', 1);
    await ledger.commit(() => task.slice(0, -1));
    for (const callId of CALLS) {
      const call = { taskId: 'task', callId };
      await ledger.commit(() => [
        { type: 'toolCallRequested', data: { ...call, stepId: 's', tool: 'run_command', input: {} } },
        { type: 'outputAppended', data: { ...call, text: TEXT } },
        { type: 'toolCallEnded', data: { ...call, status: 'completed', duration: 1, exitCode: 0 } },
      ]);
    }
    if (status === 'completed') await ledger.commit(() => task.slice(-1));
    const recorded = plain(ledger);
    await store.close();
    return recorded;
  }
});
