import type { ProcessOwner } from './processOwner.ts';
import { withIds } from './idsLater.ts';
import type { AgentPlan } from './plan.ts';
import { type RecordIds, RecordMap, type RecordSource } from './recordMap.ts';
import { revivePlan, reviveTask, reviveToolCall } from './reviveRecords.ts';
import { IMPORT_SOURCES, type SessionFork, type SessionImport, type SessionMetadata } from './session.ts';
import { type TaskStats, taskStats } from './stats.ts';
import type { TaskBalance } from './tally.ts';
import { type LiveTask, rememberStats, type SessionState, sessionStats } from './state.ts';
import { type AgentTask, isFinished, TASK_STATUSES, TASK_TYPES } from './task.ts';
import type { ToolCall } from './toolCall.ts';

/**
 * The readable snapshot of a session: the seed's metadata fields at the top level, then `stats`, the records, and what a
 * writer needs to go on. `JSON.stringify` of it is the content of `{sessionId}.session.json` but for the journal position.
 */
export interface SessionDocument extends SessionMetadata {
  readonly stats: ReturnType<typeof sessionStats>;
  readonly taskRecords: Readonly<Record<string, AgentTask>>;
  readonly planRecords: Readonly<Record<string, AgentPlan>>;
  readonly toolCallRecords: Readonly<Record<string, ToolCall>>;
  readonly live: readonly LiveTask[];
  readonly epoch: number;
  readonly deleted: boolean;
  readonly balance: TaskBalance;
}

const DOCUMENT_FIELDS = new Set<string>([
  ...['sessionId', 'startTime', 'endTime', 'tasks', 'plans', 'workingDirectory', 'projectPath', 'totalTasks'],
  ...[
    'completedTasks',
    'failedTasks',
    'totalExecutionTime',
    'status',
    'schemaVersion',
    'title',
    'author',
    'tags',
  ],
  ...[
    'pinned',
    'archived',
    'imported',
    'forked',
    'updatedAt',
    'lastEventSeq',
    'stats',
    'taskRecords',
    'planRecords',
    'toolCallRecords',
    'newestTasks',
  ],
  ...['live', 'epoch', 'deleted', 'balance', 'journal'],
]);

export function toDocument(state: SessionState): SessionDocument & Readonly<Record<string, unknown>> {
  const { unknownFields, ...known } = documentHead(state);
  return {
    ...{ ...unknownFields, ...known, toolCallRecords: byId(state.toolCalls) },
    ...{ taskRecords: byId(state.tasks), planRecords: byId(state.plans) },
  };
}

/** A document without what grows with the session. */
export function documentHead(
  state: SessionState,
): Omit<SessionDocument, 'taskRecords' | 'planRecords' | 'toolCallRecords'> &
  Pick<SessionState, 'unknownFields'> {
  return {
    ...state.metadata,
    stats: sessionStats(state),
    live: state.live,
    epoch: state.epoch,
    deleted: state.deleted,
    balance: state.balance,
    unknownFields: state.unknownFields,
  };
}

/** The records of a document that are read when they are needed, in the order of the ids in the document. */
export interface DocumentRecords {
  readonly tasks: RecordSource<AgentTask>;
  readonly plans: RecordSource<AgentPlan>;
  readonly ids: RecordIds;
  /** `undefined` where the document has them. */
  readonly toolCalls: RecordMap<ToolCall> | undefined;
}

/**
 * What a document says that this program wrote and nobody touched since; its records, and the lists of their ids, stay where
 * they are.
 */
export function reopenDocument(
  base: SessionState,
  head: Readonly<Record<string, unknown>>,
  records: DocumentRecords,
): SessionState {
  const state = adoptFields(base, head, []);
  const { tasks, plans } = records.ids;
  // A count over records that were not read; what was written is what it was.
  const { duration: _duration, ...stats } = head['stats'] as TaskStats & { readonly duration: number };
  const reopened = {
    ...state,
    metadata: withIds(state.metadata, records.ids),
    tasks: RecordMap.from(tasks, records.tasks),
    plans: RecordMap.from(plans, records.plans),
    toolCalls: records.toolCalls ?? toolCallsIn(head),
    balance: head['balance'] as TaskBalance,
  };
  if (hasAllFigures(stats)) rememberStats(reopened, stats);
  return reopened;
}

/** Whether statistics have what this version counts: an older one may have counted less. */
function hasAllFigures(stats: TaskStats): boolean {
  return FIGURES.every(key => Object.hasOwn(stats, key));
}

