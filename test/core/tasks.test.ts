import assert from 'node:assert/strict';
import { SessionError } from '../../src/core/errors.ts';
import type { TaskRun } from '../../src/core/ports.ts';
import type { AgentTask } from '../../src/core/task.ts';
import { createManager, type ManagerFixture } from '../support/managerFixture.ts';

const DONE = { status: 'completed', result: { summary: 'done' } } as const;

/** Lets promises settle and moves the clock until `condition` holds. */
async function until(fixture: ManagerFixture, condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 200 && !condition(); turn++) {
    await new Promise(resolve => setImmediate(resolve));
    fixture.clock.advance(100);
  }
  assert.ok(condition(), 'it did not come to pass');
}

/** A runner whose tasks end when the test says so. */
function held(fixture: ManagerFixture): { readonly started: string[]; readonly release: () => void } {
  const waiting: (() => void)[] = [];
  const started: string[] = [];
  fixture.runner.script = run => {
    started.push(run.task.description);
    return new Promise(resolve => {
      waiting.push(() => resolve(DONE));
      run.signal.addEventListener('abort', () =>
        resolve({ status: 'failed', reason: 'error', errorCode: 'x', error: 'aborted' }),
      );
    });
  };
  return { started, release: () => waiting.shift()?.() };
}

function rejects(action: Promise<unknown>, code: string): Promise<void> {
  return assert.rejects(action, (error: unknown) => error instanceof SessionError && error.code === code);
}

const command = (run: TaskRun, callId = 'call') =>
  ({
    type: 'toolCallRequested',
    data: { taskId: run.task.id, callId, stepId: null, tool: 'run_command', input: { command: 'x' } },
  }) as const;

