import { FigureCounter, FigureGroups, type ReportFigures } from './figures.ts';
import type { OverallStats, SessionStats } from './stats.ts';
import { checkPeriod, dayOf, isInPeriod, type StatsPeriod } from './statsPeriod.ts';
import type { SessionTally, TaskTally } from './tally.ts';
import type { FailureReason, TaskStatus, TaskType } from './task.ts';
import { TopList } from './topList.ts';

/** How many of the slowest and of the most retried tasks a report names. */
const TOP = 10;

/** Where one bar of the distribution of durations ends and the next begins, in milliseconds. */
export const DURATION_BOUNDS: readonly number[] = [1_000, 5_000, 15_000, 60_000, 300_000, 900_000, 3_600_000];

/** The tasks that ended on one local day. */
export interface DayFigures extends ReportFigures {
  /** `2026-01-31`, in the report's `timeZone`. */
  readonly day: string;
}

/** How many tasks took at least `from` and less than `to` milliseconds; `to` is `null` for the longest. */
export interface DurationBar {
  readonly from: number;
  readonly to: number | null;
  readonly tasks: number;
}

/** A task that a report names. */
export interface ReportedTask {
  readonly sessionId: string;
  readonly taskId: string;
  /** The beginning of its text. */
  readonly title: string;
  readonly type: TaskType;
  readonly agent: string;
  readonly status: TaskStatus;
  readonly reason: FailureReason | null;
}

export interface SlowTask extends ReportedTask {
  /** Milliseconds. */
  readonly executionTime: number;
}

/** A task that was run more than once; it stands for its newest attempt in the period. */
export interface RetriedTask extends ReportedTask {
  /** Attempts in the period. */
  readonly attempts: number;
}

/** Figures over sessions and a period: the one answer of the command line, the server and the dashboard. */
export interface StatsReport extends OverallStats, ReportFigures {
  /** The period: from `since`, before `until`; `null` where it is open. */
  readonly since: Date | null;
  readonly until: Date | null;
  /** Whose days `days` are, such as `Europe/Berlin`. */
  readonly timeZone: string;
  readonly byType: Readonly<Partial<Record<TaskType, ReportFigures>>>;
  readonly byAgent: Readonly<Record<string, ReportFigures>>;
  /** Tasks whose model is known. */
  readonly byModel: Readonly<Record<string, ReportFigures>>;
  /** Days on which a task ended, oldest first. */
  readonly days: readonly DayFigures[];
  readonly durations: readonly DurationBar[];
  readonly slowest: readonly SlowTask[];
  readonly mostRetried: readonly RetriedTask[];
}

/** The same of one session. */
export interface SessionReport extends StatsReport, Pick<SessionStats, 'duration'> {}

/** Makes a report from sessions that are given one by one. */
export class StatsCollector {
  readonly period: StatsPeriod;
  readonly #all = new FigureCounter();
  readonly #types = new FigureGroups();
  readonly #agents = new FigureGroups();
  readonly #models = new FigureGroups();
  readonly #days = new FigureGroups();
  readonly #durations = [0, ...DURATION_BOUNDS].map(() => 0);
  readonly #slowest = new TopList<SlowTask>(TOP, (a, b) => b.executionTime - a.executionTime || byId(a, b));
  readonly #retried = new TopList<RetriedTask>(TOP, (a, b) => b.attempts - a.attempts || byId(a, b));
  #sessions = 0;

  /** Throws `invalid_input` for a period that ends before it begins. */
  constructor(period: StatsPeriod = {}) {
    checkPeriod(period);
    this.period = period;
  }

  /** An opening balance and tasks that have not ended have no times, so they count only without a period. */
  add(session: SessionTally): void {
    const isAll = this.period.since === undefined && this.period.until === undefined;
    const tasks = session.tasks.filter(({ endedAt }) => isInPeriod(endedAt, this.period));
    if (isAll) this.#all.addBalance(session.balance);
    if (isAll || tasks.length > 0) this.#sessions++;
    for (const task of tasks) this.#addTask(session.sessionId, task);
    this.#addRetries(session.sessionId, tasks);
  }

  report(): StatsReport {
    return {
      sessions: this.#sessions,
      since: this.period.since ?? null,
      until: this.period.until ?? null,
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      ...this.#all.report(),
      byType: reports(this.#types),
      byAgent: reports(this.#agents),
      byModel: reports(this.#models),
      days: this.#days
        .entries()
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([day, figures]) => ({ day, ...figures.report() })),
      durations: this.#durations.map((tasks, at) => ({
        from: DURATION_BOUNDS[at - 1] ?? 0,
        to: DURATION_BOUNDS[at] ?? null,
        tasks,
      })),
      slowest: this.#slowest.entries,
      mostRetried: this.#retried.entries,
    };
  }

  #addTask(sessionId: string, task: TaskTally): void {
    this.#all.add(task);
    this.#types.add(task.type, task);
    this.#agents.add(task.agent, task);
    if (task.model !== null) this.#models.add(task.model, task);
    if (task.endedAt !== null) this.#days.add(dayOf(task.endedAt), task);
    const { executionTime } = task;
    if (executionTime === null) return;
    const bar = DURATION_BOUNDS.findIndex(bound => executionTime < bound);
    const at = bar === -1 ? DURATION_BOUNDS.length : bar;
    this.#durations[at] = (this.#durations[at] ?? 0) + 1;
    this.#slowest.add({ ...reportedTask(sessionId, task), executionTime });
  }

  /** Attempts of a task are in its session. */
  #addRetries(sessionId: string, tasks: readonly TaskTally[]): void {
    if (!tasks.some(({ retryOf }) => retryOf !== null)) return;
    for (const attempts of Map.groupBy(tasks, ({ taskId, retryOf }) => retryOf ?? taskId).values()) {
      const newest = attempts.reduce((a, b) => (b.attempt > a.attempt ? b : a));
      if (attempts.length > 1)
        this.#retried.add({ ...reportedTask(sessionId, newest), attempts: attempts.length });
    }
  }
}

export function reportedTask(sessionId: string, task: TaskTally): ReportedTask {
  const { taskId, title, type, agent, status, reason } = task;
  return { sessionId, taskId, title, type, agent, status, reason };
}

function reports(groups: FigureGroups): Record<string, ReportFigures> {
  return Object.fromEntries(groups.entries().map(([key, group]) => [key, group.report()]));
}

function byId(a: ReportedTask, b: ReportedTask): number {
  return a.taskId < b.taskId ? -1 : 1;
}
