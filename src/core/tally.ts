import type { AgentTask, FailureReason, TaskStatus, TaskType } from './task.ts';

/** How much of a task's text lists of tasks show. */
const TITLE_LENGTH = 80;

/** What statistics need to know of one task. */
export interface TaskTally {
  readonly taskId: string;
  /** The beginning of its text. */
  readonly title: string;
  readonly type: TaskType;
  readonly agent: string;
  readonly model: string | null;
  readonly status: TaskStatus;
  readonly reason: FailureReason | null;
  /** Milliseconds; `null` when unknown. */
  readonly executionTime: number | null;
  readonly endedAt: Date | null;
  /** Whether its verification passed; `null` without one. */
  readonly verified: boolean | null;
  readonly tokens: number | null;
  readonly cost: number | null;
  /** From 1. */
  readonly attempt: number;
  /** The first attempt's id. */
  readonly retryOf: string | null;
}

/** Tasks that are counted but of which no record exists (an adopted document's opening balance). */
export interface TaskBalance {
  readonly tasks: number;
  readonly completed: number;
  readonly failed: number;
  /** Milliseconds. */
  readonly totalExecutionTime: number;
}

/** What one session contributes to statistics over many. */
export interface SessionTally {
  readonly sessionId: string;
  readonly updatedAt: Date;
  readonly tasks: readonly TaskTally[];
  readonly balance: TaskBalance;
}

export function tallyOf(task: AgentTask): TaskTally {
  const usage = task.usage;
  const known = usage !== null && (usage.inputTokens !== null || usage.outputTokens !== null);
  return {
    taskId: task.id,
    title: titleOf(task.description),
    type: task.type,
    agent: task.agent,
    model: task.model,
    status: task.status,
    reason: task.reason ?? null,
    executionTime: task.executionTime,
    endedAt: task.endedAt ?? null,
    verified: task.verification?.passed ?? null,
    tokens: known ? (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0) : null,
    cost: usage?.cost ?? null,
    attempt: task.attempt,
    retryOf: task.retryOf ?? null,
  };
}

function titleOf(description: string): string {
  // A text may be a megabyte: only its beginning is looked at.
  const text = description
    .slice(0, 4 * TITLE_LENGTH)
    .trim()
    .replace(/\s+/g, ' ');
  if (text.length <= TITLE_LENGTH) return text;
  const points = Array.from(text);
  return points.length <= TITLE_LENGTH ? points.join('') : `${points.slice(0, TITLE_LENGTH - 1).join('')}…`;
}
