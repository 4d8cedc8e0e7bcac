import { TASK_STATUSES, TASK_TYPES } from '../../../src/core/task.ts';
import {
  decision,
  EVENT_SHAPES,
  evidence,
  fileChange,
  moreEvidence,
  output,
  owner,
  processIdentity,
  sessionId,
  sessionFork,
  sessionImport,
  usage,
} from '../../../src/store/eventShapes.ts';
import {
  amount,
  anyObject,
  anything,
  count,
  flag,
  integer,
  type JsonSchema,
  list,
  matching,
  nullable,
  object,
  oneOf,
  type Shape,
  text,
} from '../../../src/store/shape.ts';
import { journalShape } from '../../../src/store/snapshotFile.ts';
import { manifestShape } from '../../../src/transfer/archive/manifest.ts';

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';
const date = matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/);
const hexSum = matching(/^[0-9a-f]{16}$/);
const rate = nullable(amount);

/** A line of `{sessionId}.events.jsonl`. */
export function journalLineSchema(): JsonSchema {
  const types = Object.entries(EVENT_SHAPES).map(([type, data]) => ({
    if: { properties: { type: { const: type } } },
    then: { properties: { data: data.schema } },
  }));
  const envelope = object(
    { v: oneOf(1), seq: positive(), at: date, writer: text, type: text, data: anyObject, sum: hexSum },
    { epoch: positive() },
  );
  return {
    $schema: DIALECT,
    title: 'A record of a session journal',
    description:
      'One line of {sessionId}.events.jsonl, UTF-8, at most 64 KiB, keys in the order v, seq, at, writer, type, epoch, data, sum. ' +
      '`sum` is the first 16 hex digits of SHA-256 over all bytes of the line but the last 26 (the newline does not count). ' +
      '`seq` counts from 1 without gaps over all writers. Types that are not described here are kept and skipped. ' +
      'In `snapshotAdopted`, a document that does not fit is `{"blob": sha256}`: its JSON text is in blobs/.',
    ...envelope.schema,
    allOf: types,
  };
}

/** `{sessionId}.session.json`. What only sessions of this program have is not required: the seed has none of it. */
export function snapshotSchema(): JsonSchema {
  const step = object(
    { id: text, title: text, status: oneOf('pending', 'in_progress', 'completed', 'failed', 'skipped') },
    { detail: text, startedAt: date, endedAt: date },
  );
  const plan = object({ id: text, taskId: text, sessionId: text, version: integer, steps: list(step) });
  const verification = object({ ...evidence, at: date }, moreEvidence);
  const task = object(
    {
      ...{
        id: text,
        sessionId,
        type: oneOf(...TASK_TYPES),
        description: text,
        status: oneOf(...TASK_STATUSES),
      },
      ...{
        createdAt: date,
        updatedAt: date,
        origin: oneOf('person', 'foreign'),
        agent: text,
        model: nullable(text),
      },
      ...{
        attempt: integer,
        executionTime: nullable(amount),
        usage: nullable(usage),
        filesChanged: list(fileChange),
      },
      ...{ commits: list(text), checkpoint: nullable(text), unsupervised: flag },
      verification: nullable(verification),
    },
    {
      ...{
        result: anything,
        error: text,
        plan,
        seal: text,
        cancelRequested: flag,
        errorCode: text,
        retryOf: text,
      },
      ...{ continues: text, waitedFor: text },
      ...{
        agentSession: text,
        startedAt: date,
        endedAt: date,
        awaiting: oneOf('approval', 'input', 'storage'),
      },
      ...{ checkpointAfter: text, checkpointProblem: text },
      undone: object({ at: date, checkpoint: text }),
      restoring: object({ undone: flag, checkpoint: text, force: flag, owner }),
      ...{ verify: text, verifySeal: text, verifying: flag },
      copyOf: object({ sessionId, taskId: text }, { checkpoint: text, checkpointAfter: text }),
      reason: oneOf('error', 'cancelled', 'interrupted', 'denied', 'timeout', 'verification'),
    },
  );
  const call = object(
    {
      ...{ id: text, taskId: text, stepId: nullable(text), tool: text, input: anyObject, requestedAt: date },
      status: oneOf(
        ...([
          'requested',
          'awaiting_approval',
          'running',
          'completed',
          'failed',
          'denied',
          'cancelled',
        ] as const),
        'interrupted',
      ),
    },
    {
      ...{
        endedAt: date,
        decision,
        approvalId: text,
        ...{ subject: text, hash: text, expects: oneOf('text'), onceOnly: oneOf(true) },
        exitCode: nullable(integer),
        duration: rate,
        error: text,
      },
      ...{ output, process: processIdentity },
    },
  );
  const figures = {
    ...{ tasks: count, completed: count, failed: count, successRate: rate, verifiedRate: rate },
    ...{ avgExecutionTime: rate, p50ExecutionTime: rate, p95ExecutionTime: rate },
  };
  const stats = object({
    ...{ ...figures, duration: amount, tokens: rate, cost: rate },
    ...{ byType: mapOf(object(figures)), byAgent: mapOf(object(figures)) },
  });
  const shape = object(
    {
      ...{
        sessionId,
        startTime: date,
        tasks: list(text),
        plans: list(text),
        workingDirectory: text,
        projectPath: text,
      },
      ...{ totalTasks: count, completedTasks: count, failedTasks: count, totalExecutionTime: amount },
      status: oneOf('active', 'completed', 'failed'),
    },
    {
      ...{ endTime: date, schemaVersion: integer, title: text, author: nullable(text), tags: list(text) },
      ...{
        pinned: flag,
        archived: flag,
        imported: sessionImport,
        forked: sessionFork,
        updatedAt: date,
        lastEventSeq: count,
        stats,
        taskRecords: mapOf(task),
      },
      ...{ planRecords: mapOf(plan), toolCallRecords: mapOf(call), epoch: count, deleted: flag },
      live: list(object({ taskId: text, owner, epoch: nullable(count) })),
      balance: object({ tasks: count, completed: count, failed: count, totalExecutionTime: amount }),
      newestTasks: list(anything),
      journal: journalShape,
    },
  );
  return {
    $schema: DIALECT,
    title: 'A session',
    description:
      '{sessionId}.session.json: the readable, derived snapshot of a session. The journal beside it is the truth; `journal` says ' +
      'how much of it is covered. Fields that are not described here survive. Durations are milliseconds.',
    ...shape.schema,
  };
}

/** `manifest.json` in the zip of a session. */
function archiveSchema(): JsonSchema {
  return {
    $schema: DIALECT,
    title: 'The manifest of an exported session',
    description:
      'manifest.json in the zip of a session: every other file in it, with its bytes and their SHA-256. `format` is 2 where ' +
      'checkpoints.bundle is in it, a git bundle of version 2 that names refs/tasks/{task}/before and refs/tasks/{task}/after, ' +
      'else 1. The journal, the snapshot and the outputs are byte for byte those of .coding-agent.',
    ...manifestShape.schema,
  };
}

export const PUBLISHED: Readonly<Record<string, () => JsonSchema>> = {
  'journal-line.schema.json': journalLineSchema,
  'session.schema.json': snapshotSchema,
  'archive.schema.json': archiveSchema,
};

function positive(): Shape<number> {
  return { ...integer, schema: { type: 'integer', minimum: 1 } };
}

function mapOf<T>(inner: Shape<T>): Shape<Readonly<Record<string, unknown>>> {
  return { ...anyObject, schema: { type: 'object', additionalProperties: inner.schema } };
}
