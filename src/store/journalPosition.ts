import { SUM_BYTES } from './journalLine.ts';
import type { SegmentFiles } from './segmentFiles.ts';

/** The end of a record: `seq` is the highest number up to there, `sum` that of the record. */
export interface JournalPosition {
  readonly segment: number;
  readonly offset: number;
  readonly seq: number;
  readonly sum: string;
}

export const BEGINNING: JournalPosition = { segment: 1, offset: 0, seq: 0, sum: '' };

/** Whether the journal has, up to this position, what it had when the position was noted. */
export function isAt(segments: SegmentFiles, position: JournalPosition): boolean {
  return position.seq === 0 ? position.offset === 0 : endsWith(segments, position) !== 'something else';
}

/** Whether the record of a position ends there, with its newline or without. */
export function endsWith(
  segments: SegmentFiles,
  position: JournalPosition,
): 'a line' | 'a record' | 'something else' {
  const length = SUM_BYTES + 1;
  const start = position.offset - length;
  const buffer = Buffer.alloc(length);
  try {
    if (start < 0 || segments.read(position.segment, buffer, start) < length) return 'something else';
  } catch {
    // Not there, or not a file: reading from the beginning will tell.
    return 'something else';
  }
  const end = `,"sum":"${position.sum}"}`;
  const text = buffer.toString('latin1');
  if (text === `${end}\n`) return 'a line';
  return text.endsWith(end) ? 'a record' : 'something else';
}
