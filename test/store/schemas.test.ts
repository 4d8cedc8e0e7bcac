import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { format } from 'prettier';
import type { EventType, SessionEvent } from '../../src/core/events.ts';
import { toDocument } from '../../src/core/sessionDocument.ts';
import { EVENT_SHAPES } from '../../src/store/eventShapes.ts';
import { renamed, ScriptedProcesses } from './support/diskFixture.ts';
import { ID, MemoryFixture, ROOT } from './support/memoryFixture.ts';
import { journalLineSchema, PUBLISHED, snapshotSchema } from './support/publishedSchemas.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'schemas');
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });

const { self: owner } = new ScriptedProcesses('w');
const DATA: { readonly [T in EventType]: Extract<SessionEvent, { type: T }>['data'] | object } = {
  sessionCreated: {
    sessionId: ID,
    title: '',
    workingDirectory: ROOT,
    projectPath: ROOT,
    author: 'me',
    schemaVersion: 1,
  },
  sessionRenamed: { title: 'Named' },
  sessionTagged: { tags: ['a'] },
  sessionPinned: { pinned: true },
  sessionArchived: { archived: false },
  sessionTakenOver: { epoch: 2 },
  sessionForked: { from: ID, at: 't' },
  sessionImported: { from: 'archive', source: ID, hash: 'f'.repeat(64) },
  recordLost: { problem: 'The checksum of the record is wrong.' },
  taskCreated: {
    taskId: 't',
    taskType: 'code',
    description: 'Do',
    origin: 'person',
    agent: 'auto',
    attempt: 1,
    owner,
    seal: 's',
    verify: 'npm test',
    verifySeal: 's',
  },
  taskStarted: { taskId: 't', epoch: 1, owner },
  agentSelected: { taskId: 't', agent: 'direct', model: null },
  planCreated: {
    taskId: 't',
    plan: { id: 'p', version: 1, steps: [{ id: 's', title: 'Step', status: 'pending' }] },
  },
  planRevised: {
    taskId: 't',
    plan: { id: 'p', version: 2, steps: [{ id: 's', title: 'Step', status: 'pending' }] },
  },
  stepChanged: { taskId: 't', stepId: 's', status: 'in_progress', detail: 'now' },
  toolCallRequested: { taskId: 't', callId: 'c', stepId: 's', tool: 'run_command', input: { command: 'ls' } },
  approvalRequested: { taskId: 't', callId: 'c', approvalId: 'a', subject: 'ls', hash: 'h' },
  approvalDecided: { taskId: 't', callId: 'c', decision: { allowed: true, by: 'person', scope: 'once' } },
  processStarted: { taskId: 't', callId: 'c', process: { pid: 7, start: '1' } },
  outputAppended: { taskId: 't', callId: 'c', text: 'out' },
  toolCallEnded: {
    taskId: 't',
    callId: 'c',
    status: 'completed',
    exitCode: 0,
    duration: 1.5,
    output: { bytes: 3, tail: 'out' },
  },
  filesChanged: {
    taskId: 't',
    changes: [{ path: 'a', kind: 'added', after: 'f'.repeat(64), added: 1, removed: 0 }],
  },
  checkpointTaken: { taskId: 't', moment: 'before', checkpoint: 'c'.repeat(40) },
  restoreStarted: { taskId: 'u', undone: true, checkpoint: 'c'.repeat(40), force: false, owner },
  restoreFailed: { taskId: 'u', error: 'Because.' },
  taskUndone: { taskId: 'u', undone: true, checkpoint: 'c'.repeat(40), files: 2 },
  commitMade: { taskId: 't', commit: 'abc' },
  usageReported: { taskId: 't', usage: { inputTokens: 1, outputTokens: null, cost: 0.1 } },
  taskAwaited: { taskId: 't', awaiting: 'storage' },
  cancelRequested: { taskId: 't' },
  taskCompleted: { taskId: 't', executionTime: 12.5, result: { summary: 'Done' } },
  taskFailed: { taskId: 'u', executionTime: null, reason: 'error', errorCode: 'x', error: 'Because.' },
  verificationRequested: { taskId: 't', command: 'npm test', seal: 's', owner },
  verificationStarted: { taskId: 't', epoch: 2, owner },
  verificationRecorded: {
    taskId: 't',
    verification: {
      ...{ command: 'npm test', exitCode: 1, outputHash: 'f'.repeat(64), tree: null, passed: false },
      ...{ callId: 'c', output: { bytes: 3, tail: 'out' }, covered: { files: 1, hash: 'f'.repeat(64) } },
    },
  },
  verificationEnded: { taskId: 't', reason: 'cancelled', error: 'Cancelled.' },
  sessionEnded: { status: 'completed' },
  sessionReopened: {},
  sessionDeleted: {},
  sessionRestored: {},
  snapshotAdopted: { document: { sessionId: ID, startTime: '2026-01-01T00:00:00.000Z' } },
};

