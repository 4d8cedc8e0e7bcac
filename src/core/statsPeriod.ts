import { invalidInput } from './errors.ts';

/** Which tasks count: those that ended at or after `since` and before `until`. Without both, all of them. */
export interface StatsPeriod {
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
}

/** Days that a named period has, today included; `all` has no bounds. */
const DAYS: ReadonlyMap<string, number> = new Map([
  ...([
    ['day', 1],
    ['week', 7],
    ['month', 30],
    ['quarter', 90],
    ['year', 365],
  ] as const),
]);

export const PERIOD_NAMES: readonly string[] = [...DAYS.keys(), 'all'];

/** The named period that ends with today, in whole days of this machine's time zone. */
export function namedPeriod(name: string, now: Date): StatsPeriod {
  if (name === 'all') return {};
  const days = DAYS.get(name);
  if (days !== undefined) return { since: startOfDay(now, 1 - days) };
  throw invalidInput('period', `A period is one of ${PERIOD_NAMES.join(', ')}, not ${JSON.stringify(name)}.`);
}

/** Refuses a period that cannot hold anything. */
export function checkPeriod({ since, until }: StatsPeriod): void {
  if (since === undefined || until === undefined || since < until) return;
  throw invalidInput('until', 'The period ends before it begins.');
}

export function isInPeriod(at: Date | null, { since, until }: StatsPeriod): boolean {
  if (since === undefined && until === undefined) return true;
  return at !== null && (since === undefined || at >= since) && (until === undefined || at < until);
}

/** The first moment of the local day that is `days` after that of `date`, also over changes of the clock. */
export function startOfDay(date: Date, days = 0): Date {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days);
}

/** The local day, as ISO 8601 has it: `2026-01-31`. */
export function dayOf(date: Date): string {
  const [year, month, day] = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** The first moment of a local day that `dayOf` named. */
export function dayStart(day: string): Date {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date);
}