const FIGURES = Object.keys(taskStats([], { tasks: 0, completed: 0, failed: 0, totalExecutionTime: 0 }));

/**
 * What a document says, over `base`. Total: a field of the wrong shape is passed over. Its counters win over its records;
 * the difference becomes the opening balance. Its id and its position in the journal are the reader's to judge.
 */
export function adoptDocument(base: SessionState, document: Readonly<Record<string, unknown>>): SessionState {
  const tasks = RecordMap.of(recordsOf(document['taskRecords'], isTask).map(reviveTask));
  return {
    ...adoptFields(base, document, [...tasks]),
    tasks,
    plans: RecordMap.of(recordsOf(document['planRecords'], isPlan).map(revivePlan)),
    toolCalls: toolCallsIn(document),
  };
}

function toolCallsIn(document: JsonObject): SessionState['toolCalls'] {
  return RecordMap.of(recordsOf(document['toolCallRecords'], isToolCall).map(reviveToolCall));
}

/** The same without the records: those of the document are these. */
function adoptFields(base: SessionState, document: JsonObject, tasks: readonly AgentTask[]): SessionState {
  const { metadata } = base;
  const read = reader(document);
  const status = read.oneOf('status', ['active', 'completed', 'failed'] as const) ?? metadata.status;
  const endTime =
    status === 'active' ? undefined : (read.date('endTime') ?? read.date('updatedAt') ?? metadata.updatedAt);
  const known: SessionMetadata = {
    ...metadata,
    startTime: read.date('startTime') ?? metadata.startTime,
    ...(endTime === undefined ? {} : { endTime }),
    tasks: read.strings('tasks') ?? tasks.map(task => task.id),
    plans: read.strings('plans') ?? [],
    workingDirectory: read.text('workingDirectory') ?? metadata.workingDirectory,
    projectPath: read.text('projectPath') ?? metadata.projectPath,
    status,
    schemaVersion: read.count('schemaVersion') ?? metadata.schemaVersion,
    title: read.text('title') ?? metadata.title,
    author: read.text('author') ?? metadata.author,
    tags: read.strings('tags') ?? metadata.tags,
    pinned: document['pinned'] === true,
    archived: document['archived'] === true,
    ...(isImport(document['imported']) ? { imported: document['imported'] } : {}),
    ...(isFork(document['forked']) ? { forked: document['forked'] } : {}),
    updatedAt: read.date('updatedAt') ?? read.date('endTime') ?? read.date('startTime') ?? metadata.updatedAt,
    lastEventSeq: read.count('lastEventSeq') ?? 0,
  };
  const counted = countTasks(tasks);
  const totals = {
    tasks: read.count('totalTasks') ?? Math.max(known.tasks.length, counted.tasks),
    completed: read.count('completedTasks') ?? counted.completed,
    failed: read.count('failedTasks') ?? counted.failed,
    totalExecutionTime: read.count('totalExecutionTime') ?? counted.totalExecutionTime,
  };
  return {
    ...base,
    metadata: {
      ...known,
      totalTasks: totals.tasks,
      completedTasks: totals.completed,
      failedTasks: totals.failed,
      totalExecutionTime: totals.totalExecutionTime,
    },
    live: listOf(document['live'], isLiveTask),
    epoch: read.count('epoch') ?? 0,
    deleted: document['deleted'] === true,
    balance: {
      tasks: Math.max(0, totals.tasks - counted.tasks),
      completed: Math.max(0, totals.completed - counted.completed),
      failed: Math.max(0, totals.failed - counted.failed),
      totalExecutionTime: Math.max(0, totals.totalExecutionTime - counted.totalExecutionTime),
    },
    unknownFields: Object.fromEntries(Object.entries(document).filter(([key]) => !DOCUMENT_FIELDS.has(key))),
  };
}

function countTasks(tasks: readonly AgentTask[]): TaskBalance {
  return {
    tasks: tasks.length,
    completed: tasks.filter(task => task.status === 'completed').length,
    failed: tasks.filter(task => task.status === 'failed').length,
    totalExecutionTime: tasks.filter(isFinished).reduce((sum, task) => sum + (task.executionTime ?? 0), 0),
  };
}

function byId<T extends { readonly id: string }>(records: RecordMap<T>): Record<string, T> {
  return Object.fromEntries([...records].map(record => [record.id, record]));
}

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function recordsOf<T>(value: unknown, isRecord: (entry: unknown) => entry is T): T[] {
  return isObject(value) ? Object.values(value).filter(isRecord) : [];
}

