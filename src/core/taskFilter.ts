import type { FailureReason } from './task.ts';
import { isInPeriod, type StatsPeriod } from './statsPeriod.ts';
import type { ReportedTask } from './statsReport.ts';
import type { TaskTally } from './tally.ts';

/**
 * What came of a task, as far as a person tells it apart at a glance. `completed`: reported, not verified; `refuted`: reported,
 * but the verification failed; `stopped`: cancelled or interrupted; `open`: not ended.
 */
export type Outcome = 'verified' | 'completed' | 'refuted' | 'failed' | 'stopped' | 'open';
export const ENDED_OUTCOMES: readonly Exclude<Outcome, 'open'>[] = [
  ...(['verified', 'completed', 'refuted', 'failed', 'stopped'] as const),
];

const STOPPED: readonly (FailureReason | null)[] = ['cancelled', 'interrupted'];

/** Which tasks; what is left out does not matter. */
export interface TaskFilter extends StatsPeriod {
  readonly type?: string | undefined;
  readonly agent?: string | undefined;
  readonly model?: string | undefined;
  readonly outcomes?: readonly Outcome[] | undefined;
  /** Milliseconds, at least. */
  readonly atLeast?: number | undefined;
  /** Milliseconds, less than. */
  readonly lessThan?: number | undefined;
}

/** A task that a filter found. */
export interface FoundTask extends ReportedTask {
  readonly executionTime: number | null;
  readonly endedAt: Date | null;
}

export function outcomeOf({
  status,
  reason,
  verified,
}: Pick<TaskTally, 'status' | 'reason' | 'verified'>): Outcome {
  if (status === 'completed') return verified === true ? 'verified' : 'completed';
  if (status !== 'failed') return 'open';
  if (reason === 'verification') return 'refuted';
  return STOPPED.includes(reason) ? 'stopped' : 'failed';
}

export function isWanted(task: TaskTally, filter: TaskFilter): boolean {
  const { type, agent, model, outcomes, atLeast, lessThan } = filter;
  return (
    (type === undefined || task.type === type) &&
    (agent === undefined || task.agent === agent) &&
    (model === undefined || task.model === model) &&
    (outcomes === undefined || outcomes.includes(outcomeOf(task))) &&
    (atLeast === undefined || (task.executionTime !== null && task.executionTime >= atLeast)) &&
    (lessThan === undefined || (task.executionTime !== null && task.executionTime < lessThan)) &&
    isInPeriod(task.endedAt, filter)
  );
}
