import { crc32 } from 'node:zlib';
import { isSessionId, type SessionMetadata } from '../core/session.ts';
import type { SessionTally } from '../core/tally.ts';
import type { IndexedRow } from './indexedRow.ts';
import { type PackedTally, packTally, unpackTally } from './packedTally.ts';
import { fromColumns, reviveIndexed, type RowColumns, toColumns } from './rowColumns.ts';

/** What searches and statistics need beyond the row. */
export interface IndexedDetails {
  readonly sessionId: string;
  readonly stamp: string;
  readonly searchText: string;
  readonly tally: SessionTally;
  /** All task ids, and all of the text; otherwise the files know more. */
  readonly complete: boolean;
  readonly taskIds: readonly string[];
}

type PackedDetails = Omit<IndexedDetails, 'tally'> & { readonly tally: PackedTally };

const CRC_LENGTH = 8;
const OWNER = /^\{"sessionId":"([0-9a-f-]{36})",$/;
const OWNER_LENGTH = '{"sessionId":"",'.length + 36;
/** A line stays below what is read as one. */
const BATCH_LENGTH = 144 * 1024;
const ROW_LENGTH = 320;
const ID_LENGTH = 32;

/** Lines of the index carry a checksum: what a disk or a person changed is made anew, not shown. */
export function encodeIndexLine(value: object): string {
  const text = JSON.stringify(value);
  return `${crc32(text).toString(16).padStart(CRC_LENGTH, '0')} ${text}\n`;
}

/** The rows of a line of the index. */
export interface LineOfRows {
  readonly rows: readonly IndexedRow[];
  /** Whether they follow those of the line before in the order of lists, and none of them is in a line before. */
  readonly inOrder: boolean;
}

/** Lines of rows, many in one: few large texts are parsed faster than many small ones. */
export function encodeRows(rows: readonly IndexedRow[], inOrder: boolean): string {
  let lines = '';
  let batch: IndexedRow[] = [];
  let length = 0;
  for (const row of rows) {
    batch.push(row);
    length += ROW_LENGTH + (row.row === undefined ? 0 : lengthOf(row.row));
    if (length < BATCH_LENGTH) continue;
    lines += encodeIndexLine(toColumns(batch, inOrder));
    [batch, length] = [[], 0];
  }
  return batch.length === 0 ? lines : lines + encodeIndexLine(toColumns(batch, inOrder));
}

/** The rows of a line, none when it is not as it was written. */
export function decodeRows(line: Buffer): LineOfRows {
  const value = decodeIndexLine(line) as RowColumns | IndexedRow | undefined;
  if (value === undefined) return { rows: [], inOrder: false };
  return { rows: reviveRows(value), inOrder: 'inOrder' in value && value.inOrder };
}

/** The first lines had one row each, with names. What was written between these and columns is read from the sessions anew. */
export function reviveRows(value: RowColumns | IndexedRow | readonly IndexedRow[]): readonly IndexedRow[] {
  if ('others' in value) return fromColumns(value);
  const rows = 'sessionId' in value ? [value] : value;
  return rows.filter(row => isSessionId(row.sessionId)).map(reviveIndexed);
}

/** About how many characters a row takes that may be long. */
function lengthOf({ tasks, plans, tags, title }: SessionMetadata): number {
  return ID_LENGTH * (tasks.length + plans.length + tags.length) + 3 * title.length;
}

/** The tallies are most of such a line, so they travel without their names. */
export function encodeDetails(details: IndexedDetails): string {
  return encodeIndexLine({ ...details, tally: packTally(details.tally) });
}

/** Whose details a line has, without reading the rest of it; `undefined` where that is not at its beginning. */
export function detailsOwner(line: Buffer): string | undefined {
  return OWNER.exec(line.toString('latin1', CRC_LENGTH + 1, CRC_LENGTH + 1 + OWNER_LENGTH))?.[1];
}

export function decodeDetails(line: Buffer): IndexedDetails | undefined {
  const value = decodeIndexLine(line) as PackedDetails | IndexedDetails | undefined;
  if (value === undefined) return undefined;
  // The first tallies knew less: without a stamp the line is out of date, and the session's own files are read.
  if ('sessionId' in value.tally) return { ...value, stamp: '', tally: value.tally };
  return { ...value, tally: unpackTally(value.sessionId, value.tally) };
}

/**
 * What a line says; `undefined` when it is not as it was written. Its shape is trusted: it is in the user's own cache, made
 * by this format's code, and its checksum is right.
 */
export function decodeIndexLine(line: Buffer): unknown {
  const body = line.subarray(CRC_LENGTH + 1);
  if (parseInt(line.toString('latin1', 0, CRC_LENGTH), 16) !== crc32(body)) return undefined;
  return JSON.parse(body.toString()) as unknown;
}
