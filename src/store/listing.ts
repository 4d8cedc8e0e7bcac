import { invalidInput } from '../core/errors.ts';
import type { DamagedFile, SessionPage, SessionQuery } from '../core/ports.ts';
import type { SessionMetadata } from '../core/session.ts';
import type { IndexedRow } from './indexedRow.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1000;

/** The order of every list: newest first, ties by id. */
export function compareRows(a: RowKey, b: RowKey): number {
  return b.startTime.getTime() - a.startTime.getTime() || compareIds(a, b);
}

/** The same of the index, where those that cannot be read are last. */
export function compareIndexed(a: IndexedRow, b: IndexedRow): number {
  return (b.row?.startTime.getTime() ?? 0) - (a.row?.startTime.getTime() ?? 0) || compareIds(a, b);
}

function compareIds(a: Pick<RowKey, 'sessionId'>, b: Pick<RowKey, 'sessionId'>): number {
  return a.sessionId < b.sessionId ? -1 : a.sessionId > b.sessionId ? 1 : 0;
}

type RowKey = Pick<SessionMetadata, 'startTime' | 'sessionId'>;

export function limitOf(query: SessionQuery): number {
  return Math.min(MAX_LIMIT, Math.max(1, query.limit ?? DEFAULT_LIMIT));
}

/** A cursor names the last row of a page: it stays right whatever comes and goes. */
function cursorAfter({ startTime, sessionId }: RowKey): string {
  return Buffer.from(`${startTime.getTime()} ${sessionId}`).toString('base64url');
}

export function parseCursor(cursor: string): RowKey {
  const [, time, sessionId] =
    /^(-?\d{1,16}) ([0-9a-f-]{36})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (time === undefined || sessionId === undefined) {
    throw invalidInput(
      'cursor',
      'This is not a cursor of a list of sessions. Start the list again without one.',
    );
  }
  return { startTime: new Date(Number(time)), sessionId };
}

/** Every word that a search asks for, in lower case. */
export function wordsOf(query: SessionQuery): readonly string[] {
  return (query.q ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter(word => word !== '');
}

/** Whether a list that nobody asked anything of has it. */
export function isOrdinary(row: SessionMetadata): boolean {
  return !row.archived;
}

/** Whether a row belongs in a list; the search text is asked for only when it is needed. */
export function isWanted(row: SessionMetadata, query: SessionQuery): boolean {
  const inArchive = query.only === 'archived' ? row.archived : query.archived === true || isOrdinary(row);
  return (
    inArchive &&
    (query.only !== 'pinned' || row.pinned) &&
    (query.status === undefined || row.status === query.status)
  );
}

/** A page of rows that are in order. */
export function pageOf(
  rows: readonly SessionMetadata[],
  query: SessionQuery,
  damaged: readonly DamagedFile[],
): SessionPage {
  const limit = limitOf(query);
  const start = query.cursor === undefined ? 0 : firstAfter(rows, parseCursor(query.cursor));
  const sessions = rows.slice(start, start + limit);
  const last = sessions.at(-1);
  const more = start + limit < rows.length && last !== undefined;
  return { sessions, ...(more ? { nextCursor: cursorAfter(last) } : {}), total: rows.length, damaged };
}

function firstAfter(rows: readonly RowKey[], key: RowKey): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle];
    if (row !== undefined && compareRows(row, key) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
