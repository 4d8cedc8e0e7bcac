import type { AgentTask, FailureReason, TaskStatus, TaskType } from './task.ts';

/** What statistics need to know of one task. */
export interface TaskTally {
  readonly type: TaskType;
  readonly agent: string;
  readonly status: TaskStatus;
  readonly reason: FailureReason | null;
  /** Milliseconds; `null` when unknown. */
  readonly executionTime: number | null;
  readonly endedAt: Date | null;
  /** Whether its verification passed; `null` without one. */
  readonly verified: boolean | null;
  readonly tokens: number | null;
  readonly cost: number | null;
}

/** Tasks that are counted but of which no record exists (an adopted document's opening balance). */
export interface TaskBalance {
  readonly tasks: number;
  readonly completed: number;
  readonly failed: number;
  /** Milliseconds. */
  readonly totalExecutionTime: number;
}

const NO_BALANCE: TaskBalance = { tasks: 0, completed: 0, failed: 0, totalExecutionTime: 0 };

/** Figures over a set of tasks. A rate or time over nothing is `null`, never 0 or 100. */
export interface TaskFigures {
  readonly tasks: number;
  readonly completed: number;
  readonly failed: number;
  /** Percent of finished tasks that completed. */
  readonly successRate: number | null;
  /** Percent of verified tasks whose verification passed. */
  readonly verifiedRate: number | null;
  /** Milliseconds over finished tasks: `totalExecutionTime / finished`. */
  readonly avgExecutionTime: number | null;
  readonly p50ExecutionTime: number | null;
  readonly p95ExecutionTime: number | null;
}

export interface TaskStats extends TaskFigures {
  readonly byType: Readonly<Partial<Record<TaskType, TaskFigures>>>;
  readonly byAgent: Readonly<Record<string, TaskFigures>>;
  /** Sum over the tasks that report any; `null` when none does. */
  readonly tokens: number | null;
  /** US dollars, likewise. */
  readonly cost: number | null;
}

export interface SessionStats extends TaskStats {
  /** Milliseconds from `startTime` to `endTime`, or to the last event while active. */
  readonly duration: number;
}

/** What one session contributes to statistics over many. */
export interface SessionTally {
  readonly sessionId: string;
  readonly updatedAt: Date;
  readonly tasks: readonly TaskTally[];
  readonly balance: TaskBalance;
}

/** Figures over many sessions. */
export interface OverallStats extends TaskStats {
  readonly sessions: number;
}

export function tallyOf(task: AgentTask): TaskTally {
  const usage = task.usage;
  const known = usage !== null && (usage.inputTokens !== null || usage.outputTokens !== null);
  return {
    type: task.type,
    agent: task.agent,
    status: task.status,
    reason: task.reason ?? null,
    executionTime: task.executionTime,
    endedAt: task.endedAt ?? null,
    verified: task.verification?.passed ?? null,
    tokens: known ? (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0) : null,
    cost: usage?.cost ?? null,
  };
}

export function taskStats(tallies: readonly TaskTally[], balance: TaskBalance = NO_BALANCE): TaskStats {
  return {
    ...figures(tallies, balance),
    byType: groupFigures(tallies, tally => tally.type),
    byAgent: groupFigures(tallies, tally => tally.agent),
    tokens: sumKnown(tallies.map(tally => tally.tokens)),
    cost: sumKnown(tallies.map(tally => tally.cost)),
  };
}

/** Over all sessions, or over the tasks that ended at or after `since`: an opening balance has no times, so it counts only without. */
export function overallStats(sessions: readonly SessionTally[], since?: Date): OverallStats {
  const inPeriod = (tally: TaskTally): boolean =>
    since === undefined || (tally.endedAt !== null && tally.endedAt >= since);
  const tallies = sessions.map(session => session.tasks.filter(inPeriod));
  const balance =
    since === undefined
      ? sessions.map(session => session.balance).reduce(addBalance, NO_BALANCE)
      : NO_BALANCE;
  const counted = since === undefined ? sessions.length : tallies.filter(tasks => tasks.length > 0).length;
  return { sessions: counted, ...taskStats(tallies.flat(), balance) };
}

function addBalance(a: TaskBalance, b: TaskBalance): TaskBalance {
  return {
    tasks: a.tasks + b.tasks,
    completed: a.completed + b.completed,
    failed: a.failed + b.failed,
    totalExecutionTime: a.totalExecutionTime + b.totalExecutionTime,
  };
}

function figures(tallies: readonly TaskTally[], balance: TaskBalance): TaskFigures {
  const completed = balance.completed + tallies.filter(tally => tally.status === 'completed').length;
  const failed = balance.failed + tallies.filter(tally => tally.status === 'failed').length;
  const finished = completed + failed;
  const verified = tallies.filter(tally => tally.verified !== null);
  const times = tallies
    .map(tally => tally.executionTime)
    .filter(time => time !== null)
    .sort((a, b) => a - b);
  return {
    tasks: balance.tasks + tallies.length,
    completed,
    failed,
    successRate: percent(completed, finished),
    verifiedRate: percent(verified.filter(tally => tally.verified === true).length, verified.length),
    avgExecutionTime:
      finished === 0 ? null : times.reduce((sum, time) => sum + time, balance.totalExecutionTime) / finished,
    p50ExecutionTime: percentile(times, 50),
    p95ExecutionTime: percentile(times, 95),
  };
}

function groupFigures(
  tallies: readonly TaskTally[],
  keyOf: (tally: TaskTally) => string,
): Record<string, TaskFigures> {
  const groups = Map.groupBy(tallies, keyOf);
  return Object.fromEntries([...groups].map(([key, group]) => [key, figures(group, NO_BALANCE)]));
}

function percent(part: number, whole: number): number | null {
  return whole === 0 ? null : (part / whole) * 100;
}

/** The nearest-rank percentile of ascending values. */
function percentile(ascending: readonly number[], rank: number): number | null {
  return ascending[Math.max(0, Math.ceil((rank / 100) * ascending.length) - 1)] ?? null;
}

function sumKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter(value => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}
