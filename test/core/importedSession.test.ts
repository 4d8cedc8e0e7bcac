import assert from 'node:assert/strict';
import type { SessionEvent } from '../../src/core/events.ts';
import { reduce } from '../../src/core/reducer.ts';
import { adoptDocument, toDocument } from '../../src/core/sessionDocument.ts';
import { emptyState, type SessionState } from '../../src/core/state.ts';
import { createManager } from '../support/managerFixture.ts';

const ID = '550e8400-e29b-41d4-a716-446655440000';
const owner = { host: 'h', boot: null, pidNamespace: null, pid: 1, start: null, nonce: 'n' };
const imported: SessionEvent = {
  type: 'sessionImported',
  data: { from: 'codex', source: 'rollout-1', hash: 'a'.repeat(64) },
};

function created(taskId: string): SessionEvent {
  const data = { taskId, taskType: 'code', description: `do ${taskId}`, agent: 'auto', attempt: 1 } as const;
  return { type: 'taskCreated', data: { ...data, origin: 'person', seal: 'sealed', owner } };
}

function play(...events: readonly SessionEvent[]): SessionState {
  const at = new Date(0).toISOString();
  return events.reduce(
    (state, event, index) => reduce(state, { seq: index + 1, at, writer: 'n', event }),
    emptyState(ID, '/root', new Date(0)),
  );
}

describe('an imported session', () => {
  it('has no words of a person, whenever they were recorded', () => {
    const { tasks } = play(created('a'), imported, created('b'));
    assert.deepEqual(
      [...tasks].map(({ id, origin, seal }) => [id, origin, seal]),
      [
        ['a', 'foreign', undefined],
        ['b', 'foreign', undefined],
      ],
    );
  });

  it('leaves nothing running: whoever ran it is not here', () => {
    const state = play(
      created('a'),
      { type: 'taskStarted', data: { taskId: 'a', epoch: 3, owner } },
      {
        type: 'toolCallRequested',
        data: { taskId: 'a', callId: 'c', stepId: null, tool: 'run_command', input: {} },
      },
      created('b'),
      imported,
    );
    assert.deepEqual(state.live, []);
    assert.deepEqual(
      [...state.tasks].map(({ status, reason, executionTime }) => [status, reason, executionTime]),
      [
        ['failed', 'interrupted', null],
        ['failed', 'interrupted', null],
      ],
    );
    assert.equal(state.toolCalls.get('c')?.status, 'interrupted');
    assert.equal(state.metadata.failedTasks, 2);
  });

  it('finishes nothing that was begun elsewhere: no restore writes to files here', () => {
    const state = play(
      created('a'),
      { type: 'taskCompleted', data: { taskId: 'a', executionTime: 1, result: null } },
      {
        type: 'restoreStarted',
        data: { taskId: 'a', undone: true, checkpoint: 'c'.repeat(40), force: false, owner },
      },
      imported,
    );
    assert.equal(state.tasks.get('a')?.restoring, undefined);
  });

  it('says so in its document, and stays so when that is read', () => {
    const state = play(created('a'), imported);
    assert.deepEqual(state.metadata.imported, imported.data);
    const document = JSON.parse(JSON.stringify(toDocument(state))) as Record<string, unknown>;
    assert.deepEqual(adoptDocument(emptyState(ID, '/root', new Date(0)), document), state);
    const other = adoptDocument(emptyState(ID, '/root', new Date(0)), {
      ...document,
      imported: { from: 'x' },
    });
    assert.equal(other.metadata.imported, undefined);
    assert.deepEqual(other.unknownFields, {});
  });

  it('runs no task, new or again, and says how to go on', async () => {
    const { manager } = createManager();
    const { id, sessionId } = await manager.executeTask({ task: 'before' });
    await manager.withLedger(sessionId, ledger => ledger.commit(() => [imported]));
    const refused = { code: 'session_imported', message: /[Ff]ork/ };
    await assert.rejects(manager.startTask({ task: 'more', sessionId }), refused);
    await assert.rejects(manager.retryTask(id), refused);
    assert.equal((await manager.listTasks(sessionId)).length, 1);
    const { title, imported: mark } = await manager.updateSession(sessionId, { title: 'Read me' });
    assert.deepEqual([title, mark?.from], ['Read me', 'codex']);
    await manager.close();
  });
});
