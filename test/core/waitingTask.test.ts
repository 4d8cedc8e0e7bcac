import assert from 'node:assert/strict';
import type { ApprovalQuestion, Continuation, TaskOutcome, TaskRun } from '../../src/core/ports.ts';
import type { SessionManager } from '../../src/core/sessionManager.ts';
import type { Decision, ToolCall } from '../../src/core/toolCall.ts';
import { createManager, type ManagerFixture } from '../support/managerFixture.ts';

const QUESTION: ApprovalQuestion = { subject: 'npm test', hash: 'a'.repeat(64) };
const ALLOW: Decision = { allowed: true, by: 'person', scope: 'once' };
const DONE: TaskOutcome = { status: 'completed', result: { summary: 'done' } };

/** A runner that asks one question and ends as it is answered; it keeps what it went on from. */
class Asking {
  readonly answers: Decision[] = [];
  readonly continued: (Continuation | undefined)[] = [];
  question = QUESTION;
  tool = 'run_command';
  /** What is in flight beside the question. */
  beside: string | undefined;
  #count = 0;

  readonly script = async (run: TaskRun): Promise<TaskOutcome> => {
    this.continued.push(run.continues);
    const taskId = run.task.id;
    const request = async (tool: string): Promise<string> => {
      const callId = `call-${String(++this.#count)}`;
      const data = { taskId, callId, stepId: null, tool, input: { command: this.question.subject } };
      await run.record({ type: 'toolCallRequested', data });
      return callId;
    };
    if (this.beside !== undefined) {
      const data = { taskId, callId: await request(this.beside), decision: ALLOW };
      await run.record({ type: 'approvalDecided', data });
    }
    const callId = await request(this.tool);
    const decision = await run.ask(callId, this.question);
    this.answers.push(decision);
    const status = decision.allowed ? ('completed' as const) : ('denied' as const);
    await run.record({ type: 'toolCallEnded', data: { taskId, callId, status, duration: 0 } });
    return DONE;
  };
}

