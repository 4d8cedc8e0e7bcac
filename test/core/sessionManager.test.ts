import assert from 'node:assert/strict';
import { SessionError } from '../../src/core/errors.ts';
import type { SessionChange } from '../../src/core/sessionChange.ts';
import { createManager } from '../support/managerFixture.ts';

const UNKNOWN = '550e8400-e29b-41d4-a716-446655440000';

function rejects(action: Promise<unknown>, code: string): Promise<void> {
  return assert.rejects(action, (error: unknown) => error instanceof SessionError && error.code === code);
}

describe('SessionManager', () => {
  describe('creating', () => {
    it('gives a session with the fields and zeros of the seed and makes it current', async () => {
      const { manager } = createManager();
      const session = await manager.createSession({ workingDirectory: '/workspace/feature-x' });
      assert.match(session.sessionId, /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
      assert.deepEqual(session, {
        sessionId: session.sessionId,
        startTime: new Date('2026-01-01T12:00:00.000Z'),
        tasks: [],
        plans: [],
        workingDirectory: '/workspace/feature-x',
        projectPath: '/workspace',
        totalTasks: 0,
        completedTasks: 0,
        failedTasks: 0,
        totalExecutionTime: 0,
        status: 'active',
        schemaVersion: 1,
        title: '',
        author: 'tester',
        tags: [],
        pinned: false,
        archived: false,
        updatedAt: new Date('2026-01-01T12:00:00.000Z'),
        lastEventSeq: 1,
      });
      assert.equal(await manager.currentSession(), session.sessionId);
    });

    it('makes a session by itself when a task names none and none is current, and goes on in it', async () => {
      const { manager } = createManager();
      const first = await manager.executeTask({ task: 'Build a todo app' });
      const second = await manager.executeTask({ task: 'Add tests' });
      assert.equal(first.sessionId, second.sessionId);
      const [session, ...others] = await manager.listSessions();
      assert.deepEqual(others, []);
      assert.equal(session?.title, 'Build a todo app');
      assert.deepEqual(session.tasks, [first.id, second.id]);
    });

    it('makes a new session when the current one was ended by another process', async () => {
      const one = createManager();
      const two = createManager({ shared: one, nonce: 'second' });
      const session = await one.manager.createSession();
      await two.manager.endSession(session.sessionId);
      const task = await one.manager.executeTask({ task: 'go on' });
      assert.notEqual(task.sessionId, session.sessionId);
    });

    it('creates nothing in a folder that is not trusted', async () => {
      const { manager, store } = createManager({ trusted: () => false });
      await rejects(manager.createSession(), 'not_trusted');
      await rejects(manager.executeTask({ task: 'x' }), 'not_trusted');
      assert.equal(store.sessions.size, 0);
    });
  });

  describe('bad input', () => {
    for (const [what, request] of [
      ['an empty task', { task: '  ' }],
      ['a task of 1 MB', { task: 'x'.repeat(1_000_000) }],
      ['an unknown type', { task: 'x', type: 'magic' as never }],
      ['an unknown agent', { task: 'x', agent: 'nobody' }],
      ['an id that is not a UUID v4', { task: 'x', sessionId: '../../etc/passwd' }],
      ['an upper-case id', { task: 'x', sessionId: UNKNOWN.toUpperCase() }],
    ] as const) {
      it(`refuses ${what} and changes nothing`, async () => {
        const { manager, store } = createManager();
        await rejects(manager.executeTask(request), 'invalid_input');
        assert.equal(store.sessions.size, 0);
      });
    }

    it('refuses a limit, a status, a title and tags that are none', async () => {
      const { manager } = createManager();
      const { sessionId } = await manager.createSession();
      await rejects(manager.listSessions({ limit: 0 }), 'invalid_input');
      await rejects(manager.listSessions({ limit: 1001 }), 'invalid_input');
      await rejects(manager.listSessions({ status: 'gone' as never }), 'invalid_input');
      await rejects(manager.endSession(sessionId, 'active' as never), 'invalid_input');
      await rejects(manager.updateSession(sessionId, { title: 'two\nlines' }), 'invalid_input');
      await rejects(manager.updateSession(sessionId, { title: 'ok', tags: [''] }), 'invalid_input');
      assert.equal((await manager.getSession(sessionId)).lastEventSeq, 1);
    });

    it('says not_found for sessions and tasks that are not there', async () => {
      const { manager } = createManager();
      await rejects(manager.getSession(UNKNOWN), 'not_found');
      await rejects(manager.switchSession(UNKNOWN), 'not_found');
      await rejects(manager.executeTask({ task: 'x', sessionId: UNKNOWN }), 'not_found');
      await rejects(manager.getTask('task-550e8400-12345678'), 'not_found');
      await rejects(manager.cancelTask(''), 'not_found');
      await rejects(manager.endSession(), 'not_found');
    });
  });

  describe('ending, switching, resuming', () => {
    it('ends once: the second time is session_ended and changes nothing', async () => {
      const { manager } = createManager();
      const { sessionId } = await manager.createSession();
      const ended = await manager.endSession(sessionId, 'failed');
      assert.equal(ended.status, 'failed');
      await rejects(manager.endSession(sessionId), 'session_ended');
      assert.deepEqual(await manager.getSession(sessionId), ended);
      assert.equal(await manager.currentSession(), undefined);
    });

    it('lets exactly one of two processes end a session', async () => {
      const one = createManager();
      const two = createManager({ shared: one, nonce: 'second' });
      const { sessionId } = await one.manager.createSession();
      const results = await Promise.allSettled([
        one.manager.endSession(sessionId),
        two.manager.endSession(sessionId),
      ]);
      assert.deepEqual(results.map(result => result.status).sort(), ['fulfilled', 'rejected']);
    });

    it('switches without changing any status, and a task reopens an ended session', async () => {
      const { manager } = createManager();
      const first = await manager.createSession();
      await manager.endSession();
      await manager.createSession();
      const switched = await manager.switchSession(first.sessionId);
      assert.equal(switched.status, 'completed');
      await manager.executeTask({ task: 'more', sessionId: first.sessionId });
      const reopened = await manager.getSession(first.sessionId);
      assert.equal(reopened.status, 'active');
      assert.equal(reopened.endTime, undefined);
    });

    it('goes on in an ended session that a person switched to', async () => {
      const { manager } = createManager();
      const first = await manager.createSession();
      await manager.endSession();
      await manager.switchSession(first.sessionId);
      const task = await manager.executeTask({ task: 'more' });
      assert.equal(task.sessionId, first.sessionId);
    });

    it('does not end or delete a session in which a task runs', async () => {
      const { manager, runner } = createManager();
      let finish: () => void = () => undefined;
      runner.script = () =>
        new Promise(resolve => (finish = () => resolve({ status: 'completed', result: null })));
      const { sessionId, finished } = await manager.startTask({ task: 'long' });
      await rejects(manager.endSession(sessionId), 'session_busy');
      await rejects(manager.deleteSession(sessionId), 'session_busy');
      finish();
      assert.equal((await finished).status, 'completed');
    });

    it('resumes: switches and names interrupted tasks that nobody retried', async () => {
      const one = createManager();
      one.runner.script = () => new Promise(() => undefined);
      const { sessionId, taskId } = await one.manager.startTask({ task: 'was at it' });
      one.processes.dead.add('first');
      const two = createManager({ shared: one, nonce: 'second' });
      const { session, interrupted } = await two.manager.resumeSession(sessionId);
      assert.equal(await two.manager.currentSession(), session.sessionId);
      assert.deepEqual(
        interrupted.map(task => [task.id, task.status, task.reason]),
        [[taskId, 'failed', 'interrupted']],
      );
      await (
        await two.manager.retryTask(taskId)
      ).finished;
      assert.deepEqual((await two.manager.resumeSession(sessionId)).interrupted, []);
    });
  });

  describe('deleting', () => {
    it('moves to the trash, restores, and purges', async () => {
      const { manager } = createManager();
      const { sessionId } = await manager.createSession({ title: 'Old' });
      await manager.deleteSession(sessionId);
      assert.equal(await manager.currentSession(), undefined);
      await rejects(manager.switchSession(sessionId), 'not_found');
      assert.deepEqual(await manager.listSessions(), []);
      assert.equal((await manager.listTrash())[0]?.title, 'Old');
      assert.equal((await manager.restoreSession(sessionId)).title, 'Old');
      assert.equal((await manager.listSessions()).length, 1);
      await manager.deleteSession(sessionId);
      assert.deepEqual(await manager.purgeTrash(), [sessionId]);
      await rejects(manager.restoreSession(sessionId), 'not_found');
    });
  });

  it('is called after its first task again when its title is taken away', async () => {
    const { manager } = createManager();
    const { sessionId } = await manager.createSession({ title: 'Named' });
    assert.equal((await manager.updateSession(sessionId, { title: '' })).title, '');
    await manager.executeTask({ sessionId, task: 'First thing\nwith more' });
    await manager.executeTask({ sessionId, task: 'Second thing' });
    await manager.updateSession(sessionId, { title: 'Renamed' });
    assert.equal((await manager.updateSession(sessionId, { title: ' ' })).title, 'First thing');
  });

  it('updates what is given, all or nothing', async () => {
    const { manager } = createManager();
    const { sessionId } = await manager.createSession();
    const updated = await manager.updateSession(sessionId, {
      title: ' New ',
      tags: ['a', 'a', 'b'],
      pinned: true,
      archived: true,
    });
    assert.deepEqual(
      [updated.title, updated.tags, updated.pinned, updated.archived],
      ['New', ['a', 'b'], true, true],
    );
    assert.deepEqual(await manager.listSessions(), []);
    assert.equal((await manager.listSessions({ archived: true })).length, 1);
  });

  it('gives null for a rate or time over nothing', async () => {
    const { manager } = createManager();
    const { sessionId } = await manager.createSession();
    const { stats } = await manager.getSession(sessionId);
    assert.deepEqual(
      [
        stats.successRate,
        stats.verifiedRate,
        stats.avgExecutionTime,
        stats.p50ExecutionTime,
        stats.tokens,
        stats.cost,
      ],
      [null, null, null, null, null, null],
    );
  });

  it('tells listeners of records, lists and the current session, and one that throws stops nobody', async () => {
    const { manager } = createManager();
    const changes: SessionChange['kind'][] = [];
    manager.onDidChange(() => {
      throw new Error('listener');
    });
    manager.onDidChange(change => changes.push(change.kind));
    await manager.executeTask({ task: 'x' });
    for (const kind of ['current', 'list', 'records'] as const) assert.ok(changes.includes(kind), kind);
  });

  it('releases every ledger and timer when it is closed, and refuses work afterwards', async () => {
    const { manager, store, clock } = createManager();
    await manager.executeTask({ task: 'x' });
    await manager.close();
    await Promise.resolve();
    assert.equal(store.openLedgers, 0);
    assert.equal(clock.pendingTimers, 0);
    await rejects(manager.createSession(), 'disposed');
  });
});