describe('tasks', () => {
  it('measures execution time on the monotonic clock, whatever the wall clock does', async () => {
    const fixture = createManager();
    fixture.runner.script = () => {
      fixture.clock.advance(1500);
      fixture.clock.jump(-3_600_000);
      return Promise.resolve(DONE);
    };
    const task = await fixture.manager.executeTask({ task: 'x' });
    assert.equal(task.executionTime, 1500);
    const { totalExecutionTime, stats } = await fixture.manager.getSession(task.sessionId);
    assert.deepEqual([totalExecutionTime, stats.avgExecutionTime, stats.duration], [1500, 1500, 0]);
  });

  it('runs the tasks of a session one at a time, in order, over two processes', async () => {
    const one = createManager();
    const two = createManager({ shared: one, nonce: 'second' });
    const first = held(one);
    const second = held(two);
    const { sessionId } = await one.manager.startTask({ task: 'a' });
    const b = await two.manager.startTask({ task: 'b', sessionId });
    const c = await one.manager.startTask({ task: 'c', sessionId });
    await until(one, () => first.started.length === 1);
    assert.deepEqual([first.started, second.started], [['a'], []]);
    first.release();
    await until(one, () => second.started.length === 1);
    assert.deepEqual(first.started, ['a']);
    second.release();
    await until(one, () => first.started.length === 2);
    first.release();
    assert.equal((await b.finished).status, 'completed');
    assert.equal((await c.finished).status, 'completed');
  });

  it('refuses to wait when told so, and records nothing', async () => {
    const fixture = createManager();
    const { release } = held(fixture);
    const { sessionId, finished } = await fixture.manager.startTask({ task: 'a' });
    await rejects(fixture.manager.startTask({ task: 'b', sessionId, noWait: true }), 'session_busy');
    await until(fixture, () => fixture.store.sessions.get(sessionId)?.state.epoch === 1);
    release();
    await finished;
    assert.equal((await fixture.manager.listTasks(sessionId)).length, 1);
  });

  it('closes a waiting task whose process died, and the next one gets its turn', async () => {
    const one = createManager();
    const two = createManager({ shared: one, nonce: 'second' });
    const third = createManager({ shared: one, nonce: 'third' });
    const { release } = held(one);
    held(two);
    const { sessionId } = await one.manager.startTask({ task: 'a' });
    const dead = await two.manager.startTask({ task: 'b', sessionId });
    const c = await third.manager.startTask({ task: 'c', sessionId });
    one.processes.dead.add('second');
    await until(one, () => one.store.sessions.get(sessionId)?.state.epoch === 1);
    release();
    await until(one, () => one.store.sessions.get(sessionId)?.state.live.length === 0);
    assert.equal((await c.finished).status, 'completed');
    const { task } = await one.manager.getTask(dead.taskId);
    assert.deepEqual([task.status, task.reason, task.executionTime], ['failed', 'interrupted', null]);
  });

  it('closes what a dead process left running when the session is opened: one result a call, its command ended', async () => {
    const one = createManager();
    one.runner.script = async run => {
      await run.record(command(run), {
        type: 'processStarted',
        data: { taskId: run.task.id, callId: 'call', process: { pid: 4711, start: '9' } },
      });
      return new Promise(() => undefined);
    };
    const { sessionId, taskId } = await one.manager.startTask({ task: 'a' });
    await until(
      one,
      () => one.store.sessions.get(sessionId)?.state.toolCalls.get('call')?.process !== undefined,
    );
    one.processes.dead.add('first');
    const two = createManager({ shared: one, nonce: 'second' });
    const { task, toolCalls } = await two.manager.getTask(taskId);
    assert.deepEqual([task.status, task.reason, task.errorCode], ['failed', 'interrupted', 'interrupted']);
    assert.deepEqual(
      toolCalls.map(call => call.status),
      ['interrupted'],
    );
    assert.deepEqual(two.processes.ended, [4711]);
  });

  it('ignores the late records of a process that lost its run right', async () => {
    const one = createManager();
    let run: TaskRun | undefined;
    one.runner.script = given => {
      run = given;
      return new Promise(() => undefined);
    };
    const { taskId } = await one.manager.startTask({ task: 'a' });
    await until(one, () => run !== undefined);
    one.processes.dead.add('first');
    const two = createManager({ shared: one, nonce: 'second' });
    await two.manager.getTask(taskId);
    assert.ok(run);
    await rejects(run.record(command(run)), 'conflict');
    assert.deepEqual((await two.manager.getTask(taskId)).toolCalls, []);
  });

  it('shows an untrusted session without closing anything in it', async () => {
    const one = createManager();
    held(one);
    const { sessionId, taskId } = await one.manager.startTask({ task: 'a' });
    await until(one, () => one.store.sessions.get(sessionId)?.state.epoch === 1);
    one.processes.dead.add('first');
    const two = createManager({ shared: one, nonce: 'second', trusted: () => false });
    assert.equal((await two.manager.getTask(taskId)).task.reason, undefined);
  });

  describe('cancelling', () => {
    const cancelled = (task: AgentTask): void => {
      assert.deepEqual([task.status, task.reason, task.errorCode], ['failed', 'cancelled', 'cancelled']);
    };

    it('stops a running task by signal', async () => {
      const fixture = createManager();
      held(fixture);
      const controller = new AbortController();
      const { sessionId, finished } = await fixture.manager.startTask({
        task: 'a',
        signal: controller.signal,
      });
      await until(fixture, () => fixture.store.sessions.get(sessionId)?.state.epoch === 1);
      controller.abort();
      cancelled(await finished);
    });

    it('stops a running task of another process', async () => {
      const one = createManager();
      const two = createManager({ shared: one, nonce: 'second' });
      held(one);
      const { taskId, finished } = await one.manager.startTask({ task: 'a' });
      await new Promise(resolve => setImmediate(resolve));
      cancelled(await two.manager.cancelTask(taskId));
      cancelled(await finished);
    });

    it('stops a waiting task, and one that has ended not at all', async () => {
      const fixture = createManager();
      const { release } = held(fixture);
      const { sessionId, taskId, finished } = await fixture.manager.startTask({ task: 'a' });
      const waiting = await fixture.manager.startTask({ task: 'b', sessionId });
      cancelled(await fixture.manager.cancelTask(waiting.taskId));
      cancelled(await waiting.finished);
      release();
      assert.equal((await finished).status, 'completed');
      await rejects(fixture.manager.cancelTask(taskId), 'task_not_running');
    });

    it('records what ran as interrupted when the host closes', async () => {
      const one = createManager();
      held(one);
      const { taskId } = await one.manager.startTask({ task: 'a' });
      await new Promise(resolve => setImmediate(resolve));
      await one.manager.close();
      const two = createManager({ shared: one, nonce: 'second' });
      assert.equal((await two.manager.getTask(taskId)).task.reason, 'interrupted');
    });
  });

  it('makes a runner that throws a failed task with its code', async () => {
    const fixture = createManager();
    fixture.runner.script = () => Promise.reject(new SessionError('denied', 'no'));
    const task = await fixture.manager.executeTask({ task: 'a' });
    assert.deepEqual(
      [task.status, task.reason, task.errorCode, task.error],
      ['failed', 'error', 'denied', 'no'],
    );
  });

  describe('retrying', () => {
    it('is a sibling attempt and the person’s own words only with their seal', async () => {
      const fixture = createManager();
      const instructed: boolean[] = [];
      fixture.runner.script = run => {
        instructed.push(run.instructed);
        return Promise.resolve(DONE);
      };
      const first = await fixture.manager.executeTask({ task: 'a' });
      const second = await (await fixture.manager.retryTask(first.id)).finished;
      const third = await (await fixture.manager.retryTask(second.id)).finished;
      assert.deepEqual(
        [second.attempt, second.retryOf, third.attempt, third.retryOf],
        [2, first.id, 3, first.id],
      );
      const fourth = await (await fixture.manager.retryTask(first.id, { agent: 'model' })).finished;
      assert.deepEqual([fourth.attempt, fourth.retryOf, fourth.agent], [4, first.id, 'model']);

      const foreign = await fixture.manager.executeTask({ task: 'b', origin: 'foreign' });
      await (
        await fixture.manager.retryTask(foreign.id)
      ).finished;
      const forged = createManager({
        shared: fixture,
        authorship: { seal: () => Promise.resolve(undefined), isOwn: () => Promise.resolve(false) },
      });
      forged.runner.script = fixture.runner.script;
      await (
        await forged.manager.retryTask(first.id)
      ).finished;
      assert.deepEqual(instructed, [true, true, true, true, false, false, false]);
    });

    it('is refused while the task runs', async () => {
      const fixture = createManager();
      held(fixture);
      const { taskId } = await fixture.manager.startTask({ task: 'a' });
      await rejects(fixture.manager.retryTask(taskId), 'task_not_finished');
      await fixture.manager.close();
    });
  });

  describe('approvals', () => {
    const asking = (fixture: ManagerFixture): void => {
      fixture.runner.script = async run => {
        await run.record(command(run));
        const decision = await run.ask('call', { subject: 'rm -rf build', hash: 'h' });
        return decision.allowed
          ? DONE
          : { status: 'failed', reason: 'denied', errorCode: 'denied', error: decision.reason ?? 'denied' };
      };
    };
    const openQuestion = (fixture: ManagerFixture): string | undefined =>
      [...(fixture.store.sessions.values().next().value?.state.toolCalls ?? [])][0]?.approvalId;

    it('asks each question anew, also of one call', async () => {
      const one = createManager();
      one.runner.script = async run => {
        await run.record(command(run));
        const answers = [
          await run.ask('call', { subject: 'ls', hash: '1' }),
          await run.ask('call', { subject: 'rm -rf .', hash: '2' }),
        ];
        return { status: 'completed', result: answers.map(({ allowed }) => allowed) };
      };
      const { taskId, finished } = await one.manager.startTask({ task: 'a' });
      for (const allowed of [true, false]) {
        await until(one, () => openQuestion(one) !== undefined);
        await one.manager.decideApproval(taskId, openQuestion(one) ?? '', {
          allowed,
          by: 'person',
          scope: 'once',
        });
      }
      assert.deepEqual((await finished).result, [true, false]);
      await one.manager.close();
    });

    it('waits on record, and another process may answer, once', async () => {
      const one = createManager();
      const two = createManager({ shared: one, nonce: 'second' });
      asking(one);
      const { taskId, finished } = await one.manager.startTask({ task: 'a' });
      await until(one, () => openQuestion(one) !== undefined);
      const approvalId = openQuestion(one) ?? '';
      assert.equal((await two.manager.getTask(taskId)).task.awaiting, 'approval');
      await two.manager.decideApproval(taskId, approvalId, { allowed: true, by: 'person', scope: 'once' });
      const task = await finished;
      assert.deepEqual([task.status, task.awaiting], ['completed', undefined]);
      await rejects(
        two.manager.decideApproval(taskId, approvalId, { allowed: false, by: 'person', scope: 'once' }),
        'conflict',
      );
      await rejects(
        two.manager.decideApproval(taskId, 'approval-none', { allowed: true, by: 'person', scope: 'once' }),
        'not_found',
      );
    });

    it('is denied where nobody can be asked, and after its time', async () => {
      const nobody = createManager({ approvals: { canAsk: () => false, timeoutMs: null } });
      asking(nobody);
      assert.equal((await nobody.manager.executeTask({ task: 'a' })).reason, 'denied');

      const late = createManager({ approvals: { canAsk: () => true, timeoutMs: 600_000 } });
      asking(late);
      const { finished } = await late.manager.startTask({ task: 'a' });
      await until(late, () => openQuestion(late) !== undefined);
      late.clock.advance(600_000);
      assert.equal((await finished).reason, 'denied');
    });
  });

  describe('output', () => {
    it('reaches listeners at once, then frame by frame, and the journal coalesced, the tail in the call', async () => {
      const fixture = createManager();
      const live: string[] = [];
      fixture.manager.onDidChange(change => {
        if (change.kind === 'output') live.push(change.text);
      });
      fixture.runner.script = async run => {
        await run.record(command(run));
        for (let line = 0; line < 100; line++) await run.output('call', `line ${String(line)}\n`);
        await run.record({
          type: 'toolCallEnded',
          data: { taskId: run.task.id, callId: 'call', status: 'completed', exitCode: 0, duration: 1 },
        });
        return DONE;
      };
      const task = await fixture.manager.executeTask({ task: 'a' });
      const records = fixture.store.sessions.get(task.sessionId)?.records ?? [];
      assert.deepEqual([live.length, live[0]], [2, 'line 0\n']);
      assert.equal(live.join('').length, 10 * 7 + 90 * 8);
      assert.equal(records.filter(record => record.event.type === 'outputAppended').length, 1);
      const [call] = (await fixture.manager.getTask(task.id)).toolCalls;
      assert.equal(call?.output?.bytes, 10 * 7 + 90 * 8);
      assert.ok(call.output.tail.endsWith('line 99\n'));
    });

    it('goes to a blob beyond 16 KiB, whole', async () => {
      const fixture = createManager();
      fixture.runner.script = async run => {
        await run.record(command(run));
        for (let part = 0; part < 30; part++) await run.output('call', String(part % 10).repeat(1024));
        await run.record({
          type: 'toolCallEnded',
          data: { taskId: run.task.id, callId: 'call', status: 'completed', exitCode: 0, duration: 1 },
        });
        return DONE;
      };
      const task = await fixture.manager.executeTask({ task: 'a' });
      const [call] = (await fixture.manager.getTask(task.id)).toolCalls;
      assert.equal(call?.output?.bytes, 30 * 1024);
      assert.equal(call.output.tail, '8'.repeat(1024) + '9'.repeat(1024));
      const blob = await fixture.manager.readBlob(call.output.blob ?? '');
      assert.equal(blob.length, 30 * 1024);
      assert.ok(blob.startsWith('0'.repeat(1024)));
    });
  });

  it('pauses on a full disk, says so, and goes on when there is space', async () => {
    const fixture = createManager();
    const paused: boolean[] = [];
    fixture.manager.onDidChange(change => {
      if (change.kind === 'paused') paused.push(change.error !== null);
    });
    fixture.runner.script = async run => {
      fixture.store.failure = new SessionError('storage_full', 'full');
      await run.record(command(run));
      return DONE;
    };
    const { taskId, finished } = await fixture.manager.startTask({ task: 'a' });
    await until(fixture, () => paused.length > 0);
    assert.equal((await fixture.manager.getTask(taskId)).task.awaiting, 'storage');
    fixture.store.failure = undefined;
    await until(fixture, () => paused.includes(false));
    assert.equal((await finished).status, 'completed');
    assert.equal((await fixture.manager.getTask(taskId)).task.awaiting, undefined);
  });
});
