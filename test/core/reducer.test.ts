import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { SessionEvent, SessionRecord, TaskEvent } from '../../src/core/events.ts';
import type { ProcessOwner } from '../../src/core/processOwner.ts';
import { RecordMap } from '../../src/core/recordMap.ts';
import { reduce } from '../../src/core/reducer.ts';
import { adoptDocument, toDocument } from '../../src/core/sessionDocument.ts';
import { emptyState, type SessionState, sessionStats } from '../../src/core/state.ts';
import { byteLength, firstBytes, lastBytes } from '../../src/core/text.ts';

const ID = '550e8400-e29b-41d4-a716-446655440000';
const owner: ProcessOwner = { host: 'h', boot: null, pidNamespace: null, pid: 1, start: null, nonce: 'n' };
const START = Date.UTC(2026, 0, 1);

function play(events: readonly (SessionEvent | [SessionEvent, number])[], from?: SessionState): SessionState {
  return events.reduce(
    (state, entry) => {
      const [event, epoch] = Array.isArray(entry) ? entry : [entry, undefined];
      const seq = state.metadata.lastEventSeq + 1;
      const record: SessionRecord = {
        ...{ seq, at: new Date(START + seq * 1000).toISOString(), writer: 'n', event },
        ...(epoch === undefined ? {} : { epoch }),
      };
      return reduce(state, record);
    },
    from ?? emptyState(ID, '/root', new Date(START)),
  );
}

const created = (taskId: string): TaskEvent => ({
  type: 'taskCreated',
  data: {
    taskId,
    taskType: 'file',
    description: `do ${taskId}`,
    origin: 'person',
    agent: 'auto',
    attempt: 1,
    owner,
  },
});
const started = (taskId: string, epoch: number): TaskEvent => ({
  type: 'taskStarted',
  data: { taskId, epoch, owner },
});
const plan = (taskId: string, version: number, ...titles: string[]): TaskEvent => ({
  type: version === 1 ? 'planCreated' : 'planRevised',
  data: {
    taskId,
    plan: {
      id: `plan-${taskId}`,
      version,
      steps: titles.map((title, id) => ({ id: String(id), title, status: 'pending' })),
    },
  },
});
const failed = (taskId: string): TaskEvent => ({
  type: 'taskFailed',
  data: { taskId, executionTime: 5, reason: 'error', errorCode: 'exit_code', error: 'exit 1' },
});
const completed = (taskId: string): TaskEvent => ({
  type: 'taskCompleted',
  data: { taskId, executionTime: 7, result: null },
});

describe('reduce', () => {
  it('closes the steps that a task did not reach', () => {
    const state = play([
      ...[created('t'), started('t', 1), plan('t', 1, 'one', 'two', 'three')],
      { type: 'stepChanged', data: { taskId: 't', stepId: '0', status: 'in_progress' } },
      { type: 'stepChanged', data: { taskId: 't', stepId: '0', status: 'completed', detail: 'ok' } },
      { type: 'stepChanged', data: { taskId: 't', stepId: '1', status: 'in_progress' } },
      failed('t'),
    ]);
    const steps = state.tasks.get('t')?.plan?.steps.map(step => [step.status, step.detail]);
    assert.deepEqual(steps, [
      ['completed', 'ok'],
      ['failed', undefined],
      ['skipped', undefined],
    ]);
    assert.deepEqual(state.metadata.plans, ['plan-t']);
  });

  it('keeps the newest version of a plan under one id', () => {
    const state = play([created('t'), started('t', 1), plan('t', 1, 'a'), plan('t', 2, 'a', 'b')]);
    assert.deepEqual([state.tasks.get('t')?.plan?.version, state.metadata.plans], [2, ['plan-t']]);
  });

  it('never changes a finished task', () => {
    const ended = play([created('t'), started('t', 1), completed('t')]);
    const after = play([failed('t'), plan('t', 1, 'late'), started('t', 2)], ended);
    assert.deepEqual(after.tasks.get('t'), ended.tasks.get('t'));
    assert.deepEqual([after.metadata.completedTasks, after.metadata.failedTasks, after.epoch], [1, 0, 1]);
  });

  it('passes over records of a run that lost its right', () => {
    const state = play([
      created('t'),
      started('t', 1),
      started('t', 2),
      [plan('t', 1, 'zombie'), 1],
      [completed('t'), 1],
    ]);
    assert.deepEqual([state.tasks.get('t')?.status, state.tasks.get('t')?.plan], ['running', undefined]);
  });

  it('tells what came after a damaged creation record', () => {
    const state = play([started('t', 1), completed('t')]);
    assert.deepEqual(
      [state.tasks.get('t')?.status, state.metadata.totalTasks, state.metadata.completedTasks],
      ['completed', 1, 1],
    );
  });

  it('skips types that a newer version wrote, and keeps their place', () => {
    const state = reduce(play([created('t')]), {
      ...{ seq: 2, at: new Date(START).toISOString(), writer: 'n' },
      event: { type: '?dreamt', data: {} },
    });
    assert.equal(state.metadata.lastEventSeq, 2);
  });

  it('merges changes of one file into what it was before and is now', () => {
    const change = (
      kind: 'added' | 'modified' | 'deleted',
      path: string,
      before?: string,
      after?: string,
    ): TaskEvent => ({
      type: 'filesChanged',
      data: {
        taskId: 't',
        changes: [{ path, kind, ...(before && { before }), ...(after && { after }), added: 2, removed: 1 }],
      },
    });
    const state = play([
      ...[created('t'), started('t', 1)],
      ...[change('added', 'new', undefined, '1'), change('modified', 'new', '1', '2')],
      ...[change('modified', 'same', '1', '2'), change('modified', 'same', '2', '1')],
      ...[change('added', 'gone', undefined, '1'), change('deleted', 'gone', '1')],
      ...[change('modified', 'old', '1', '2'), change('deleted', 'old', '2')],
      ...[change('deleted', 'back', '1'), change('added', 'back', undefined, '2')],
    ]);
    assert.deepEqual(
      state.tasks
        .get('t')
        ?.filesChanged.map(({ path, kind, before, after, added }) => [path, kind, before, after, added]),
      [
        ['new', 'added', undefined, '2', 4],
        ['old', 'deleted', '1', undefined, 4],
        ['back', 'modified', '1', '2', 4],
      ],
    );
  });

  it('is pure: the state before is as it was', () => {
    const before = play([created('a'), started('a', 1)]);
    const text = JSON.stringify(toDocument(before));
    play([plan('a', 1, 'x'), completed('a'), created('b')], before);
    assert.equal(JSON.stringify(toDocument(before)), text);
  });
});

