import { crc32 } from 'node:zlib';
import type { SessionMetadata } from '../core/session.ts';
import type { SessionTally } from '../core/tally.ts';
import type { IndexedRow } from './indexedRow.ts';
import { type PackedRow, packRow, unpackRow } from './packedRow.ts';
import { type PackedTally, packTally, unpackTally } from './packedTally.ts';

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
/** A line stays far below what is read as one. */
const BATCH_LENGTH = 48 * 1024;
const ROW_LENGTH = 320;
const ID_LENGTH = 32;

/** Lines of the index carry a checksum: what a disk or a person changed is made anew, not shown. */
export function encodeIndexLine(value: object): string {
  const text = JSON.stringify(value);
  return `${crc32(text).toString(16).padStart(CRC_LENGTH, '0')} ${text}\n`;
}

/** Lines of rows, many in one: few large texts are parsed faster than many small ones. */
export function encodeRows(rows: readonly IndexedRow[]): string {
  let lines = '';
  let batch: PackedRow[] = [];
  let length = 0;
  for (const row of rows) {
    const packed = packRow(row);
    batch.push(packed);
    length += ROW_LENGTH + (row.row === undefined ? 0 : lengthOf(row.row));
    if (length < BATCH_LENGTH) continue;
    lines += encodeIndexLine(batch);
    [batch, length] = [[], 0];
  }
  return batch.length === 0 ? lines : lines + encodeIndexLine(batch);
}

/** The rows of a line, none when it is not as it was written. The first lines had one row each, with names. */
export function decodeRows(line: Buffer): readonly IndexedRow[] {
  const value = decodeIndexLine(line) as readonly PackedRow[] | IndexedRow | undefined;
  if (value === undefined) return [];
  return Array.isArray(value) ? value.map(reviveIndexed) : [reviveIndexed(value as IndexedRow)];
}

/** About how many characters a row takes that may be long. */
function lengthOf({ tasks, plans, tags, title }: SessionMetadata): number {
  return ID_LENGTH * (tasks.length + plans.length + tags.length) + 2 * title.length;
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

/** The first rows had their names, and dates as text. */
export function reviveIndexed(indexed: PackedRow | IndexedRow): IndexedRow {
  if (!('sessionId' in indexed)) return unpackRow(indexed);
  return indexed.row === undefined ? indexed : { ...indexed, row: reviveRow(indexed.row) };
}

function reviveRow(row: SessionMetadata): SessionMetadata {
  const ended = row.endTime === undefined ? {} : { endTime: new Date(row.endTime) };
  return { ...row, startTime: new Date(row.startTime), updatedAt: new Date(row.updatedAt), ...ended };
}
