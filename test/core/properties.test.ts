import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readComparison } from '../../src/core/readComparison.ts';
import { reduce } from '../../src/core/reducer.ts';
import { adoptDocument, toDocument } from '../../src/core/sessionDocument.ts';
import { emptyState, type SessionState } from '../../src/core/state.ts';
import { isFinished } from '../../src/core/task.ts';
import { forksOf } from '../support/forksOf.ts';
import { createManager, type ManagerFixture, ScriptedVerifier } from '../support/managerFixture.ts';

/** What the model remembers: ids in order of creation, and which are in the trash. */
interface Model {
  readonly sessions: string[];
  readonly trashed: Set<string>;
}

type Action = (model: Model, processes: readonly ManagerFixture[]) => Promise<void>;
interface Step {
  readonly name: string;
  readonly process: number;
  readonly pick: number;
  readonly flag: boolean;
}

const pickOf = (model: Model, step: Step): string =>
  model.sessions[step.pick % Math.max(1, model.sessions.length)] ?? '00000000-0000-4000-8000-000000000000';

function action(step: Step): Action {
  return async (model, processes) => {
    const fixture = processes[step.process % processes.length];
    assert.ok(fixture);
    const { manager } = fixture;
    const id = pickOf(model, step);
    const run = (task: string, sessionId?: string): Promise<unknown> =>
      manager.executeTask({ task, sessionId });
    const actions: Record<string, () => Promise<unknown>> = {
      create: () => manager.createSession({ title: step.flag ? 'Named' : '' }),
      runHere: () => run('do', id),
      runAnywhere: () => run('do'),
      verify: () => verifyNewest(fixture, id, step.flag),
      verifyStopped: () => {
        fixture.verifier.script = () =>
          Promise.resolve({ status: 'stopped', reason: step.flag ? 'denied' : 'error', error: 'stopped' });
        return verifyNewest(fixture, id, true).finally(() => {
          fixture.verifier.script = new ScriptedVerifier().script;
        });
      },
      fork: async () => {
        const tasks = await manager.listTasks(id);
        const at = step.flag ? tasks.at(step.pick)?.id : undefined;
        const fork = await forksOf(fixture).fork(id, { at });
        const copied = (await manager.listTasks(fork.sessionId)).map(task => task.copyOf?.taskId);
        assert.ok(copied.every(taskId => tasks.some(task => task.id === taskId)));
      },
      compare: async () => {
        const newest = (await manager.listTasks(id)).at(-1);
        if (newest === undefined) return;
        const { attempts } = await readComparison(manager, [newest.id]);
        assert.deepEqual(
          attempts.map(({ attempt }) => attempt),
          attempts.map((_, index) => index + (attempts[0]?.attempt ?? 1)),
        );
      },
      retry: async () => {
        const newest = (await manager.listTasks(id)).at(-1);
        if (newest !== undefined)
          await (
            await manager.retryTask(newest.id, step.flag ? { agent: 'model' } : {})
          ).finished;
      },
      fail: async () => {
        fixture.runner.script = () => Promise.reject(new Error('broken'));
        await run('fail', id).finally(() => {
          fixture.runner.script = () => Promise.resolve({ status: 'completed', result: null });
        });
      },
      end: () => manager.endSession(id, step.flag ? 'completed' : 'failed'),
      switch: () => manager.switchSession(id),
      pin: () => manager.updateSession(id, { pinned: step.flag }),
      archive: () => manager.updateSession(id, { archived: step.flag, tags: ['t'] }),
      remove: () => manager.deleteSession(id).then(() => model.trashed.add(id)),
      restore: () => manager.restoreSession(id).then(() => model.trashed.delete(id)),
      jump: async () => {
        await Promise.resolve();
        fixture.clock.jump(step.flag ? 3_600_000 : -3_600_000);
      },
    };
    const before = snapshotOf(fixture);
    try {
      await actions[step.name]?.();
    } catch (error) {
      assert.ok(error instanceof Error && 'code' in error, `not a typed error: ${String(error)}`);
      assert.deepEqual(snapshotOf(fixture), before, 'a rejected call changed something');
    }
    for (const sessionId of fixture.store.sessions.keys()) {
      if (!model.sessions.includes(sessionId)) model.sessions.push(sessionId);
    }
  };
}

