import assert from 'node:assert/strict';
import { SessionError } from '../../src/core/errors.ts';
import type { TaskRun, VerifyRequest } from '../../src/core/ports.ts';
import type { AgentTask } from '../../src/core/task.ts';
import { createManager, evidence, type ManagerFixture } from '../support/managerFixture.ts';

const DONE = { status: 'completed', result: { summary: 'done' } } as const;

async function until(fixture: ManagerFixture, condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 200 && !condition(); turn++) {
    await new Promise(resolve => setImmediate(resolve));
    fixture.clock.advance(100);
  }
  assert.ok(condition(), 'it did not come to pass');
}

const rejects = (action: Promise<unknown>, code: string): Promise<void> =>
  assert.rejects(action, (error: unknown) => error instanceof SessionError && error.code === code);

const verify = async ({ manager }: ManagerFixture, { id }: AgentTask, command?: string): Promise<AgentTask> =>
  (await manager.verifyTask(id, { command })).finished;

/** A verifier that ends when the test says so, or when it is cancelled. */
function held(fixture: ManagerFixture): { started: number; release: () => void; last: () => TaskRun } {
  const waiting: (() => void)[] = [];
  const runs: TaskRun[] = [];
  const handle = {
    started: 0,
    release: () => waiting.pop()?.(),
    last: () => {
      const run = runs.at(-1);
      assert.ok(run);
      return run;
    },
  };
  const { script } = fixture.verifier;
  fixture.verifier.script = async (run, request) => {
    handle.started++;
    runs.push(run);
    const isReleased = await new Promise<boolean>(resolve => {
      waiting.push(() => {
        resolve(true);
      });
      run.signal.addEventListener('abort', () => {
        resolve(false);
      });
      if (run.signal.aborted) resolve(false);
    });
    if (isReleased) return script(run, request);
    return { status: 'stopped', reason: 'cancelled', error: 'stopped' };
  };
  return handle;
}

const liveOf = (fixture: ManagerFixture, { sessionId }: AgentTask): number =>
  fixture.store.sessions.get(sessionId)?.state.live.length ?? -1;

