import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApprovalQuestion, TaskOutcome } from '../../src/core/ports.ts';
import type { Decision } from '../../src/core/toolCall.ts';
import { ask, field, type Reply, serveInMemory } from './support/serverFixture.ts';

type Fixture = Awaited<ReturnType<typeof serveInMemory>>;

const HASH = 'a'.repeat(64);

describe('approvals by API', () => {
  let fixture: Fixture;
  let decided: Decision | undefined;
  let question: ApprovalQuestion;

  beforeEach(async () => {
    fixture = await serveInMemory();
    decided = undefined;
    question = { subject: 'rm x', hash: HASH };
    fixture.manager.runner.script = async (run): Promise<TaskOutcome> => {
      const taskId = run.task.id;
      const call = {
        taskId,
        callId: 'call-1',
        stepId: null,
        tool: 'run_command',
        input: { command: 'rm x' },
      };
      await run.record({ type: 'toolCallRequested', data: call });
      decided = await run.ask('call-1', question);
      return { status: 'completed', result: { summary: 'done' } };
    };
  });
  afterEach(() => fixture.close());

  /** Runs a task until it asks. */
  async function waiting(): Promise<{ running: Promise<Reply>; taskId: string; approvalId: string }> {
    const sessionId = String(field((await ask(fixture, 'POST', '/sessions')).body, 'sessionId'));
    const running = ask(fixture, 'POST', '/agent/execute', { body: { task: 'x', sessionId } });
    for (let turn = 0; turn < 5000; turn++) {
      const { body } = await ask(fixture, 'GET', `/sessions/${sessionId}/tasks`);
      const taskId = String(field(body, 'tasks', 0, 'id'));
      if (field(body, 'tasks', 0, 'awaiting') !== undefined) {
        const shown = await ask(fixture, 'GET', `/tasks/${taskId}`);
        const approvals = field(shown.body, 'approvals') as Record<string, unknown>[];
        const { approvalId, ...shownQuestion } = approvals[0] ?? {};
        assert.deepEqual(shownQuestion, { callId: 'call-1', tool: 'run_command', ...question });
        return { running, taskId, approvalId: String(approvalId) };
      }
      await sleep(5);
    }
    throw new Error('The task did not ask.');
  }

  const answer = (taskId: string, approvalId: string, token: string, body: unknown): Promise<Reply> => {
    const headers = { Authorization: `Bearer ${token}` };
    return ask(fixture, 'POST', `/tasks/${taskId}/approvals/${approvalId}`, { body, headers });
  };

  it('need the scope: without it the answer is 403 and the task waits on', async () => {
    const { running, taskId, approvalId } = await waiting();
    const { read, run, full } = fixture.server.tokens;
    for (const token of [read, run]) {
      const refused = await answer(taskId, approvalId, token, { decision: 'allow' });
      assert.deepEqual([refused.status, field(refused.body, 'code')], [403, 'forbidden']);
      assert.equal(field((await ask(fixture, 'GET', `/tasks/${taskId}`)).body, 'awaiting'), 'approval');
    }
    const unknown = await answer(taskId, 'approval-0', full, { decision: 'allow' });
    assert.deepEqual([unknown.status, field(unknown.body, 'code')], [404, 'not_found']);
    assert.equal((await answer(taskId, approvalId, full, { decision: 'maybe' })).status, 400);
    const allowed = await answer(taskId, approvalId, full, { decision: 'allow' });
    assert.deepEqual([allowed.status, field(allowed.body, 'approvals')], [200, []]);
    assert.equal(field((await running).body, 'task', 'status'), 'completed');
    assert.deepEqual(decided, { allowed: true, by: 'person', scope: 'once' });
    assert.equal((await answer(taskId, approvalId, full, { decision: 'deny' })).status, 409);
  });

  it('answer in words what is asked in words', async () => {
    question = { subject: 'Which port?', hash: HASH, expects: 'text' };
    const { running, taskId, approvalId } = await waiting();
    const { full } = fixture.server.tokens;
    const without = await answer(taskId, approvalId, full, { decision: 'allow' });
    assert.deepEqual([without.status, field(without.body, 'code')], [400, 'invalid_input']);
    const given = await answer(taskId, approvalId, full, { decision: 'allow', text: '8080' });
    assert.equal(given.status, 200);
    await running;
    assert.deepEqual(decided, { allowed: true, by: 'person', scope: 'once', text: '8080' });
  });

  it('take no lasting allowance for what is allowed one by one', async () => {
    question = { subject: 'fetch', hash: HASH, onceOnly: true };
    const { running, taskId, approvalId } = await waiting();
    const { full } = fixture.server.tokens;
    await answer(taskId, approvalId, full, { decision: 'allow', scope: 'session' });
    await running;
    assert.equal(decided?.scope, 'once');
  });

  it('deny with a reason', async () => {
    const { running, taskId, approvalId } = await waiting();
    await answer(taskId, approvalId, fixture.server.tokens.full, {
      decision: 'deny',
      reason: 'Not that file.',
    });
    await running;
    assert.deepEqual(decided, { allowed: false, by: 'person', scope: 'once', reason: 'Not that file.' });
  });
});
