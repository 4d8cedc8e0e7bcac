import assert from 'node:assert/strict';
import { type Client, createClient, RequestError } from '../../src/client/client.ts';
import type { ServerEvent } from '../../src/client/eventReader.ts';
import { evidence } from '../support/managerFixture.ts';
import { serveInMemory } from './support/serverFixture.ts';

const DONE = { status: 'completed', result: { summary: 'done' } } as const;

describe('the client', () => {
  let fixture: Awaited<ReturnType<typeof serveInMemory>>;
  let client: Client;
  beforeEach(async () => {
    fixture = await serveInMemory({ heartbeatMs: 20 });
    client = createClient({ url: fixture.server.url, token: fixture.server.tokens.full });
  });
  afterEach(async () => {
    await fixture.close();
    assert.equal(fixture.server.load.streams, 0);
  });

  /** Work that ends when the client was told that it goes on: a client that waits for the answer alone would wait for ever. */
  function untilTold(type: string): {
    readonly told: Promise<undefined>;
    readonly events: string[];
    readonly onEvent: (event: ServerEvent) => void;
  } {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const events: string[] = [];
    const onEvent = ({ event }: ServerEvent): void => {
      events.push(event);
      if (event === type) resolve(undefined);
    };
    return { told: promise, events, onEvent };
  }

  it('has the head of the answer long before a retried task ends, and every event of the new attempt alone', async () => {
    const first = await client.executeTask({ task: 'x' });
    const { told, events, onEvent } = untilTold('taskStarted');
    fixture.manager.runner.script = async () => {
      await told;
      return DONE;
    };
    const again = await client.retryTask(first.id, { onEvent });
    assert.deepEqual([again.retryOf, again.attempt, again.status], [first.id, 2, 'completed']);
    assert.deepEqual(events, ['taskCreated', 'taskStarted', 'taskCompleted']);
  });

  it('has the head of the answer long before a verification ends, and nothing of what was before it', async () => {
    const { id } = await client.executeTask({ task: 'x' });
    const { told, events, onEvent } = untilTold('verificationStarted');
    fixture.manager.verifier.script = async (run, { command }) => {
      await told;
      const verification = evidence(command, 1);
      await run.record({ type: 'verificationRecorded', data: { taskId: id, verification } });
      return { status: 'recorded', verification };
    };
    const verified = await client.verifyTask(id, { command: 'npm test', onEvent });
    assert.deepEqual([verified.id, verified.status, verified.verification?.passed], [id, 'completed', false]);
    assert.deepEqual(events, [
      ...['verificationRequested', 'verificationStarted', 'verificationRecorded', 'verificationEnded'],
    ]);
  });

  it('cancels with its signal what it waits for', async () => {
    const { id } = await client.executeTask({ task: 'x' });
    const { promise: stopped, resolve: stop } = Promise.withResolvers<undefined>();
    fixture.manager.runner.script = async run => {
      run.signal.addEventListener('abort', () => {
        stop(undefined);
      });
      await stopped;
      return DONE;
    };
    const leaving = new AbortController();
    const retrying = client.retryTask(id, {
      signal: leaving.signal,
      onEvent: ({ event }) => {
        if (event === 'taskStarted') leaving.abort();
      },
    });
    await assert.rejects(retrying, { name: 'AbortError' });
    await stopped;
  });

  it('shows what a task asks, and answers it', async () => {
    fixture.manager.runner.script = async run => {
      const call = { taskId: run.task.id, callId: 'call-1', stepId: null, tool: 'run_command', input: {} };
      await run.record({ type: 'toolCallRequested', data: call });
      const { allowed, scope, reason } = await run.ask('call-1', { subject: 'rm x', hash: 'a'.repeat(64) });
      return { status: 'completed', result: { allowed, scope, reason } };
    };
    for (const answer of [
      { decision: 'allow', scope: 'session' },
      { decision: 'deny', reason: 'Not that file.' },
    ] as const) {
      const { promise: asked, resolve: ask } = Promise.withResolvers<string>();
      const running = client.executeTask({
        task: 'x',
        onEvent: ({ event, data }) => {
          if (event === 'approvalRequested')
            ask((JSON.parse(data) as { data: { taskId: string } }).data.taskId);
        },
      });
      const { id, awaiting, approvals } = await client.getTask(await asked);
      assert.deepEqual([awaiting, approvals.map(({ subject }) => subject)], ['approval', ['rm x']]);
      const decided = await client.decideApproval(id, approvals[0]?.approvalId ?? '', answer);
      assert.deepEqual([decided.id, decided.approvals], [id, []]);
      const { decision, ...words } = answer;
      const expected = { scope: 'once', ...words, allowed: decision === 'allow' };
      assert.deepEqual(
        { reason: undefined, ...expected },
        { reason: undefined, ...((await running).result as object) },
      );
    }
  });

  it('changes of a session what is named, and nothing else', async () => {
    const { sessionId } = await client.createSession({ title: 'Before' });
    const shown = async (): Promise<unknown> => {
      const { title, tags, pinned, archived } = await client.getSession(sessionId);
      return { title, tags, pinned, archived };
    };
    const updated = await client.updateSession(sessionId, { title: 'After', tags: ['a', 'b'] });
    assert.equal(updated.title, 'After');
    assert.deepEqual(await shown(), { title: 'After', tags: ['a', 'b'], pinned: false, archived: false });
    await client.updateSession(sessionId, { pinned: true, archived: true });
    assert.deepEqual(await shown(), { title: 'After', tags: ['a', 'b'], pinned: true, archived: true });
    assert.deepEqual(
      [await client.listSessions(), (await client.listSessions({ archived: true })).length],
      [[], 1],
    );
    await assert.rejects(client.updateSession(sessionId, { title: 'two\nlines' }), { code: 'invalid_input' });
  });

  it('rejects alike with what is refused before and after the head of the answer', async () => {
    const { id } = await client.executeTask({ task: 'x' });
    const refusal = (status: number, code: string) => (error: unknown) =>
      error instanceof RequestError && error.status === status && error.code === code;
    await assert.rejects(client.retryTask('task-0'), refusal(404, 'not_found'));
    await assert.rejects(client.verifyTask('task-0'), refusal(404, 'not_found'));
    fixture.manager.verifier.script = () =>
      Promise.resolve({ status: 'stopped', reason: 'denied', error: 'Nobody allowed it.' });
    await assert.rejects(client.verifyTask(id, { command: 'npm test' }), refusal(403, 'denied'));
  });
});
