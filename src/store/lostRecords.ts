import { join } from 'node:path';
import { decodeLine } from './journalLine.ts';
import type { JournalReader } from './journalReader.ts';
import { scanLines } from './lineScanner.ts';
import type { JournalLine, RecentLines } from './recentLines.ts';
import { openRegular } from './regularFile.ts';
import type { SegmentFiles } from './segmentFiles.ts';
import { conflictName } from '../core/sessionFileName.ts';
import type { StorePorts } from './storePorts.ts';
import { makeWhole } from './wholeFile.ts';

const CHUNK = 256 * 1024;

/** How what was known relates to what is on disk after a foreign hand was at the files. */
export interface Comparison {
  /** Known lines that follow on what is on disk. */
  readonly missing: readonly JournalLine[];
  /** Known lines from the first on that another record has the number of. */
  readonly conflicting: readonly JournalLine[];
}

/** Compares known lines, in order, of two of one number the right one first, with a journal that was read from its beginning. */
export function compareWithDisk(known: Iterable<JournalLine>, disk: JournalReader): Comparison {
  const missing: JournalLine[] = [];
  const conflicting: JournalLine[] = [];
  const sums = new Map<number, string>();
  for (const line of known) {
    const earlier = sums.get(line.seq);
    if (earlier === line.sum) continue;
    const found = disk.compare(line.seq, line.sum);
    if (conflicting.length > 0 || found === 'other' || earlier !== undefined) conflicting.push(line);
    else if (found === 'free') {
      missing.push(line);
      sums.set(line.seq, line.sum);
    }
  }
  return { missing, conflicting };
}

/**
 * The lines of files that are held open, though their names may be gone; where they lack some, what memory has of them. Those
 * that contradict memory, for somebody wrote over the file, come last.
 */
export function* linesOf(segments: SegmentFiles, recent: RecentLines): Generator<JournalLine> {
  const remembered = recent.all();
  const sums = new Map(remembered.map(({ seq, sum }) => [seq, sum]));
  const inFiles = new Set<number>();
  for (const { seq, sum } of heldLines(segments)) if (sums.get(seq) === sum) inFiles.add(seq);
  const lacking = remembered.filter(line => !inFiles.has(line.seq));
  const contradicting: JournalLine[] = [];
  let next = 0;
  for (const line of heldLines(segments)) {
    if ((sums.get(line.seq) ?? line.sum) !== line.sum) {
      contradicting.push(line);
      continue;
    }
    for (let lost = lacking[next]; lost !== undefined && lost.seq < line.seq; lost = lacking[++next])
      yield lost;
    yield line;
  }
  yield* lacking.slice(next);
  yield* contradicting;
}

function* heldLines(segments: SegmentFiles): Generator<JournalLine> {
  for (const segment of segments.held) {
    const read = (buffer: Uint8Array, at: number): number => segments.read(segment, buffer, at);
    for (const { bytes } of scanLines(read, 0, segments.size(segment))) {
      const decoded = decodeLine(bytes);
      if (decoded.kind === 'damaged') continue;
      const seq = decoded.kind === 'record' ? decoded.record.seq : decoded.seq;
      yield { seq, sum: decoded.sum, bytes: Buffer.concat([bytes, Buffer.from('\n')]) };
    }
  }
}

/** Puts a segment back whose name is gone, from the descriptor that is still held. */
export async function putBack(segment: number, segments: SegmentFiles, ports: StorePorts): Promise<void> {
  const file = await makeWhole(segments.pathOf(segment), contentOf(segment, segments), ports);
  ports.files.close(file.descriptor);
}

function* contentOf(segment: number, segments: SegmentFiles): Generator<Buffer> {
  const size = segments.size(segment);
  for (let position = 0; position < size;) {
    const chunk = Buffer.alloc(Math.min(CHUNK, size - position));
    const count = segments.read(segment, chunk, position);
    if (count === 0) return;
    yield chunk.subarray(0, count);
    position += count;
  }
}

/** Keeps the lines of a second history beside the first, durable, and returns the file's name. */
export async function keepConflictCopy(
  sessionId: string,
  lines: readonly JournalLine[],
  { files, paths }: StorePorts,
): Promise<string> {
  let number = 1;
  while (files.lstat(join(paths.sessions, conflictName(sessionId, number))) !== undefined) number++;
  const name = conflictName(sessionId, number);
  const { descriptor } = openRegular(files, join(paths.sessions, name), 'create');
  try {
    let rest: Buffer = Buffer.concat(lines.map(line => line.bytes));
    while (rest.length > 0) rest = rest.subarray(files.append(descriptor, rest));
    await files.datasync(descriptor);
  } finally {
    files.close(descriptor);
  }
  await files.syncDirectory(paths.sessions);
  return name;
}
