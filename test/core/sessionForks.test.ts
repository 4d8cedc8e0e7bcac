import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Authorship } from '../../src/core/ports.ts';
import { reduce } from '../../src/core/reducer.ts';
import { toDocument } from '../../src/core/sessionDocument.ts';
import type { SessionForks } from '../../src/core/sessionForks.ts';
import { emptyState } from '../../src/core/state.ts';
import { Statistics } from '../../src/core/statistics.ts';
import type { AgentTask } from '../../src/core/task.ts';
import { authorship, forksOf } from '../support/forksOf.ts';
import { createManager, type ManagerFixture } from '../support/managerFixture.ts';

/** A session with a plan, a call, evidence and attempts. */
async function history(fixture: ManagerFixture): Promise<readonly AgentTask[]> {
  const { manager } = fixture;
  fixture.runner.script = async run => {
    const { task } = run;
    const taskId = task.id;
    const plan = {
      id: `plan-${taskId}`,
      version: 1,
      steps: [{ id: 's', title: 'Do', status: 'pending' as const }],
    };
    await run.record(
      { type: 'planCreated', data: { taskId, plan } },
      {
        type: 'toolCallRequested',
        data: { taskId, callId: `call-${taskId}`, stepId: 's', tool: 'run_command', input: { command: 'x' } },
      },
      { type: 'processStarted', data: { taskId, callId: `call-${taskId}`, process: { pid: 5, start: '1' } } },
      { type: 'toolCallEnded', data: { taskId, callId: `call-${taskId}`, status: 'completed', duration: 1 } },
      { type: 'filesChanged', data: { taskId, changes: [{ path: 'a', kind: 'added', after: '1' }] } },
      { type: 'agentSelected', data: { taskId, agent: 'acp:x', model: null, agentSession: 'theirs' } },
    );
    fixture.clock.advance(50);
    return { status: 'completed', result: { summary: task.description } };
  };
  const { sessionId } = await manager.createSession({ title: 'Profile page' });
  const first = await manager.executeTask({ task: 'first', sessionId, verify: 'npm test' });
  await (
    await manager.verifyTask(first.id)
  ).finished;
  await manager.executeTask({ task: 'second', sessionId, origin: 'foreign' });
  await (
    await manager.retryTask(first.id)
  ).finished;
  return manager.listTasks(sessionId);
}

