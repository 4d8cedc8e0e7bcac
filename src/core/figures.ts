import { type EndedOutcome, outcomeOf } from './outcome.ts';
import { percentile } from './percentile.ts';
import type { FailureReason } from './task.ts';
import type { TaskBalance, TaskTally } from './tally.ts';

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

/** Figures of a report: those of a session's statistics, and what they come from. */
export interface ReportFigures extends TaskFigures {
  /** Tasks whose verification passed. */
  readonly verified: number;
  /** Tasks whose verification failed. */
  readonly refuted: number;
  /** How many tasks failed for which reason; reasons that did not occur are left out. */
  readonly reasons: Readonly<Partial<Record<FailureReason, number>>>;
  /** What came of the tasks that ended, each counted once. */
  readonly outcomes: Readonly<Record<EndedOutcome, number>>;
  /** Sum over the tasks that report any; `null` when none does. */
  readonly tokens: number | null;
  /** US dollars, likewise. */
  readonly cost: number | null;
}

/** Counts tasks one by one, so that nobody needs all of them at once. */
export class FigureCounter {
  #tasks = 0;
  #completed = 0;
  #failed = 0;
  #verified = 0;
  #refuted = 0;
  #tokens: number | null = null;
  #cost: number | null = null;
  /** Milliseconds over those of which it is known. */
  #totalTime = 0;
  readonly #times: number[] = [];
  readonly #reasons: Partial<Record<FailureReason, number>> = {};
  readonly #outcomes: Record<EndedOutcome, number> = {
    ...{ verified: 0, completed: 0, refuted: 0, failed: 0, stopped: 0 },
  };

  add(task: TaskTally): void {
    const { status, reason, verified, executionTime, tokens, cost } = task;
    const outcome = outcomeOf(task);
    if (outcome !== 'open') this.#outcomes[outcome]++;
    this.#tasks++;
    if (status === 'completed') this.#completed++;
    if (status === 'failed') this.#failed++;
    if (reason !== null) this.#reasons[reason] = (this.#reasons[reason] ?? 0) + 1;
    if (verified === true) this.#verified++;
    if (verified === false) this.#refuted++;
    if (tokens !== null) this.#tokens = (this.#tokens ?? 0) + tokens;
    if (cost !== null) this.#cost = (this.#cost ?? 0) + cost;
    if (executionTime === null) return;
    this.#times.push(executionTime);
    this.#totalTime += executionTime;
  }

  addBalance(balance: TaskBalance): void {
    this.#tasks += balance.tasks;
    this.#completed += balance.completed;
    this.#failed += balance.failed;
    this.#outcomes.completed += balance.completed;
    this.#outcomes.failed += balance.failed;
    this.#totalTime += balance.totalExecutionTime;
  }

  /** What the contract promises of every set of tasks. */
  figures(): TaskFigures {
    const finished = this.#completed + this.#failed;
    const times = Float64Array.from(this.#times);
    return {
      tasks: this.#tasks,
      completed: this.#completed,
      failed: this.#failed,
      successRate: percent(this.#completed, finished),
      verifiedRate: percent(this.#verified, this.#verified + this.#refuted),
      avgExecutionTime: finished === 0 ? null : this.#totalTime / finished,
      p50ExecutionTime: percentile(times, 50),
      p95ExecutionTime: percentile(times, 95),
    };
  }

  get tokens(): number | null {
    return this.#tokens;
  }

  get cost(): number | null {
    return this.#cost;
  }

  report(): ReportFigures {
    return {
      ...this.figures(),
      verified: this.#verified,
      refuted: this.#refuted,
      reasons: { ...this.#reasons },
      outcomes: { ...this.#outcomes },
      tokens: this.#tokens,
      cost: this.#cost,
    };
  }
}

/** One counter per key, in the order in which the keys first came. */
export class FigureGroups {
  readonly #groups = new Map<string, FigureCounter>();

  add(key: string, tally: TaskTally): void {
    let group = this.#groups.get(key);
    if (group === undefined) this.#groups.set(key, (group = new FigureCounter()));
    group.add(tally);
  }

  entries(): [key: string, group: FigureCounter][] {
    return [...this.#groups];
  }
}

function percent(part: number, whole: number): number | null {
  return whole === 0 ? null : (part / whole) * 100;
}