describe('verifying a finished task', () => {
  it('renews its evidence and moves only the verified rate', async () => {
    const fixture = createManager();
    const { manager } = fixture;
    const good = await manager.executeTask({ task: 'a' });
    fixture.runner.script = () =>
      Promise.resolve({
        ...({ status: 'failed', reason: 'verification', errorCode: 'verification_failed' } as const),
        error: 'no',
      });
    const bad = await manager.executeTask({ task: 'b', sessionId: good.sessionId });
    fixture.verifier.script = async (run, { command }) => {
      const verification = evidence(command, command === 'false' ? 1 : 0);
      await run.record({ type: 'verificationRecorded', data: { taskId: run.task.id, verification } });
      return { status: 'recorded', verification };
    };
    const first = await verify(fixture, good, 'false');
    assert.deepEqual(
      [first.status, first.verification?.passed, first.verifying],
      ['completed', false, undefined],
    );
    const second = await verify(fixture, bad, 'true');
    assert.deepEqual(
      [second.status, second.reason, second.verification?.passed],
      ['failed', 'verification', true],
    );
    const { stats, completedTasks, failedTasks } = await manager.getSession(good.sessionId);
    assert.deepEqual([stats.successRate, stats.verifiedRate, completedTasks, failedTasks], [50, 50, 1, 1]);
    assert.equal((await verify(fixture, good, 'true')).endedAt?.getTime(), good.endedAt?.getTime());
    assert.equal((await manager.getSession(good.sessionId)).stats.verifiedRate, 100);
  });

  it('has its turn among the tasks, over two processes', async () => {
    const one = createManager();
    const two = createManager({ shared: one, nonce: 'second' });
    const task = await one.manager.executeTask({ task: 'a' });
    const check = held(two);
    const verifying = await two.manager.verifyTask(task.id, { command: 'x' });
    await until(one, () => check.started === 1);
    const shown = (await one.manager.getTask(task.id)).task;
    assert.deepEqual([shown.verifying, shown.status], [true, 'completed']);
    const ran: string[] = [];
    one.runner.script = run => {
      ran.push(run.task.description);
      return Promise.resolve(DONE);
    };
    const next = await one.manager.startTask({ task: 'b', sessionId: task.sessionId });
    await rejects(
      one.manager.startTask({ task: 'c', sessionId: task.sessionId, noWait: true }),
      'session_busy',
    );
    await rejects(one.manager.endSession(task.sessionId), 'session_busy');
    await rejects(one.manager.verifyTask(task.id, { command: 'y' }), 'conflict');
    assert.deepEqual(ran, []);
    check.release();
    assert.equal((await verifying.finished).verification?.command, 'x');
    assert.equal((await next.finished).status, 'completed');
    assert.equal(liveOf(one, task), 0);
  });

  it('is closed when its process dies, its command with it, and can be done again', async () => {
    const fixture = createManager();
    const task = await fixture.manager.executeTask({ task: 'a' });
    const check = held(fixture);
    const lost = await fixture.manager.verifyTask(task.id, { command: 'x' });
    await until(fixture, () => check.started === 1);
    const run = check.last();
    await run.record(
      {
        type: 'toolCallRequested',
        data: { taskId: task.id, callId: 'c', stepId: null, tool: 'run_command', input: {} },
      },
      { type: 'processStarted', data: { taskId: task.id, callId: 'c', process: { pid: 77, start: '1' } } },
    );
    fixture.processes.dead.add('first');
    const later = createManager({ shared: fixture, nonce: 'later' });
    const { task: seen, toolCalls } = await later.manager.getTask(task.id);
    assert.deepEqual([seen.verifying, seen.status, seen.verification], [undefined, 'completed', null]);
    assert.deepEqual(
      toolCalls.map(call => call.status),
      ['interrupted'],
    );
    assert.deepEqual(later.processes.ended, [77]);
    assert.equal((await verify(later, task, 'again')).verification?.command, 'again');
    // What the dead one's zombie still says counts for nothing.
    await rejects(
      run.record({
        type: 'verificationRecorded',
        data: { taskId: task.id, verification: evidence('zombie') },
      }),
      'conflict',
    );
    check.release();
    await lost.finished.catch(() => undefined);
    assert.equal((await later.manager.getTask(task.id)).task.verification?.command, 'again');
  });

  it('is cancelled while it waits and while it runs; the task stays what it is', async () => {
    const fixture = createManager();
    const { manager } = fixture;
    const task = await manager.executeTask({ task: 'a' });
    const check = held(fixture);
    const running = await manager.verifyTask(task.id, { command: 'x' });
    await until(fixture, () => check.started === 1);
    const other = await manager.executeTask({
      task: 'b',
      sessionId: (await manager.createSession()).sessionId,
    });
    assert.equal(other.status, 'completed');
    const cancelled = rejects(running.finished, 'cancelled');
    assert.equal((await manager.cancelTask(task.id)).status, 'completed');
    await cancelled;
    await rejects(manager.cancelTask(task.id), 'task_not_running');

    const busy = await manager.verifyTask(task.id, { command: 'x' });
    await until(fixture, () => check.started === 2);
    const second = await manager.startTask({ task: 'c', sessionId: task.sessionId });
    const stop = new AbortController();
    stop.abort();
    check.release();
    await busy.finished;
    await second.finished;
    const waiting = await manager.verifyTask(task.id, { command: 'late', signal: stop.signal });
    await rejects(waiting.finished, 'cancelled');
    const after = (await manager.getTask(task.id)).task;
    assert.deepEqual(
      [after.verification?.command, after.verifying, after.cancelRequested],
      ['x', undefined, undefined],
    );
    assert.equal(liveOf(fixture, task), 0);
  });

  it('stops when the host closes, and that is on record', async () => {
    const fixture = createManager();
    const task = await fixture.manager.executeTask({ task: 'a' });
    const check = held(fixture);
    const running = await fixture.manager.verifyTask(task.id, { command: 'x' });
    await until(fixture, () => check.started === 1);
    const stopped = rejects(running.finished, 'disposed');
    await fixture.manager.close();
    await stopped;
    const records = fixture.store.sessions.get(task.sessionId)?.records ?? [];
    const last = records.at(-1)?.event;
    assert.ok(last?.type === 'verificationEnded' && last.data.reason === 'interrupted');
  });

  it('takes for a person’s own only what they typed, sealed or set', async () => {
    const fixture = createManager();
    const requests: VerifyRequest[] = [];
    const { script } = fixture.verifier;
    fixture.verifier.script = (run, request) => {
      requests.push(request);
      return script(run, request);
    };
    const task = await fixture.manager.executeTask({ task: 'a' });
    await verify(fixture, task, 'typed');
    await verify(fixture, task);
    await (
      await fixture.manager.verifyTask(task.id, { command: 'theirs', origin: 'foreign' })
    ).finished;
    await verify(fixture, task);
    fixture.verifier.settings = 'theirs';
    await verify(fixture, task);
    assert.deepEqual(requests, [
      { command: 'typed', instructed: true },
      { command: 'typed', instructed: true },
      { command: 'theirs', instructed: false },
      { command: 'theirs', instructed: false },
      { command: 'theirs', instructed: true },
    ]);
    requests.length = 0;
    const forged = createManager({
      shared: fixture,
      authorship: { seal: () => Promise.resolve(undefined), isOwn: () => Promise.resolve(false) },
    });
    forged.verifier.script = fixture.verifier.script;
    await verify(fixture, task, 'typed');
    await verify(forged, task);
    assert.deepEqual(requests.at(-1), { command: 'typed', instructed: false });
  });

  it('without a command names what the workspace offers, and records nothing', async () => {
    const fixture = createManager();
    const task = await fixture.manager.executeTask({ task: 'a' });
    const before = fixture.store.sessions.get(task.sessionId)?.records.length;
    await assert.rejects(fixture.manager.verifyTask(task.id), {
      code: 'invalid_input',
      field: 'command',
      message: /offers "npm test"/,
    });
    for (const command of ['', ' ', 'a\0b', 'x'.repeat(9000)])
      await rejects(fixture.manager.verifyTask(task.id, { command }), 'invalid_input');
    assert.deepEqual(
      (await fixture.manager.verificationCandidates(task.id)).map(({ command }) => command),
      ['npm test'],
    );
    assert.equal(fixture.store.sessions.get(task.sessionId)?.records.length, before);
    fixture.verifier.settings = 'make check';
    assert.equal((await verify(fixture, task)).verification?.command, 'make check');
  });

  it('that is refused says so, and the old evidence stays', async () => {
    const fixture = createManager();
    const task = await fixture.manager.executeTask({ task: 'a' });
    await verify(fixture, task, 'good');
    fixture.verifier.script = () => Promise.resolve({ status: 'stopped', reason: 'denied', error: 'No.' });
    await assert.rejects(verify(fixture, task, 'bad'), { code: 'denied', message: 'No.' });
    fixture.verifier.script = () => Promise.reject(new Error('broken'));
    await assert.rejects(verify(fixture, task, 'bad'), { code: 'storage_failed', message: 'broken' });
    assert.equal((await fixture.manager.getTask(task.id)).task.verification?.command, 'good');
    const unfinished = createManager();
    const stop = new AbortController();
    unfinished.runner.script = run =>
      new Promise(resolve => {
        run.signal.addEventListener('abort', () => {
          resolve(DONE);
        });
      });
    const running = await unfinished.manager.startTask({ task: 'x', signal: stop.signal });
    await rejects(unfinished.manager.verifyTask(running.taskId, { command: 'x' }), 'task_not_finished');
    stop.abort();
    await running.finished;
  });

  it('tells what the evidence is worth now where one task is read, and never before the folder is trusted', async () => {
    let trusted = true;
    const fixture = createManager({ trusted: () => trusted });
    const task = await fixture.manager.executeTask({ task: 'a' });
    assert.equal((await fixture.manager.getTask(task.id)).task.verification, null);
    await verify(fixture, task, 'x');
    const stale = async (): Promise<unknown> =>
      (await fixture.manager.getTask(task.id)).task.verification?.stale;
    assert.equal(await stale(), false);
    fixture.verifier.stale = true;
    assert.equal(await stale(), true);
    trusted = false;
    assert.equal(await stale(), null);
    assert.ok(!JSON.stringify(fixture.store.sessions.get(task.sessionId)?.records).includes('stale'));
  });
});

