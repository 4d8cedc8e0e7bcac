import { invalidInput } from './errors.ts';
import { startOfDay } from './statsPeriod.ts';

/** A point in time: an ISO 8601 date, the local day's first moment, or how long ago (`12h`, `7d`). */
export function parseSince(text: string, now: Date): Date {
  return parseTime('since', text, now);
}

/** Likewise, but a date means the end of that day. */
export function parseUntil(text: string, now: Date): Date {
  const time = parseTime('until', text, now);
  return DATE.test(text) ? startOfDay(time, 1) : time;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;

function parseTime(field: string, text: string, now: Date): Date {
  const [, amount, unit] = /^(\d{1,6})([hdw])$/.exec(text) ?? [];
  const hours = { h: 1, d: 24, w: 168 }[unit ?? ''];
  if (amount !== undefined && hours !== undefined)
    return new Date(now.getTime() - Number(amount) * hours * 3_600_000);
  // Without a time JavaScript takes it for UTC.
  const local = DATE.test(text) ? `${text}T00:00` : text;
  const date = /^\d{4}-\d{2}-\d{2}/.test(text) ? new Date(local) : undefined;
  if (date !== undefined && !Number.isNaN(date.getTime())) return date;
  throw invalidInput(
    field,
    `Not a time: ${JSON.stringify(text)}. Give a date such as 2026-01-31, or how long ago: 12h, 7d, 2w.`,
  );
}
