import assert from 'node:assert/strict';
import type { SessionEvent } from '../../src/core/events.ts';
import type { SessionLedger } from '../../src/core/ports.ts';
import { toDocument } from '../../src/core/sessionDocument.ts';
import { sessionStats } from '../../src/core/state.ts';
import type { AgentTask } from '../../src/core/task.ts';
import { created, renamed, ScriptedProcesses } from './support/diskFixture.ts';
import { ID, MemoryFixture, ROOT } from './support/memoryFixture.ts';

const { self: owner } = new ScriptedProcesses('w');
const TASKS = 300;
const PAGE = 50;

/** One task with a plan and two calls; the text of each tells which it is. */
function taskEvents(number: number, text = ''): SessionEvent[] {
  const taskId = `t${number}`;
  const plan = {
    id: `p${number}`,
    version: 1,
    steps: [{ id: 's', title: `Step of ${number}`, status: 'pending' as const }],
  };
  const call = (name: string): SessionEvent[] => [
    {
      type: 'toolCallRequested',
      data: {
        taskId,
        callId: `${taskId}-${name}`,
        stepId: 's',
        tool: 'run_command',
        input: { command: name },
      },
    },
    {
      type: 'outputAppended',
      data: { taskId, callId: `${taskId}-${name}`, text: `${name} of ${number} ${text}` },
    },
    {
      type: 'toolCallEnded',
      data: { taskId, callId: `${taskId}-${name}`, status: 'completed', duration: 1, exitCode: 0 },
    },
  ];
  return [
    {
      type: 'taskCreated',
      data: {
        taskId,
        taskType: 'code',
        description: `Task ${number}`,
        origin: 'person',
        agent: 'auto',
        attempt: 1,
        owner,
      },
    },
    { type: 'taskStarted', data: { taskId, owner, epoch: number } },
    { type: 'planCreated', data: { taskId, plan } },
    { type: 'stepChanged', data: { taskId, stepId: 's', status: 'in_progress' } },
    ...call('first'),
    ...call('second'),
    { type: 'taskCompleted', data: { taskId, executionTime: 5, result: null } },
  ];
}

const callIds = async (ledger: SessionLedger, number: number): Promise<string[]> =>
  (await ledger.toolCalls(`t${number}`)).map(call => `${call.id} ${call.status} ${call.output?.tail ?? ''}`);
const expectedCalls = (number: number): string[] =>
  ['first', 'second'].map(name => `t${number}-${name} completed ${name} of ${number} `);
const plain = (ledger: SessionLedger): unknown => JSON.parse(JSON.stringify(toDocument(ledger.state)));

