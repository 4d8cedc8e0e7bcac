import { type Outcome, outcomeOf } from './outcome.ts';
import { isInPeriod, type StatsPeriod } from './statsPeriod.ts';
import type { ReportedTask } from './statsReport.ts';
import type { TaskTally } from './tally.ts';

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
  readonly outcome: Outcome;
  readonly executionTime: number | null;
  readonly endedAt: Date | null;
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