async function verifyNewest({ manager }: ManagerFixture, sessionId: string, passes: boolean): Promise<void> {
  const newest = (await manager.listTasks(sessionId)).at(-1);
  if (newest === undefined) return;
  const started = await manager.verifyTask(newest.id, { command: passes ? 'true' : 'false' });
  // What stops it is on record, and told: the call itself was carried out.
  const task = await started.finished.catch((error: unknown) => {
    assert.ok(error instanceof Error && 'code' in error);
    assert.ok(['denied', 'storage_failed'].includes(String(error.code)), String(error));
    return undefined;
  });
  if (task !== undefined) {
    assert.equal(task.status, newest.status);
    assert.equal(task.verification?.command, passes ? 'true' : 'false');
  }
}

const snapshotOf = (fixture: ManagerFixture): unknown =>
  [...fixture.store.sessions].map(([id, { records, trashed }]) => [id, records.length, trashed]);

const NAMES = [
  ...[
    'create',
    'runHere',
    'runAnywhere',
    'fail',
    'end',
    'switch',
    'verify',
    'verifyStopped',
    'retry',
    'fork',
    'compare',
  ],
  ...['pin', 'archive', 'remove', 'restore', 'jump'],
];

const steps = fc.array(
  fc.record({
    name: fc.constantFrom(...NAMES),
    process: fc.nat(1),
    pick: fc.nat(5),
    flag: fc.boolean(),
  }),
  { maxLength: 40 },
);

function checkInvariants(state: SessionState): void {
  const { metadata, tasks, live } = state;
  const all = [...tasks];
  assert.equal(metadata.totalTasks, all.length);
  assert.deepEqual(
    metadata.tasks,
    all.map(task => task.id),
  );
  assert.equal(metadata.completedTasks, all.filter(task => task.status === 'completed').length);
  assert.equal(metadata.failedTasks, all.filter(task => task.status === 'failed').length);
  assert.equal(metadata.endTime === undefined, metadata.status === 'active');
  assert.deepEqual(
    live.map(entry => entry.taskId),
    all.filter(task => !isFinished(task) || task.verifying === true).map(task => task.id),
  );
  for (const task of all) {
    assert.equal(task.reason !== undefined, task.status === 'failed');
    assert.equal(task.endedAt !== undefined, isFinished(task));
  }
}

function replay(fixture: ManagerFixture, sessionId: string): SessionState {
  const stored = fixture.store.sessions.get(sessionId);
  assert.ok(stored);
  const start = stored.records[0]?.at ?? '';
  return stored.records.reduce(reduce, emptyState(sessionId, '/workspace', new Date(start)));
}

const plain = (state: SessionState): unknown => JSON.parse(JSON.stringify(toDocument(state)));

describe('any sequence of calls by two processes', () => {
  it('keeps the invariants, replays to the same state and survives its own document', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async sequence => {
        const one = createManager();
        const two = createManager({ shared: one, nonce: 'second' });
        const model: Model = { sessions: [], trashed: new Set() };
        for (const step of sequence) await action(step)(model, [one, two]);
        for (const [sessionId, { state, trashed }] of one.store.sessions) {
          checkInvariants(state);
          assert.equal(trashed, model.trashed.has(sessionId));
          assert.equal(state.deleted, trashed);
          assert.deepEqual(plain(replay(one, sessionId)), plain(state));
          const document = plain(state) as Record<string, unknown>;
          const adopted = adoptDocument(emptyState(sessionId, '/workspace', new Date(0)), document);
          assert.deepEqual(plain(adopted), document);
        }
        const listed = await one.manager.listSessions({ archived: true, limit: 1000 });
        assert.deepEqual(
          listed.map(row => row.sessionId).sort(),
          model.sessions.filter(id => !model.trashed.has(id)).sort(),
        );
        await Promise.all([one.manager.close(), two.manager.close()]);
        await Promise.resolve();
        assert.equal(one.store.openLedgers, 0);
      }),
      { numRuns: 300 },
    );
  });
});
