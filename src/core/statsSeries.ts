import { dayStart, startOfDay } from './statsPeriod.ts';
import type { DayFigures, StatsReport } from './statsReport.ts';
import { ENDED_OUTCOMES, type EndedOutcome } from './outcome.ts';

export type SeriesUnit = 'day' | 'week' | 'month' | 'year';

/** What came of the tasks that ended from `since` and before `until`. */
export interface SeriesColumn {
  readonly since: Date;
  readonly until: Date;
  readonly outcomes: Readonly<Record<EndedOutcome, number>>;
  readonly tasks: number;
}

export interface Series {
  readonly unit: SeriesUnit;
  /** Without gaps, oldest first; also those in which nothing ended. */
  readonly columns: readonly SeriesColumn[];
}

/** A clock that was centuries wrong makes no endless chart. */
const MOST_COLUMNS = 100;

/** For how many days at most which unit is used. */
const MOST: readonly (readonly [unit: SeriesUnit, days: number])[] = [
  ['day', 31],
  ['week', 27 * 7],
  ['month', 36 * 31],
  ['year', Infinity],
];

/** The report's days as columns that fit on a screen: days, or weeks (from Monday), months or years of a longer time. */
export function seriesOf({ days, since, until }: StatsReport, now: Date): Series {
  const [oldest, newest] = [days[0], days.at(-1)];
  const first = since ?? (oldest === undefined ? now : dayStart(oldest.day));
  // A task that ended on a clock that was ahead is shown too.
  const newestStart = newest === undefined ? now : dayStart(newest.day);
  const open = newestStart > now ? newestStart : now;
  const last = until === null ? open : new Date(until.getTime() - 1);
  const length = (last.getTime() - first.getTime()) / 86_400_000;
  const unit = MOST.find(([, most]) => length <= most)?.[0] ?? 'year';
  const counted = new Map<number, DayFigures[]>();
  for (const day of days) {
    const key = unitStart(dayStart(day.day), unit).getTime();
    const list = counted.get(key);
    if (list === undefined) counted.set(key, [day]);
    else list.push(day);
  }
  const columns: SeriesColumn[] = [];
  for (let at = unitStart(first, unit); at <= last; at = nextUnit(at, unit))
    columns.push(columnOf(at, nextUnit(at, unit), counted.get(at.getTime()) ?? []));
  return { unit, columns: columns.slice(-MOST_COLUMNS) };
}

function columnOf(since: Date, until: Date, days: readonly DayFigures[]): SeriesColumn {
  const outcomes = { verified: 0, completed: 0, refuted: 0, failed: 0, stopped: 0 };
  for (const day of days) {
    for (const outcome of ENDED_OUTCOMES) outcomes[outcome] += day.outcomes[outcome];
  }
  return { since, until, outcomes, tasks: days.reduce((sum, { tasks }) => sum + tasks, 0) };
}

function unitStart(date: Date, unit: SeriesUnit): Date {
  if (unit === 'year') return new Date(date.getFullYear(), 0, 1);
  if (unit === 'month') return new Date(date.getFullYear(), date.getMonth(), 1);
  return startOfDay(date, unit === 'week' ? -((date.getDay() + 6) % 7) : 0);
}

function nextUnit(start: Date, unit: SeriesUnit): Date {
  if (unit === 'year') return new Date(start.getFullYear() + 1, 0, 1);
  if (unit === 'month') return new Date(start.getFullYear(), start.getMonth() + 1, 1);
  return startOfDay(start, unit === 'week' ? 7 : 1);
}