describe('a session of many tasks', () => {
  let memory: MemoryFixture;
  let bytesRead: number;

  beforeEach(async () => {
    memory = new MemoryFixture();
    const read = memory.disk.read.bind(memory.disk);
    memory.disk.read = (...args) => {
      const count = read(...args);
      bytesRead += count;
      return count;
    };
    const store = memory.store();
    const ledger = await store.create(ID, [created(ID, ROOT, 'one')]);
    for (let number = 1; number <= TASKS; number++) await ledger.commit(() => taskEvents(number));
    await store.close();
    bytesRead = 0;
  });
  afterEach(() => memory.close());

  const newest = ({ state }: SessionLedger): AgentTask[] => {
    const tasks: AgentTask[] = [];
    for (const task of state.tasks.newestFirst()) if (tasks.push(task) === PAGE) break;
    return tasks;
  };

  it('opens, with its statistics and newest tasks, by reading what it shows and not what it does not', async () => {
    const ledger = await memory.store().open(ID);
    const tasks = newest(ledger);
    assert.deepEqual([tasks.length, tasks[0]?.description], [PAGE, `Task ${TASKS}`]);
    assert.equal(sessionStats(ledger.state).completed, TASKS);
    const file = memory.disk.content(memory.snapshot()).length;
    const perTask = file / TASKS;
    // The end, the fields with all ids, and at most two pieces of 32 tasks more than the page. Nothing of the journal but its end.
    assert.ok(bytesRead < 64 * 1024 + (PAGE + 64) * perTask, `${bytesRead} of ${file} bytes were read`);
    assert.ok(bytesRead < file / 2);
  });

  it('is the same, whether it is read from its snapshot or from its journal', async () => {
    const quick = plain(await memory.store().open(ID));
    memory.disk.unlink(memory.snapshot());
    assert.deepEqual(quick, plain(await memory.store().open(ID)));
    assert.equal(JSON.stringify(quick).includes('first of 7 '), false);
  });

  it('keeps its snapshot free of what ended tasks did, and finds that in the journal', async () => {
    const ledger = await memory.store().open(ID);
    assert.deepEqual(Object.keys(memory.document()['toolCallRecords'] as object), [
      `t${TASKS}-first`,
      `t${TASKS}-second`,
    ]);
    for (const number of [1, 33, 150, TASKS]) {
      bytesRead = 0;
      assert.deepEqual(await callIds(ledger, number), expectedCalls(number));
      // A piece of the snapshot, and of the journal the one chunk that has these 32 tasks.
      assert.ok(bytesRead <= (64 + 256) * 1024, `${bytesRead} bytes were read`);
    }
    assert.deepEqual(await ledger.toolCalls('unknown'), []);
  });

  it('finds what ended tasks did also while it grows, and from a snapshot that does not say where', async () => {
    const { journal, ...rest } = memory.document() as { journal: Record<string, unknown> };
    const { parts: _parts, proof: _proof, checksum: _checksum, ...position } = journal;
    memory.placeSnapshot({ ...rest, journal: position });
    const store = memory.store();
    const ledger = await store.open(ID);
    await ledger.commit(() => taskEvents(TASKS + 1));
    for (const number of [1, 290, TASKS, TASKS + 1])
      assert.deepEqual(await callIds(ledger, number), expectedCalls(number));
    await store.close();
    const again = await memory.store().open(ID);
    for (const number of [1, 290, TASKS + 1])
      assert.deepEqual(await callIds(again, number), expectedCalls(number));
  });

  it('finds what verified a task long after it ended', async () => {
    const store = memory.store();
    const ledger = await store.open(ID);
    const taskId = 't3';
    await ledger.commit(() => [
      { type: 'verificationRequested', data: { taskId, command: 'npm test', owner } },
      { type: 'verificationStarted', data: { taskId, epoch: TASKS + 1, owner } },
      { type: 'toolCallRequested', data: { taskId, callId: 'check', stepId: null, tool: 'x', input: {} } },
    ]);
    const ids = async (): Promise<string[]> => (await ledger.toolCalls(taskId)).map(({ id }) => id);
    assert.deepEqual(await ids(), ['t3-first', 't3-second', 'check']);
    await ledger.commit(() => [
      { type: 'toolCallEnded', data: { taskId, callId: 'check', status: 'completed', duration: 1 } },
      { type: 'verificationEnded', data: { taskId } },
    ]);
    await ledger.commit(() => taskEvents(TASKS + 2));
    assert.deepEqual(await ids(), ['t3-first', 't3-second', 'check']);
    assert.deepEqual(await callIds(ledger, 4), expectedCalls(4));
    await store.close();
  });

  it('finds what tasks did that an adopted document tells of', async () => {
    const calls = {
      't9-kept': { id: 't9-kept', taskId: 't9', stepId: null, tool: 'x', input: {}, status: 'completed' },
    };
    const requestedAt = '2026-01-01T00:00:00.000Z';
    const document = memory.document();
    memory.disk.unlink(memory.journal());
    memory.placeSnapshot({
      ...document,
      journal: undefined,
      toolCallRecords: { 't9-kept': { ...calls['t9-kept'], requestedAt } },
    });
    const store = memory.store();
    const ledger = await store.open(ID);
    await ledger.commit(() => taskEvents(TASKS + 1));
    assert.deepEqual(
      (await ledger.toolCalls('t9')).map(({ id }) => id),
      ['t9-kept'],
    );
    assert.deepEqual(await ledger.toolCalls('t8'), []);
    assert.deepEqual(await callIds(ledger, TASKS + 1), expectedCalls(TASKS + 1));
    await store.close();
  });

  it('is told apart from a snapshot that somebody edited, also where nobody looked yet', async () => {
    const original = memory.disk.content(memory.snapshot()).toString();
    memory.disk.overwrite(memory.snapshot(), original.replace('"Task 7"', '"Tusk 7"'));
    const ledger = await memory.store().open(ID);
    assert.equal(newest(ledger)[0]?.id, `t${TASKS}`);
    assert.equal(ledger.state.tasks.get('t7')?.description, 'Task 7');
    assert.equal([...ledger.state.tasks].length, TASKS);
  });

  it('stays whole when its snapshot is replaced, removed or cut off while it is open', async () => {
    const { length } = memory.disk.content(memory.snapshot());
    for (const foul of [
      () => memory.append('renamed by another process'),
      async () => {
        await Promise.resolve();
        memory.disk.overwrite(
          memory.snapshot(),
          memory.disk.content(memory.snapshot()).subarray(0, length / 2),
        );
      },
      async () => {
        await Promise.resolve();
        memory.disk.unlink(memory.snapshot());
      },
    ]) {
      const ledger = await memory.store().open(ID);
      await foul();
      assert.equal(ledger.state.tasks.get('t7')?.plan?.steps[0]?.title, 'Step of 7');
      assert.equal(ledger.state.plans.get('p8')?.steps[0]?.title, 'Step of 8');
      assert.equal([...ledger.state.tasks].length, TASKS);
      await memory.append('again');
    }
  });

  it('says so when neither its snapshot nor its journal is there any more', async () => {
    const store = memory.store();
    const { state } = await store.open(ID);
    memory.disk.unlink(memory.snapshot());
    memory.disk.unlink(memory.journal());
    assert.throws(() => state.tasks.get('t7'), { code: 'damaged' });
    assert.equal(state.metadata.totalTasks, TASKS);
  });

  it('tells the doctor of an output of a task that ended long ago', async () => {
    const store = memory.store();
    const ledger = await store.open(ID);
    const blob = store.createBlob();
    await blob.write('a large output');
    const hash = await blob.finish();
    const [taskCreated, taskStarted] = taskEvents(TASKS + 1);
    const taskId = `t${TASKS + 1}`;
    const output = { bytes: 14, tail: 'a large output', blob: hash };
    assert.ok(taskCreated !== undefined && taskStarted !== undefined);
    await ledger.commit(() => [
      taskCreated,
      taskStarted,
      { type: 'toolCallRequested', data: { taskId, callId: 'large', stepId: null, tool: 'x', input: {} } },
      { type: 'toolCallEnded', data: { taskId, callId: 'large', status: 'completed', duration: 1, output } },
      { type: 'taskCompleted', data: { taskId, executionTime: 5, result: null } },
      ...taskEvents(TASKS + 2),
      renamed('done'),
    ]);
    await store.close();
    memory.disk.unlink(`${ROOT}/.coding-agent/blobs/${hash}`);
    const report = await memory.store().doctor.check({ repair: false });
    assert.deepEqual(
      report.findings.map(({ kind }) => kind),
      ['missingBlob'],
    );
  });
});
