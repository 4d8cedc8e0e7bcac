import assert from 'node:assert/strict';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CodingAgentApi } from '../../src/extension/codingAgentApi.ts';
import { codeOfRejection, openApi, until, workspaceRoot } from './support/thisExtension.ts';

describe('in-process API', () => {
  let api: CodingAgentApi;

  before(async () => {
    api = await openApi();
  });

  it('carries out the seed’s explicit pattern', async function () {
    this.timeout(300_000);
    await mkdir(join(workspaceRoot(), 'feature-x'), { recursive: true });
    const session = await api.createSession({ workingDirectory: join(workspaceRoot(), 'feature-x') });
    assert.ok(session.startTime instanceof Date);
    for (const task of ['Create component', 'Add tests', 'Update documentation']) {
      const done = await api.executeTask({ sessionId: session.sessionId, task });
      assert.equal(done.status, 'completed', `${task}: ${done.error ?? ''}`);
    }
    const ended = await api.endSession(session.sessionId);
    assert.equal(ended.status, 'completed');
    assert.equal(ended.stats.successRate, 100);
    assert.equal(ended.tasks.length, 3);
  });

  it('makes a session when there is none, and it becomes current', async () => {
    const task = await api.executeTask({ task: 'create file api-auto.txt with content: hello' });
    assert.equal(task.status, 'completed', task.error);
    const session = await api.getSession(task.sessionId);
    assert.equal(session.totalTasks, 1);
    const next = await api.executeTask({ task: 'append to api-auto.txt: again' });
    assert.equal(next.sessionId, task.sessionId);
    assert.equal(await readFile(join(workspaceRoot(), 'api-auto.txt'), 'utf8'), 'hello\nagain\n');
  });

  it('resumes an older session, an ended one too', async () => {
    const sessions = await api.listSessions();
    const older = sessions.at(-1);
    assert.ok(older);
    await api.switchSession(older.sessionId);
    const task = await api.executeTask({ task: 'create folder api-resumed' });
    assert.equal(task.sessionId, older.sessionId);
    const { status } = await api.getSession(older.sessionId);
    assert.equal(status, 'active');
  });

  it('resolves with a failed task and rejects with codes', async () => {
    const failed = await api.executeTask({ task: '$ exit 3' });
    assert.deepEqual([failed.status, failed.reason], ['failed', 'error']);
    assert.equal(await codeOfRejection(api.executeTask({ task: ' ' })), 'invalid_input');
    assert.equal(await codeOfRejection(api.getSession('nothing')), 'invalid_input');
    const unknown = '550e8400-e29b-41d4-a716-446655440000';
    assert.equal(await codeOfRejection(api.switchSession(unknown)), 'not_found');
    const outside = { workingDirectory: '/definitely/not/here' };
    assert.equal(await codeOfRejection(api.createSession(outside)), 'invalid_input');
  });

  it('cancels by signal, and tells what happens', async () => {
    const kinds = new Set<string>();
    const subscription = api.onDidChange(change => kinds.add(change.kind));
    const controller = new AbortController();
    const running = api.executeTask({ task: '$ sleep 30', signal: controller.signal });
    await until('records', () => kinds.has('records'));
    controller.abort();
    const task = await running;
    subscription.dispose();
    assert.deepEqual([task.status, task.reason], ['failed', 'cancelled']);
  });

  it('writes the files of the contract', async () => {
    const [session] = await api.listSessions({ limit: 1 });
    assert.ok(session);
    const journal = join(workspaceRoot(), '.coding-agent', 'sessions', `${session.sessionId}.events.jsonl`);
    assert.ok((await stat(journal)).size > 0);
  });
});
