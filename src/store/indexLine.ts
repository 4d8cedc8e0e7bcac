import { crc32 } from 'node:zlib';
import type { DamagedFile } from '../core/ports.ts';
import type { SessionMetadata } from '../core/session.ts';
import type { SessionTally, TaskTally } from '../core/stats.ts';

/** A session as the index knows it, and the file and content that this was made from. */
export interface IndexedRow {
  readonly sessionId: string;
  readonly stamp: string;
  /** `undefined`: no record can be read. */
  readonly row: SessionMetadata | undefined;
  readonly deleted: boolean;
  readonly damaged: DamagedFile | undefined;
}

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

const CRC_LENGTH = 8;

/** Lines of the index carry a checksum: what a disk or a person changed is made anew, not shown. */
export function encodeIndexLine(value: object): string {
  const text = JSON.stringify(value);
  return `${crc32(text).toString(16).padStart(CRC_LENGTH, '0')} ${text}\n`;
}

export function decodeRow(line: Buffer): IndexedRow | undefined {
  const value = decodeIndexLine(line) as IndexedRow | undefined;
  return value && reviveIndexed(value);
}

export function decodeDetails(line: Buffer): IndexedDetails | undefined {
  const value = decodeIndexLine(line) as IndexedDetails | undefined;
  return value && { ...value, tally: reviveTally(value.tally) };
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

/** Dates travel as text. */
export function reviveIndexed(indexed: IndexedRow): IndexedRow {
  return indexed.row === undefined ? indexed : { ...indexed, row: reviveRow(indexed.row) };
}

function reviveRow(row: SessionMetadata): SessionMetadata {
  const ended = row.endTime === undefined ? {} : { endTime: new Date(row.endTime) };
  return { ...row, startTime: new Date(row.startTime), updatedAt: new Date(row.updatedAt), ...ended };
}

function reviveTally(tally: SessionTally): SessionTally {
  const tasks = tally.tasks.map((task): TaskTally => ({
    ...task,
    endedAt: task.endedAt === null ? null : new Date(task.endedAt),
  }));
  return { ...tally, updatedAt: new Date(tally.updatedAt), tasks };
}
