import { outcomeOf } from './outcome.ts';
import type { SessionStore } from './ports.ts';
import type { SessionManager } from './sessionManager.ts';
import { sessionStats, sessionTally } from './state.ts';
import type { StatsPeriod } from './statsPeriod.ts';
import { reportedTask, type SessionReport, StatsCollector, type StatsReport } from './statsReport.ts';
import type { SessionTally, TaskTally } from './tally.ts';
import { type FoundTask, isWanted, type TaskFilter } from './taskFilter.ts';
import { TopList } from './topList.ts';

/** How many tasks a filter finds at most. */
const FOUND = 200;

/** A period, of one session where it is named; of one that does not exist, or is in the trash, there is nothing (`sessions` is 0). */
export interface StatsScope extends StatsPeriod {
  readonly sessionId?: string | undefined;
}

/** Figures over the sessions of one root: one function behind every surface. All of it is read in slices. */
export class Statistics {
  readonly #store: Pick<SessionStore, 'tallies'>;
  readonly #sessions: Pick<SessionManager, 'getSession' | 'follow'>;

  constructor(store: Pick<SessionStore, 'tallies'>, sessions: Pick<SessionManager, 'getSession' | 'follow'>) {
    this.#store = store;
    this.#sessions = sessions;
  }

  /** Over all sessions, or over the tasks that ended in a period. Rejects with `invalid_input` for one that ends before it begins. */
  async over(period: StatsPeriod = {}): Promise<StatsReport> {
    const [report] = await this.overEach([period]);
    return report;
  }

  /** The same over each of several scopes, for all of which the sessions are read once. */
  async overEach<S extends readonly [StatsScope, ...StatsScope[]]>(
    scopes: S,
  ): Promise<{ [K in keyof S]: StatsReport }> {
    const collectors = scopes.map(scope => ({ ...scope, collector: new StatsCollector(scope) }));
    const earliest = Math.min(...scopes.map(({ since }) => since?.getTime() ?? -Infinity));
    await this.collect(
      tally => {
        for (const { sessionId, collector } of collectors)
          if (sessionId === undefined || sessionId === tally.sessionId) collector.add(tally);
      },
      earliest === -Infinity ? undefined : new Date(earliest),
    );
    return collectors.map(({ collector }) => collector.report()) as { [K in keyof S]: StatsReport };
  }

  /** The same of one session. Rejects with `not_found`. */
  async ofSession(sessionId: string, period: StatsPeriod = {}): Promise<SessionReport> {
    const collector = new StatsCollector(period);
    // A session in the trash has no statistics.
    await this.#sessions.getSession(sessionId);
    const { state, hold } = await this.#sessions.follow(sessionId);
    hold.dispose();
    collector.add(sessionTally(state));
    return { duration: sessionStats(state).duration, ...collector.report() };
  }

  /** The newest tasks that a filter wants, at most 200. */
  async find(filter: TaskFilter): Promise<readonly FoundTask[]> {
    const found = new TopList<FoundTask>(FOUND, newestFirst);
    await this.collect(({ sessionId, tasks }) => {
      for (const task of tasks) if (isWanted(task, filter)) found.add(foundTask(sessionId, task));
    }, filter.since);
    return found.entries;
  }

  /** Hands over what every session, or every one with an event at or after `since`, contributes. */
  async collect(take: (tally: SessionTally) => void, since?: Date): Promise<void> {
    await this.#store.tallies(take, since);
  }
}

function foundTask(sessionId: string, task: TaskTally): FoundTask {
  const { executionTime, endedAt } = task;
  return { ...reportedTask(sessionId, task), outcome: outcomeOf(task), executionTime, endedAt };
}

function newestFirst(a: FoundTask, b: FoundTask): number {
  const order = (b.endedAt?.getTime() ?? Infinity) - (a.endedAt?.getTime() ?? Infinity);
  return order || (a.taskId < b.taskId ? -1 : 1);
}
