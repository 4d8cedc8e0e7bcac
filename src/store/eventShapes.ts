import type { EventType, SessionEvent } from '../core/events.ts';
import type { ProcessOwner } from '../core/processOwner.ts';
import { IMPORT_SOURCES } from '../core/session.ts';
import { TASK_TYPES } from '../core/task.ts';
import {
  amount,
  anything,
  anyObject,
  count,
  flag,
  integer,
  list,
  matching,
  nullable,
  object,
  oneOf,
  type Shape,
  type ShapeType,
  text,
} from './shape.ts';

type DataOf<T extends EventType, E extends SessionEvent = SessionEvent> = E extends unknown
  ? T extends E['type']
    ? E['data']
    : never
  : never;

export const sessionId = matching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
export const sha256 = matching(/^[0-9a-f]{64}$/);

const taskId = text;
const callId = text;
export const processIdentity = object({ pid: integer, start: nullable(text) });

export const owner: Shape<ProcessOwner> = object({
  host: text,
  boot: nullable(text),
  pidNamespace: nullable(text),
  pid: integer,
  start: nullable(text),
  nonce: text,
});

const stepStatus = oneOf('pending', 'in_progress', 'completed', 'failed', 'skipped');
const step = object({ id: text, title: text, status: stepStatus }, { detail: text });
const plan = object({ id: text, version: integer, steps: list(step) });

export const fileChange = object(
  { path: text, kind: oneOf('added', 'modified', 'deleted', 'renamed') },
  {
    ...{ from: text, before: text, after: text, added: count, removed: count },
    mode: object({ before: text, after: text }),
    shared: flag,
  },
);

export const usage = object({
  inputTokens: nullable(amount),
  outputTokens: nullable(amount),
  cost: nullable(amount),
});
export const output = object({ bytes: count, tail: text }, { blob: text });

export const decision = object(
  {
    allowed: flag,
    by: oneOf('instruction', 'person', 'flag', 'rule', 'none'),
    scope: oneOf('once', 'session', 'exact'),
  },
  { reason: text, text },
);

/** What every verification says, and what it may say. */
export const evidence = {
  ...{ command: text, exitCode: nullable(integer), outputHash: text, tree: nullable(text), passed: flag },
};
export const moreEvidence = {
  ...{ callId: text, output, covered: object({ files: count, hash: text }) },
};

const ended = oneOf('completed', 'failed', 'denied', 'cancelled', 'interrupted');
const reason = oneOf('error', 'cancelled', 'interrupted', 'denied', 'timeout', 'verification');
const nothing = object({});

export const sessionImport = object({ from: oneOf(...IMPORT_SOURCES), source: text, hash: sha256 });
export const sessionFork = object({ from: sessionId, at: nullable(text) });

const SHAPES = {
  sessionCreated: object({
    sessionId,
    title: text,
    workingDirectory: text,
    projectPath: text,
    author: nullable(text),
    schemaVersion: integer,
  }),
  snapshotAdopted: object({ document: anyObject }),
  sessionRenamed: object({ title: text }),
  sessionTagged: object({ tags: list(text) }),
  sessionPinned: object({ pinned: flag }),
  sessionArchived: object({ archived: flag }),
  sessionEnded: object({ status: oneOf('completed', 'failed') }),
  sessionReopened: nothing,
  sessionDeleted: nothing,
  sessionRestored: nothing,
  sessionTakenOver: object({ epoch: count }),
  recordLost: object({ problem: text }),
  sessionImported: sessionImport,
  sessionForked: sessionFork,
  taskCreated: object(
    {
      taskId,
      taskType: oneOf(...TASK_TYPES),
      description: text,
      origin: oneOf('person', 'foreign'),
      agent: text,
      attempt: integer,
      owner,
    },
    { retryOf: text, continues: text, seal: text, verify: text, verifySeal: text },
  ),
  cancelRequested: object({ taskId }),
  taskStarted: object({ taskId, epoch: count, owner }),
  agentSelected: object(
    { taskId, agent: text, model: nullable(text) },
    { unsupervised: flag, agentSession: text },
  ),
  planCreated: object({ taskId, plan }),
  planRevised: object({ taskId, plan }),
  stepChanged: object({ taskId, stepId: text, status: stepStatus }, { detail: text }),
  toolCallRequested: object({ taskId, callId, stepId: nullable(text), tool: text, input: anyObject }),
  approvalRequested: object(
    { taskId, callId, approvalId: text, subject: text, hash: text },
    { expects: oneOf('text'), onceOnly: oneOf(true) },
  ),
  approvalDecided: object({ taskId, callId, decision }),
  processStarted: object({ taskId, callId, process: processIdentity }),
  outputAppended: object({ taskId, callId, text }),
  toolCallEnded: object(
    { taskId, callId, status: ended, duration: nullable(amount) },
    { exitCode: nullable(integer), error: text, output },
  ),
  filesChanged: object({ taskId, changes: list(fileChange) }, { settled: flag }),
  checkpointTaken: object(
    { taskId, moment: oneOf('before', 'after'), checkpoint: nullable(text) },
    { problem: text },
  ),
  restoreStarted: object({ taskId, undone: flag, checkpoint: text, force: flag, owner }),
  restoreFailed: object({ taskId, error: text }),
  taskUndone: object({ taskId, undone: flag, checkpoint: text, files: count }),
  commitMade: object({ taskId, commit: text }),
  usageReported: object({ taskId, usage }),
  taskAwaited: object({ taskId, awaiting: nullable(oneOf('approval', 'input', 'storage')) }),
  taskCompleted: object({ taskId, executionTime: amount, result: anything }),
  taskFailed: object(
    { taskId, executionTime: nullable(amount), reason, errorCode: text, error: text },
    { result: anything, waitedFor: text },
  ),
  verificationRecorded: object({ taskId, verification: object(evidence, moreEvidence) }),
  verificationRequested: object({ taskId, command: text, owner }, { seal: text }),
  verificationStarted: object({ taskId, epoch: count, owner }),
  verificationEnded: object(
    { taskId },
    { reason: oneOf('error', 'cancelled', 'interrupted', 'denied', 'timeout'), error: text },
  ),
} satisfies EventShapes;

type EventShapes = { readonly [T in EventType]: Shape<DataOf<T>> };
type FieldOf<D> = string extends keyof D ? never : keyof D;
/** Fields of events that their shapes do not check. */
type Unchecked = {
  [T in EventType]: Exclude<FieldOf<DataOf<T>>, keyof ShapeType<(typeof SHAPES)[T]>>;
}[EventType];

/** What every event carries. The compiler holds each to its type in `core/events.ts`, every field of it. */
export const EVENT_SHAPES: [Unchecked] extends [never] ? EventShapes : Unchecked = SHAPES;
