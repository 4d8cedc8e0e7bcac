import type { ProcessOwner } from './processOwner.ts';
import type { AgentPlan } from './plan.ts';
import { RecordMap } from './recordMap.ts';
import { SCHEMA_VERSION, type SessionMetadata } from './session.ts';
import { type SessionStats, type TaskStats, taskStats } from './stats.ts';
import { type SessionTally, type TaskBalance, tallyOf } from './tally.ts';
import type { AgentTask } from './task.ts';
import type { ToolCall } from './toolCall.ts';

/** A task that has not ended, and whose process answers for it. */
export interface LiveTask {
  readonly taskId: string;
  readonly owner: ProcessOwner;
  /** The run right that it holds; `null` while it waits for its turn. */
  readonly epoch: number | null;
}

/** All that a journal says about a session. Immutable: `reduce` makes the next one. */
export interface SessionState {
  readonly metadata: SessionMetadata;
  /** Whether it is in the trash. */
  readonly deleted: boolean;
  readonly tasks: RecordMap<AgentTask>;
  readonly plans: RecordMap<AgentPlan>;
  /** Those of unfinished tasks and of the last that ran: the others are in the journal alone. */
  readonly toolCalls: RecordMap<ToolCall>;
  /** Unfinished tasks in the order of their creation. */
  readonly live: readonly LiveTask[];
  /** The highest run right ever taken. */
  readonly epoch: number;
  /** What an adopted document counted without having the records. */
  readonly balance: TaskBalance;
  /** Top-level fields of an adopted document that this version does not know. */
  readonly unknownFields: Readonly<Record<string, unknown>>;
}

/** A session before its first event. `at` stands in for a `sessionCreated` that is damaged. */
export function emptyState(sessionId: string, projectPath: string, at: Date): SessionState {
  return {
    metadata: {
      sessionId,
      startTime: at,
      tasks: [],
      plans: [],
      workingDirectory: projectPath,
      projectPath,
      totalTasks: 0,
      completedTasks: 0,
      failedTasks: 0,
      totalExecutionTime: 0,
      status: 'active',
      schemaVersion: SCHEMA_VERSION,
      title: '',
      author: null,
      tags: [],
      pinned: false,
      archived: false,
      updatedAt: at,
      lastEventSeq: 0,
    },
    deleted: false,
    tasks: RecordMap.of(),
    plans: RecordMap.of(),
    toolCalls: RecordMap.of(),
    live: [],
    epoch: 0,
    balance: { tasks: 0, completed: 0, failed: 0, totalExecutionTime: 0 },
    unknownFields: {},
  };
}

/** The tool calls of one task that the state has, oldest first. */
export function toolCallsOf(state: SessionState, taskId: string): ToolCall[] {
  return [...state.toolCalls].filter(call => call.taskId === taskId);
}

/** What the session contributes to statistics over many. */
export function sessionTally({ metadata, tasks, balance }: SessionState): SessionTally {
  const { sessionId, updatedAt } = metadata;
  return { sessionId, updatedAt, balance, tasks: workOf(tasks).map(tallyOf) };
}

/** Statistics count work where it was done: copies that a fork began with are history, not work of its own. */
function workOf(tasks: Iterable<AgentTask>): AgentTask[] {
  return [...tasks].filter(task => task.copyOf === undefined);
}

/** Statistics of tasks that did not change since: neither counted again nor, where they were left on disk, read. */
const known = new WeakMap<
  RecordMap<AgentTask>,
  { readonly balance: TaskBalance; readonly stats: TaskStats }
>();

export function sessionStats(state: SessionState): SessionStats {
  const { startTime, endTime, updatedAt } = state.metadata;
  const end = endTime ?? updatedAt;
  const duration = Math.max(0, end.getTime() - startTime.getTime());
  const counted = known.get(state.tasks);
  if (counted?.balance === state.balance) return { duration, ...counted.stats };
  const stats = taskStats(workOf(state.tasks).map(tallyOf), state.balance);
  rememberStats(state, stats);
  return { duration, ...stats };
}

/** Spares the first count of statistics that somebody made of exactly these tasks. */
export function rememberStats({ tasks, balance }: SessionState, stats: TaskStats): void {
  known.set(tasks, { balance, stats });
}