describe('a verification that is asked for with a task', () => {
  it('reaches the runner with whose words it is, also when the task is tried again', async () => {
    const fixture = createManager();
    const { manager } = fixture;
    const requests: (VerifyRequest | undefined)[] = [];
    fixture.runner.script = run => {
      requests.push(run.verify);
      return Promise.resolve(DONE);
    };
    const own = await manager.executeTask({ task: 'a', verify: 'npm test' });
    assert.equal(own.verify, 'npm test');
    await (
      await manager.retryTask(own.id)
    ).finished;
    const foreign = await manager.executeTask({ task: 'a', verify: 'npm test', origin: 'foreign' });
    await (
      await manager.retryTask(foreign.id)
    ).finished;
    await manager.executeTask({ task: 'a' });
    assert.deepEqual(
      requests.map(request => request?.instructed),
      [true, true, false, false, undefined],
    );
    await rejects(manager.startTask({ task: 'a', verify: '' }), 'invalid_input');
  });

  it('is kept without its secrets, and cannot be repeated then', async () => {
    const redactor = {
      redact: (text: string) => text.replaceAll('s3cret', '***'),
      stream: () => ({ push: (text: string) => text, end: () => '' }),
      isRedacted: (text: string) => text.includes('***'),
    };
    const fixture = createManager({ redactor });
    const given: (string | undefined)[] = [];
    fixture.runner.script = run => {
      given.push(run.verify?.command);
      return Promise.resolve(DONE);
    };
    const task = await fixture.manager.executeTask({ task: 'a', verify: 'check s3cret' });
    assert.deepEqual([given, task.verify], [['check s3cret'], 'check ***']);
    await verify(fixture, task, 'check s3cret');
    assert.ok(!JSON.stringify(fixture.store.sessions.get(task.sessionId)?.records).includes('s3cret'));
    await rejects(fixture.manager.verifyTask(task.id), 'invalid_input');
    await rejects(fixture.manager.retryTask(task.id), 'invalid_input');
  });
});
