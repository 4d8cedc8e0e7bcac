import { crc32 } from 'node:zlib';
import type { SessionMetadata } from '../core/session.ts';
import type { SessionTally } from '../core/tally.ts';
import type { IndexedRow } from './indexedRow.ts';
import { type PackedTally, packTally, unpackTally } from './packedTally.ts';
import { LineOfRows } from './lineOfRows.ts';
import { type Columns, fromColumns, toColumns } from './rowColumns.ts';

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
/** Some hundred rows: where a byte is wrong, they are read anew. V8 asks the system for memory for each text beyond 128 KB. */
const BATCH_LENGTH = 240 * 1024;
const ROW_LENGTH = 320;
const ID_LENGTH = 32;

/** Lines of the index carry a checksum: what a disk or a person changed is made anew, not shown. */
export function encodeIndexLine(value: object): string {
  const text = JSON.stringify(value);
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
    lines += encodeIndexLine(toColumns(batch, inOrder));
    [batch, length] = [[], 0];
  }
  return batch.length === 0 ? lines : lines + encodeIndexLine(toColumns(batch, inOrder));
}

/** The rows of a line, none when it is not as it was written. */
export function decodeRows(line: Buffer): LineOfRows {
  const columns = decodeIndexLine(line);
  return columns === undefined ? LineOfRows.none : fromColumns(columns as Columns);
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
