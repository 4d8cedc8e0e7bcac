import type { SessionRecord } from '../core/events.ts';
import { decodeLine } from './journalLine.ts';
import { BEGINNING, type JournalPosition } from './journalPosition.ts';
import { JournalReader } from './journalReader.ts';
import { scanLines } from './lineScanner.ts';
import { SegmentFiles } from './segmentFiles.ts';
import { slicer, type StorePorts } from './storePorts.ts';

const BATCH = 256;

/** The records of a journal above a number, in batches, in memory that does not grow with it. */
export async function* recordsAfter(
  sessionId: string,
  afterSeq: number,
  ports: StorePorts,
): AsyncGenerator<readonly SessionRecord[]> {
  const segments = new SegmentFiles(ports.files, segment => ports.paths.journal(sessionId, segment));
  const breathe = slicer(ports);
  try {
    let batch: SessionRecord[] = [];
    for (const item of new JournalReader(segments, startFor(afterSeq, segments)).read(false)) {
      if (item.kind === 'record' && item.record.seq > afterSeq) batch.push(item.record);
      if (batch.length === BATCH) {
        yield batch;
        batch = [];
      }
      const pause = breathe();
      if (pause !== undefined) await pause;
    }
    if (batch.length > 0) yield batch;
  } finally {
    segments.close();
  }
}

/** Segments that end before the first wanted record need not be read. */
function startFor(afterSeq: number, segments: SegmentFiles): JournalPosition {
  let start = BEGINNING;
  for (let segment = segments.after(1); segment !== undefined; segment = segments.after(segment)) {
    const first = firstSeqOf(segment, segments);
    if (first === undefined || first > afterSeq) break;
    start = { segment, offset: 0, seq: first - 1, sum: '' };
  }
  return start;
}

function firstSeqOf(segment: number, segments: SegmentFiles): number | undefined {
  try {
    const read = (buffer: Uint8Array, at: number): number => segments.read(segment, buffer, at);
    for (const { bytes } of scanLines(read, 0, segments.size(segment))) {
      const decoded = decodeLine(bytes);
      return decoded.kind === 'record' ? decoded.record.seq : undefined;
    }
  } catch {
    // Not a file of ours; reading from the beginning tells what there is.
  }
  return undefined;
}
