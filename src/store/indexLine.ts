import { crc32 } from 'node:zlib';
import { isSessionId, type SessionMetadata } from '../core/session.ts';
import type { SessionTally } from '../core/tally.ts';
import type { IndexedRow } from './indexedRow.ts';
import { type PackedTally, packTally, unpackTally } from './packedTally.ts';
import { fromColumns, isInColumns, type LineOfRows, reviveIndexed, toColumns } from './rowColumns.ts';

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
/** About a thousand rows: where a byte of a line is wrong, its rows are read anew. */
const BATCH_LENGTH = 640 * 1024;
const ROW_LENGTH = 320;
const ID_LENGTH = 32;

/** Lines of the index carry a checksum: what a disk or a person changed is made anew, not shown. */
export function encodeIndexLine(value: object): string {
  return summed(JSON.stringify(value));
}

function summed(text: string): string {
  return `${crc32(text).toString(16).padStart(CRC_LENGTH, '0')} ${text}\n`;
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
    lines += summed(toColumns(batch, inOrder));
    [batch, length] = [[], 0];
  }
  return batch.length === 0 ? lines : lines + summed(toColumns(batch, inOrder));
}

/** The rows of a line, none when it is not as it was written. `text` is what its bytes say. */
export function decodeRows(line: Buffer, text = line.toString()): LineOfRows {
  return isIntact(line) ? reviveLine(text.slice(CRC_LENGTH + 1)) : { rows: [], inOrder: false };
}

/** The first lines had one row each, with names. What was written between these and columns is read from the sessions anew. */
function reviveLine(text: string): LineOfRows {
  if (isInColumns(text)) return fromColumns(text);
  const value = JSON.parse(text) as IndexedRow | { readonly count: number };
  return { rows: 'count' in value ? [] : reviveRows([value]), inOrder: false };
}

/** The rows of a head: in columns, or with names as in the first ones. */
export function reviveRows(rows: string | readonly IndexedRow[]): readonly IndexedRow[] {
  if (typeof rows === 'string') return fromColumns(rows).rows;
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
  return isIntact(line) ? (JSON.parse(line.toString('utf8', CRC_LENGTH + 1)) as unknown) : undefined;
}

function isIntact(line: Buffer): boolean {
  return parseInt(line.toString('latin1', 0, CRC_LENGTH), 16) === crc32(line.subarray(CRC_LENGTH + 1));
}