describe('the published schemas', () => {
  for (const [name, make] of Object.entries(PUBLISHED)) {
    it(`${name} says what the code checks (WRITE_SCHEMAS=1 renews it)`, async () => {
      const text = await format(JSON.stringify(make()), { parser: 'json', printWidth: 110 });
      if (process.env['WRITE_SCHEMAS'] === '1') writeFileSync(join(FOLDER, name), text);
      assert.equal(readFileSync(join(FOLDER, name), 'utf8'), text);
    });
  }

  it('describe every line and every snapshot that is written, with every type of event', async () => {
    assert.deepEqual(Object.keys(DATA).sort(), Object.keys(EVENT_SHAPES).sort());
    const isLine = ajv.compile(journalLineSchema());
    const isSnapshot = ajv.compile(snapshotSchema());
    const events = Object.entries(DATA).map(([type, data]) => ({ type, data }) as SessionEvent);
    for (let count = 1; count <= events.length; count += 3) {
      const fresh = new MemoryFixture();
      const store = fresh.store();
      const ledger = await store.create(ID, events.slice(0, 1));
      for (const event of events.slice(1, count)) await ledger.commit(() => [event], { epoch: 1 });
      assert.equal(ledger.state.metadata.lastEventSeq, count);
      await store.close();
      for (const text of fresh.lines())
        assert.ok(isLine(JSON.parse(text)), `${text} ${ajv.errorsText(isLine.errors)}`);
      const reopened = await fresh.store().open(ID);
      assert.deepEqual(toDocument(reopened.state), toDocument(ledger.state), 'from its snapshot');
      if (fresh.disk.lstat(fresh.snapshot()) !== undefined)
        fresh.disk.rename(fresh.snapshot(), '/repo/aside');
      const replayed = await fresh.store().open(ID);
      assert.deepEqual(toDocument(replayed.state), toDocument(ledger.state), 'from its journal');
      if (ledger.state.deleted) continue;
      fresh.disk.rename('/repo/aside', fresh.snapshot());
      assert.ok(isSnapshot(fresh.document()), ajv.errorsText(isSnapshot.errors));
    }
  });

  it('describe the example of the seed', () => {
    const seed = {
      ...{
        sessionId: '550e8400-e29b-41d4-a716-446655440000',
        startTime: '2025-06-28T10:30:00.000Z',
        tasks: [],
        plans: [],
      },
      ...{
        workingDirectory: '/path/to/project',
        projectPath: '/path/to/project',
        totalTasks: 0,
        completedTasks: 0,
      },
      ...{ failedTasks: 0, totalExecutionTime: 0, status: 'active' },
    };
    const isSnapshot = ajv.compile(snapshotSchema());
    assert.ok(isSnapshot(seed), ajv.errorsText(isSnapshot.errors));
  });

  it('refuse what the reader refuses', () => {
    const isLine = ajv.compile(journalLineSchema());
    const line = { v: 1, seq: 1, at: '2026-01-01T00:00:00.000Z', writer: 'w', sum: '0123456789abcdef' };
    assert.ok(isLine({ ...line, ...renamed('x') }));
    assert.ok(isLine({ ...line, type: 'unknown', data: {} }));
    for (const wrong of [
      { type: 'sessionRenamed', data: {} },
      { ...renamed('x'), seq: 0 },
      { ...renamed('x'), sum: 'x' },
    ]) {
      assert.ok(!isLine({ ...line, ...wrong }));
    }
  });
});