function listOf<T>(value: unknown, isEntry: (entry: unknown) => entry is T): T[] {
  return Array.isArray(value) ? value.filter(isEntry) : [];
}

function isTask(value: unknown): value is AgentTask {
  return (
    hasStrings(value, ['id', 'sessionId', 'description', 'agent']) &&
    hasDates(value, ['createdAt', 'updatedAt'], ['startedAt', 'endedAt']) &&
    TASK_TYPES.some(type => type === value['type']) &&
    TASK_STATUSES.some(status => status === value['status']) &&
    isListOf(value['filesChanged'], change => hasStrings(change, ['path', 'kind'])) &&
    isListOf(value['commits'], commit => typeof commit === 'string') &&
    (value['executionTime'] === null || asCount(value['executionTime']) !== undefined) &&
    (value['usage'] === null || isObject(value['usage'])) &&
    (value['plan'] === undefined || isPlan(value['plan'])) &&
    (value['undone'] === undefined || hasDates(value['undone'], ['at'])) &&
    (value['restoring'] === undefined || hasStrings(value['restoring'], ['checkpoint'])) &&
    (value['verification'] === null || isVerification(value['verification'])) &&
    (value['verify'] === undefined || asString(value['verify']) !== undefined) &&
    (value['copyOf'] === undefined || isCopiedTask(value['copyOf']))
  );
}

function isCopiedTask(value: unknown): boolean {
  if (!hasStrings(value, ['sessionId', 'taskId'])) return false;
  return ['checkpoint', 'checkpointAfter'].every(
    key => value[key] === undefined || asString(value[key]) !== undefined,
  );
}

function isVerification(value: unknown): boolean {
  return hasStrings(value, ['command', 'outputHash']) && hasDates(value, ['at']);
}

function isPlan(value: unknown): value is AgentPlan {
  return hasStrings(value, ['id', 'taskId', 'sessionId']) && isListOf(value['steps'], isStep);
}

function isStep(value: unknown): boolean {
  return hasStrings(value, ['id', 'title', 'status']) && hasDates(value, [], ['startedAt', 'endedAt']);
}

function isToolCall(value: unknown): value is ToolCall {
  return (
    hasStrings(value, ['id', 'taskId', 'tool', 'status']) &&
    hasDates(value, ['requestedAt'], ['endedAt']) &&
    isObject(value['input'])
  );
}

function isListOf(value: unknown, isEntry: (entry: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isEntry);
}

function hasDates(value: unknown, needed: readonly string[], allowed: readonly string[] = []): boolean {
  if (!isObject(value)) return false;
  const isDate = (key: string): boolean => asDate(value[key]) !== undefined;
  return needed.every(isDate) && allowed.every(key => value[key] === undefined || isDate(key));
}

function isImport(value: unknown): value is SessionImport {
  return hasStrings(value, ['from', 'source', 'hash']) && IMPORT_SOURCES.some(from => from === value['from']);
}

function isFork(value: unknown): value is SessionFork {
  return hasStrings(value, ['from']) && (value['at'] === null || asString(value['at']) !== undefined);
}

function isLiveTask(value: unknown): value is LiveTask {
  return hasStrings(value, ['taskId']) && isOwner(value['owner']);
}

function isOwner(value: unknown): value is ProcessOwner {
  return hasStrings(value, ['host', 'nonce']) && typeof value['pid'] === 'number';
}

function hasStrings(value: unknown, keys: readonly string[]): value is JsonObject {
  return isObject(value) && keys.every(key => typeof value[key] === 'string');
}

function reader(document: JsonObject): {
  text(key: string): string | undefined;
  strings(key: string): string[] | undefined;
  count(key: string): number | undefined;
  date(key: string): Date | undefined;
  oneOf<T extends string>(key: string, values: readonly T[]): T | undefined;
} {
  return {
    text: key => asString(document[key]),
    strings: key =>
      Array.isArray(document[key]) ? listOf(document[key], entry => typeof entry === 'string') : undefined,
    count: key => asCount(document[key]),
    date: key => asDate(document[key]),
    oneOf: (key, values) => values.find(value => value === document[key]),
  };
}

function asString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function asCount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function asDate(value: unknown): Date | undefined {
  if (value instanceof Date) return value;
  const date = typeof value === 'string' ? new Date(value) : undefined;
  return date === undefined || Number.isNaN(date.getTime()) ? undefined : date;
}