describe('adopting a document', () => {
  const seed = {
    ...{
      sessionId: ID,
      startTime: '2025-06-28T10:30:00.000Z',
      tasks: ['task-1', 'task-2'],
      plans: ['plan-1', 'plan-2'],
    },
    ...{ workingDirectory: '/w', projectPath: '/w', totalTasks: 2, completedTasks: 2, failedTasks: 0 },
    ...{ totalExecutionTime: 45000, status: 'active', somebodyElses: { field: 1 } },
  };

  it('takes a seed-style file whose tasks have no records, with its counters as the balance', () => {
    const state = adoptDocument(emptyState(ID, '/root', new Date(START)), seed);
    assert.deepEqual(state.metadata.tasks, ['task-1', 'task-2']);
    const stats = sessionStats(state);
    assert.deepEqual([stats.successRate, stats.avgExecutionTime, stats.tasks], [100, 22500, 2]);
    const later = play([created('t'), started('t', 1), failed('t')], state);
    assert.deepEqual([later.metadata.totalTasks, sessionStats(later).successRate], [3, (2 / 3) * 100]);
    assert.deepEqual(toDocument(later)['somebodyElses'], { field: 1 });
  });

  it('passes over anything of the wrong shape', () => {
    fc.assert(
      fc.property(
        fc.object({ key: fc.constantFrom(...Object.keys(toDocument(emptyState(ID, '/', new Date(0))))) }),
        garbage => {
          const state = adoptDocument(emptyState(ID, '/root', new Date(START)), garbage);
          JSON.stringify(toDocument(state));
        },
      ),
    );
  });
});

describe('RecordMap', () => {
  it('behaves as a map in insertion order, and old versions stay as they were', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ id: fc.string({ maxLength: 2 }), value: fc.nat() }), { maxLength: 800 }),
        records => {
          const expected = new Map<string, { id: string; value: number }>();
          let map = RecordMap.of<{ id: string; value: number }>();
          const half = { map, size: 0, values: [] as unknown[] };
          records.forEach((record, index) => {
            map = map.set(record);
            expected.set(record.id, record);
            if (index === Math.floor(records.length / 2)) Object.assign(half, { map, values: [...map] });
          });
          assert.deepEqual([...map], [...expected.values()]);
          assert.deepEqual([...map.newestFirst()], [...expected.values()].reverse());
          assert.deepEqual([...half.map], half.values);
          for (const [id, record] of expected) assert.equal(map.get(id), record);
          assert.equal(map.get('absent'), undefined);
        },
      ),
    );
  });
});

describe('text cut to bytes', () => {
  it('fits, and cuts between characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, bytes) => {
        for (const cut of [lastBytes(text, bytes), firstBytes(text, bytes)]) {
          assert.ok(byteLength(cut) <= bytes);
          assert.ok(!cut.includes('\ufffd') || text.includes('\ufffd'));
        }
        assert.ok(text.startsWith(firstBytes(text, bytes)) && text.endsWith(lastBytes(text, bytes)));
      }),
    );
  });
});