describe('a task that waits for an answer', () => {
  let first: ManagerFixture;
  let asking: Asking;
  const open: SessionManager[] = [];

  beforeEach(() => {
    asking = new Asking();
    first = process('first');
  });
  afterEach(async () => {
    for (const manager of open.splice(0)) await manager.close();
  });

  function process(nonce: string, shared?: ManagerFixture): ManagerFixture {
    const fixture = createManager({ nonce, ...(shared && { shared }) });
    fixture.runner.script = asking.script;
    open.push(fixture.manager);
    return fixture;
  }

  /** Starts a task and resolves with its question. */
  async function untilAsked({ manager }: ManagerFixture, taskId?: string): Promise<ToolCall> {
    const id = taskId ?? (await manager.startTask({ task: 'a' })).taskId;
    for (let turn = 0; turn < 1000; turn++) {
      const { toolCalls } = await manager.getTask(id);
      const call = toolCalls.find(({ status }) => status === 'awaiting_approval');
      if (call !== undefined) return call;
      await new Promise(resolve => setImmediate(resolve));
    }
    throw new Error('It never asked.');
  }

  async function settled({ manager }: ManagerFixture, taskId: string): Promise<void> {
    for (let turn = 0; turn < 1000; turn++) {
      const { task } = await manager.getTask(taskId);
      if (task.status === 'completed' || task.status === 'failed') return;
      await new Promise(resolve => setImmediate(resolve));
    }
    throw new Error('It never ended.');
  }

  const code = (promise: Promise<unknown>): Promise<unknown> =>
    promise.then(
      () => 'resolved',
      (error: unknown) => (error as { code?: unknown }).code,
    );

  for (const how of ['is closed', 'dies'] as const) {
    it(`goes on from there when its process ${how}: once answered, as a new attempt, without asking again`, async () => {
      const { taskId, approvalId = '' } = await untilAsked(first);
      if (how === 'is closed') await first.manager.close();
      else first.processes.dead.add('first');
      const second = process('second', first);
      const before = await second.manager.getTask(taskId);
      assert.deepEqual(
        [before.task.status, before.task.reason, before.task.awaiting],
        ['failed', 'interrupted', undefined],
      );
      assert.deepEqual(
        [before.offered?.subject, before.offered?.hash, before.offered?.status],
        [QUESTION.subject, QUESTION.hash, 'interrupted'],
      );
      assert.match(before.task.error ?? '', /waited for your answer/);
      assert.equal(asking.answers.length, 0, 'nothing runs by itself');

      const next = await second.manager.decideApproval(taskId, approvalId, ALLOW);
      await settled(second, next.id);
      const { task, toolCalls } = await second.manager.getTask(next.id);
      assert.deepEqual(
        [task.status, task.attempt, task.retryOf, task.continues],
        ['completed', 2, taskId, taskId],
      );
      assert.deepEqual(asking.answers, [ALLOW]);
      assert.deepEqual(
        toolCalls.map(({ status, decision }) => [status, decision]),
        [['completed', ALLOW]],
      );
      assert.equal(asking.continued[1]?.waited.approvalId, approvalId);
      assert.equal((await second.manager.getTask(taskId)).offered, undefined);
    });
  }

  it('asks again when what would be done is another thing by then', async () => {
    const { taskId, approvalId = '' } = await untilAsked(first);
    await first.manager.close();
    const second = process('second', first);
    asking.question = { subject: 'rm -rf .', hash: 'b'.repeat(64) };
    const next = await second.manager.decideApproval(taskId, approvalId, ALLOW);
    const call = await untilAsked(second, next.id);
    assert.equal(call.subject, 'rm -rf .');
    assert.equal(asking.answers.length, 0);
  });

  it('takes an answer for the same tool only', async () => {
    const { taskId, approvalId = '' } = await untilAsked(first);
    await first.manager.close();
    const second = process('second', first);
    asking.tool = 'delete_file';
    const next = await second.manager.decideApproval(taskId, approvalId, ALLOW);
    await untilAsked(second, next.id);
    assert.equal(asking.answers.length, 0);
  });

  it('is not offered when something of it was in flight', async () => {
    asking.beside = 'write_file';
    const { taskId, approvalId = '' } = await untilAsked(first);
    first.processes.dead.add('first');
    const second = process('second', first);
    const { task, offered } = await second.manager.getTask(taskId);
    assert.deepEqual([task.reason, task.waitedFor, offered], ['interrupted', undefined, undefined]);
    assert.equal(await code(second.manager.decideApproval(taskId, approvalId, ALLOW)), 'conflict');
  });

  it("is offered although an external agent's process ran", async () => {
    asking.beside = 'start_agent';
    const { taskId } = await untilAsked(first);
    first.processes.dead.add('first');
    assert.ok((await process('second', first).manager.getTask(taskId)).offered);
  });

  it('goes on once when two answer, and not any more when other work was begun or the session ended', async () => {
    const { taskId, approvalId = '' } = await untilAsked(first);
    await first.manager.close();
    const second = process('second', first);
    const third = process('third', first);
    await third.manager.getTask(taskId);
    const answers = await Promise.all([
      code(second.manager.decideApproval(taskId, approvalId, ALLOW)),
      code(third.manager.decideApproval(taskId, approvalId, ALLOW)),
    ]);
    assert.deepEqual(answers.sort(), ['conflict', 'resolved']);
    assert.equal(await code(second.manager.decideApproval(taskId, approvalId, ALLOW)), 'conflict');
  });

  it('is not offered any more in a session that ended', async () => {
    const { taskId, approvalId = '' } = await untilAsked(first);
    await first.manager.close();
    const second = process('second', first);
    const { sessionId } = (await second.manager.getTask(taskId)).task;
    await second.manager.endSession(sessionId);
    assert.equal(await code(second.manager.decideApproval(taskId, approvalId, ALLOW)), 'conflict');
  });

  it('goes on with a denial too, and its reason', async () => {
    const { taskId, approvalId = '' } = await untilAsked(first);
    await first.manager.close();
    const second = process('second', first);
    const denial = { allowed: false, by: 'person', scope: 'once', reason: 'Use pnpm.' } as const;
    const next = await second.manager.decideApproval(taskId, approvalId, denial);
    await settled(second, next.id);
    assert.deepEqual(asking.answers, [denial]);
  });

  describe('in words', () => {
    beforeEach(() => {
      asking.tool = 'ask_user';
      asking.question = { ...QUESTION, subject: 'Which port?', expects: 'text' };
    });

    it('waits for input and gets the text', async () => {
      const { taskId, approvalId = '', expects } = await untilAsked(first);
      assert.equal(expects, 'text');
      assert.equal((await first.manager.getTask(taskId)).task.awaiting, 'input');
      for (const answer of [ALLOW, { ...ALLOW, text: '  ' }, { ...ALLOW, text: 'x'.repeat(10_000) }])
        assert.equal(await code(first.manager.decideApproval(taskId, approvalId, answer)), 'invalid_input');
      await first.manager.decideApproval(taskId, approvalId, { ...ALLOW, scope: 'session', text: '8080' });
      await settled(first, taskId);
      assert.deepEqual(asking.answers, [{ ...ALLOW, text: '8080' }]);
    });

    it('goes on with it after its process ended', async () => {
      const { taskId, approvalId = '' } = await untilAsked(first);
      await first.manager.close();
      const second = process('second', first);
      const next = await second.manager.decideApproval(taskId, approvalId, { ...ALLOW, text: '8080' });
      await settled(second, next.id);
      assert.equal(asking.answers[0]?.text, '8080');
    });

    it('takes no text for a question that is allowed or denied', async () => {
      asking.question = QUESTION;
      const { taskId, approvalId = '' } = await untilAsked(first);
      const answer = { ...ALLOW, text: 'yes' };
      assert.equal(await code(first.manager.decideApproval(taskId, approvalId, answer)), 'invalid_input');
    });
  });
});
