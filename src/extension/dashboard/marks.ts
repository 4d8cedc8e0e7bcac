import type { TaskFilter } from '../../core/taskFilter.ts';

/** What a mark of the dashboard leads to. */
export type MarkTarget =
  | { readonly kind: 'tasks'; readonly title: string; readonly filter: TaskFilter }
  | { readonly kind: 'task'; readonly sessionId: string; readonly taskId: string };

/** The marks of one drawing. The page knows their ids only, so it can open nothing but what it was shown. */
export class Marks {
  readonly #targets = new Map<string, MarkTarget>();
  readonly #period: TaskFilter;

  constructor(period: TaskFilter) {
    this.#period = period;
  }

  /** A mark for the tasks of the period that a filter wants; none when there are none. */
  tasks(id: string, title: string, count: number, filter: TaskFilter = {}): string | null {
    if (count === 0) return null;
    const { since, until } = this.#period;
    // A column of weeks may begin before the period does.
    const bounds = { since: latest(since, filter.since), until: earliest(until, filter.until) };
    this.#targets.set(id, { kind: 'tasks', title, filter: { ...filter, ...bounds } });
    return id;
  }

  task(id: string, sessionId: string, taskId: string): string {
    this.#targets.set(id, { kind: 'task', sessionId, taskId });
    return id;
  }

  get(id: string): MarkTarget | undefined {
    return this.#targets.get(id);
  }
}

function latest(a: Date | undefined, b: Date | undefined): Date | undefined {
  return a === undefined || (b !== undefined && b > a) ? b : a;
}

function earliest(a: Date | undefined, b: Date | undefined): Date | undefined {
  return a === undefined || (b !== undefined && b < a) ? b : a;
}
