import type { AgentTask } from '../core/task.ts';

/** How an unknown is shown. */
const UNKNOWN = '–';

/** Figures in words, grouped as the person's locale does. */
export interface Format {
  readonly number: (value: number | null | undefined) => string;
  readonly percent: (value: number | null | undefined) => string;
  /** US dollars. */
  readonly cost: (value: number | null | undefined) => string;
  readonly duration: (ms: number | null | undefined) => string;
  /** Time of day. */
  readonly time: (date: Date) => string;
  /** Date and time. */
  readonly date: (date: Date | undefined) => string;
  /** How long ago, in words. */
  readonly age: (date: Date, now: Date) => string;
  /** `1 file`, `2 files`. */
  readonly count: (value: number, one: string, many: string) => string;
}

export function createFormat(env: Readonly<Record<string, string | undefined>>): Format {
  const locale = localeOf(env);
  const numbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const number = (value: number | null | undefined): string =>
    value === null || value === undefined ? UNKNOWN : numbers.format(value);
  return {
    number,
    percent: value => (value === null || value === undefined ? UNKNOWN : `${numbers.format(value)} %`),
    cost: value => {
      if (value === null || value === undefined) return UNKNOWN;
      return new Intl.NumberFormat(locale, { style: 'currency', currency: 'USD' }).format(value);
    },
    duration: ms => duration(ms, numbers),
    time: date => date.toLocaleTimeString(locale, { hour12: false }),
    date: date =>
      date === undefined
        ? UNKNOWN
        : date.toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short', hour12: false }),
    age: (date, now) => age(date, now, locale),
    count: (value, one, many) => `${number(value)} ${value === 1 ? one : many}`,
  };
}

/** The locale that the environment asks for, in the order of POSIX; English where it names none that is known. */
export function localeOf(env: Readonly<Record<string, string | undefined>>): string {
  const named = [env['LC_ALL'], env['LC_NUMERIC'], env['LANG']].find(
    value => value !== undefined && value !== '',
  );
  const tag = (named ?? '').replace(/[.@].*$/, '').replaceAll('_', '-');
  try {
    return Intl.NumberFormat.supportedLocalesOf(tag === '' ? [] : [tag])[0] ?? 'en-US';
  } catch {
    return 'en-US';
  }
}

/** What became of a task, in a word or two. */
export function outcomeOf(task: Pick<AgentTask, 'status' | 'reason' | 'awaiting'>): string {
  if (task.status === 'running' && task.awaiting !== undefined) return `waits for ${task.awaiting}`;
  if (task.status !== 'failed' || task.reason === undefined || task.reason === 'error') return task.status;
  return task.reason === 'verification' ? 'not verified' : task.reason;
}

function duration(ms: number | null | undefined, numbers: Intl.NumberFormat): string {
  if (ms === null || ms === undefined) return UNKNOWN;
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${String(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${String(minutes)} m ${String(seconds % 60)} s`;
  return `${numbers.format(Math.floor(minutes / 60))} h ${String(minutes % 60)} m`;
}

function age(date: Date, now: Date, locale: string): string {
  const seconds = Math.max(0, Math.round((now.getTime() - date.getTime()) / 1000));
  if (seconds < 60) return 'just now';
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${String(minutes)} min ago`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${String(hours)} h ago`;
  const days = Math.floor(hours / 24);
  return days < 7 ? `${String(days)} d ago` : date.toLocaleDateString(locale, { dateStyle: 'medium' });
}