describe('a fork', () => {
  it('begins with copies of the tasks up to one, under ids of its own, and is current', async () => {
    const fixture = createManager();
    const { manager } = fixture;
    const tasks = await history(fixture);
    const [first, second, third] = tasks;
    assert.ok(first && second && third);
    const before = JSON.stringify(fixture.store.sessions.get(first.sessionId)?.records);
    const fork = await forksOf(fixture).fork(first.sessionId, { at: second.id });
    assert.equal(JSON.stringify(fixture.store.sessions.get(first.sessionId)?.records), before);
    assert.equal(await manager.currentSession(), fork.sessionId);
    assert.deepEqual(
      [fork.title, fork.forked, fork.status, fork.totalTasks, fork.completedTasks],
      ['Profile page (fork)', { from: first.sessionId, at: second.id }, 'active', 2, 2],
    );
    const copies = await manager.listTasks(fork.sessionId);
    for (const [index, copy] of copies.entries()) {
      const original = tasks[index];
      assert.ok(original);
      assert.match(copy.id, new RegExp(`^task-${fork.sessionId.slice(0, 8)}-`));
      assert.deepEqual(copy.copyOf, { sessionId: original.sessionId, taskId: original.id });
      assert.deepEqual(
        [copy.description, copy.startedAt, copy.executionTime, copy.filesChanged, copy.result],
        [
          original.description,
          original.startedAt,
          original.executionTime,
          original.filesChanged,
          original.result,
        ],
      );
      assert.deepEqual(
        [copy.agentSession, copy.plan?.taskId, copy.plan?.steps[0]?.status],
        [undefined, copy.id, 'skipped'],
      );
      const { toolCalls } = await manager.getTask(copy.id);
      assert.deepEqual(
        toolCalls.map(call => [call.taskId, call.process, call.status]),
        [[copy.id, undefined, 'completed']],
      );
    }
    assert.equal(copies[0]?.verification?.command, 'npm test');
    // Each id leads to its own session.
    assert.equal((await manager.getTask(first.id)).task.sessionId, first.sessionId);
    assert.equal((await manager.getTask(copies[0].id)).task.sessionId, fork.sessionId);
    // It goes on by itself.
    const next = await manager.executeTask({ task: 'next', sessionId: fork.sessionId });
    assert.equal((await manager.getSession(fork.sessionId)).totalTasks, 3);
    assert.equal((await manager.getSession(first.sessionId)).totalTasks, 3);
    assert.equal(next.attempt, 1);
  });

  it('takes all that has ended by default, keeps attempts together, and may have a title', async () => {
    const fixture = createManager();
    const tasks = await history(fixture);
    const sessionId = tasks[0]?.sessionId ?? '';
    const fork = await forksOf(fixture).fork(sessionId, { title: 'Other way' });
    const copies = await fixture.manager.listTasks(fork.sessionId);
    assert.deepEqual([fork.title, copies.length, fork.forked?.at], ['Other way', 3, null]);
    assert.deepEqual([copies[2]?.attempt, copies[2]?.retryOf], [2, copies[0]?.id]);
    const again = await forksOf(fixture).fork(fork.sessionId);
    assert.equal((await fixture.manager.listTasks(again.sessionId)).length, 3);
  });

  it('grants nothing but what seals prove', async () => {
    const fixture = createManager();
    const tasks = await history(fixture);
    const sessionId = tasks[0]?.sessionId ?? '';
    const instructed: unknown[] = [];
    const retried = async (forks: SessionForks): Promise<unknown[]> => {
      instructed.length = 0;
      const fork = await forks.fork(sessionId);
      fixture.runner.script = run => {
        instructed.push([run.instructed, run.verify?.instructed]);
        return Promise.resolve({ status: 'completed', result: null });
      };
      for (const copy of (await fixture.manager.listTasks(fork.sessionId)).slice(0, 2))
        await (
          await fixture.manager.retryTask(copy.id)
        ).finished;
      return [...instructed];
    };
    assert.deepEqual(await retried(forksOf(fixture)), [
      [true, true],
      [false, undefined],
    ]);
    const stranger: Authorship = { seal: text => authorship.seal(text), isOwn: () => Promise.resolve(false) };
    assert.deepEqual(await retried(forksOf(fixture, stranger)), [
      [false, false],
      [false, undefined],
    ]);
  });

  it('counts no work twice', async () => {
    const fixture = createManager();
    const tasks = await history(fixture);
    const fork = await forksOf(fixture).fork(tasks[0]?.sessionId ?? '');
    const statistics = new Statistics(fixture.store, fixture.manager);
    assert.equal((await statistics.over()).tasks, 3);
    const { stats, totalTasks } = await fixture.manager.getSession(fork.sessionId);
    assert.deepEqual([stats.tasks, stats.successRate, totalTasks], [0, null, 3]);
    await fixture.manager.executeTask({ task: 'x', sessionId: fork.sessionId });
    assert.deepEqual(
      [(await statistics.over()).tasks, (await fixture.manager.getSession(fork.sessionId)).stats.tasks],
      [4, 1],
    );
  });

  it('replays to the same state', async () => {
    const fixture = createManager();
    const tasks = await history(fixture);
    const { sessionId } = await forksOf(fixture).fork(tasks[0]?.sessionId ?? '');
    const stored = fixture.store.sessions.get(sessionId);
    assert.ok(stored);
    const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
    const start = emptyState(sessionId, '/workspace', new Date(stored.records[0]?.at ?? ''));
    const replayed = (plain(stored.records) as typeof stored.records).reduce(reduce, start);
    assert.deepEqual(plain(toDocument(replayed)), plain(toDocument(stored.state)));
  });

  it('is refused for what is not there or has not ended, and makes nothing then', async () => {
    const fixture = createManager();
    const tasks = await history(fixture);
    const sessionId = tasks[0]?.sessionId ?? '';
    const forks = forksOf(fixture);
    let release: () => void = () => undefined;
    fixture.runner.script = () =>
      new Promise(resolve => {
        release = () => {
          resolve({ status: 'completed', result: null });
        };
      });
    const running = await fixture.manager.startTask({ task: 'long', sessionId });
    const count = fixture.store.sessions.size;
    await assert.rejects(forks.fork(sessionId, { at: 'nothing' }), { code: 'not_found' });
    await assert.rejects(forks.fork(sessionId, { at: running.taskId }), { code: 'task_not_finished' });
    await assert.rejects(forks.fork(randomUUID()), { code: 'not_found' });
    await assert.rejects(forks.fork(sessionId, { title: 'a\nb' }), { code: 'invalid_input' });
    assert.equal(fixture.store.sessions.size, count);
    // While a task runs one can fork from what has ended.
    assert.equal((await forks.fork(sessionId)).totalTasks, 3);
    for (let turn = 0; turn < 100; turn++) await new Promise(resolve => setImmediate(resolve));
    release();
    await running.finished;
  });
});
