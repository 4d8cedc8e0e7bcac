import { basename, join } from 'node:path';
import type { FileStat } from './fileSystem.ts';
import { type Expected, JournalReplaced, JournalWriter } from './journalWriter.ts';
import { compareWithDisk, keepConflictCopy, linesOf } from './lostRecords.ts';
import type { JournalLine } from './recentLines.ts';
import { isSameFile } from './regularFile.ts';
import { endsWith, isAt } from './journalPosition.ts';
import { isAmong } from './journalReader.ts';
import type { LoadedSession } from './sessionLoad.ts';
import type { StorePorts } from './storePorts.ts';

/** A program that goes on replacing the files for longer is not outlasted. */
const MAX_ROUNDS = 10;
const STILL_MS = 5;
const MAX_LOOKS = 40;

/** Whether the files that were read and written still have their names, the last one not shorter than it was. */
function isInPlace(loaded: LoadedSession): boolean {
  return isLastInPlace(loaded) && loaded.segments.areSame(loaded.reader.segment);
}

/** The same of the last one. */
export function isLastInPlace({ segments, reader }: LoadedSession): boolean {
  const { stat, same } = segments.look(reader.segment);
  if (!same) return false;
  if (stat !== undefined) return stat.size >= reader.offset;
  const { segment, seq } = reader.position;
  return seq === 0 || segment !== reader.segment;
}

/** Whether somebody else than a writer of ours was at the files: replaced, removed, cut or overwrote the journal. */
export function isDisturbed(loaded: LoadedSession): boolean {
  const { segments, reader } = loaded;
  return !isInPlace(loaded) || (segments.held.includes(reader.segment) && !isAt(segments, reader.position));
}

/** Whether nobody was at the files since they were last read or written, and the last record is all there is at their end. */
export function isQuiet({ segments, reader }: LoadedSession): boolean {
  const { segment, offset, position, needsReload, failure } = reader;
  if (needsReload || failure !== undefined) return false;
  if (position.segment !== segment || position.offset !== offset) return false;
  const { stat, same } = segments.look(segment);
  return (
    same &&
    stat?.size === offset &&
    segments.isNextSame(segment) &&
    endsWith(segments, position) === 'a line' &&
    segments.after(segment) === undefined
  );
}

/** What brings a journal back: what is known of it, and how to read what is on disk. */
export interface Restoration {
  readonly sessionId: string;
  readonly known: LoadedSession;
  readonly ports: StorePorts;
  /** All that is on disk, which may be nothing. */
  readonly readDisk: () => Promise<LoadedSession>;
}

/**
 * Writes again what was acknowledged and is no longer on disk, and keeps beside it what contradicts the disk; looks again
 * until all of it is there, for whoever was at the files may not be done. Resolves with what is on disk then, held open, and
 * how many lines contradicted it. Only under the append lock.
 */
export async function restoreJournal({
  sessionId,
  known,
  ports,
  readDisk,
}: Restoration): Promise<{ readonly disk: LoadedSession; readonly conflicts: number }> {
  let aside: { readonly path: string; readonly lines: ReadonlySet<string> }[] = [];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    await untilStill(known, ports);
    const disk = await readDisk();
    let isComplete = false;
    try {
      const { missing, conflicting } = compareWithDisk(knownLines(known, disk), disk.reader);
      // Who removes a journal may remove what is beside it, too.
      aside = aside.filter(({ path }) => ports.files.lstat(path) !== undefined);
      const fresh = conflicting.filter(({ sum }) => !aside.some(({ lines }) => lines.has(sum)));
      if (fresh.length > 0) {
        const path = await keepAside(sessionId, fresh, ports);
        aside.push({ path, lines: new Set(fresh.map(({ sum }) => sum)) });
      } else if (missing.length === 0) isComplete = isInPlace(disk);
      if (missing.length > 0) await writeAgain(sessionId, missing, disk, ports);
      if (isComplete) return { disk, conflicts: conflicting.length };
    } catch (error) {
      if (!(error instanceof JournalReplaced)) throw error;
    } finally {
      if (!isComplete) disk.close();
    }
  }
  throw new JournalReplaced();
}

/**
 * Files that still have their name say what they say, and memory the rest; of those that have lost it, or that another history
 * came before since, all is known.
 */
function knownLines(known: LoadedSession, disk: LoadedSession): Iterable<JournalLine> {
  const { segments, reader, recent } = known;
  const { same } = segments.look(reader.segment);
  const isJoined = disk.damage.some(harm => harm.kind === 'conflict' && !isAmong(harm, known.damage));
  if (!isJoined && same && segments.held.includes(reader.segment) && segments.areSame(reader.segment))
    return recent.from(firstFree(disk, reader.nextSeq)) ?? [];
  return linesOf(segments, recent);
}

/** The first number without a record; at most `limit`. */
function firstFree({ reader }: LoadedSession, limit: number): number {
  let seq = 1;
  while (seq < limit && reader.compare(seq, '') !== 'free') seq++;
  return seq;
}

/** A file that another program is just making is not written into: that program would write over it. */
async function untilStill({ segments, reader }: LoadedSession, ports: StorePorts): Promise<void> {
  let before = segments.look(reader.segment).stat;
  for (let looks = 0; looks < MAX_LOOKS; looks++) {
    await ports.pause(STILL_MS);
    const now = segments.look(reader.segment).stat;
    if (isUnchanged(before, now)) return;
    before = now;
  }
}

function isUnchanged(before: FileStat | undefined, now: FileStat | undefined): boolean {
  if (before === undefined || now === undefined) return before === now;
  return isSameFile(before, now) && before.size === now.size && before.mtimeMs === now.mtimeMs;
}

async function keepAside(
  sessionId: string,
  lines: readonly JournalLine[],
  ports: StorePorts,
): Promise<string> {
  const name = await keepConflictCopy(sessionId, lines, ports);
  ports.logger.warn(
    `Two histories of ${sessionId} were found. The one that is not on disk is kept as ${name}.`,
  );
  return join(ports.paths.sessions, name);
}

async function writeAgain(
  sessionId: string,
  lines: readonly JournalLine[],
  disk: LoadedSession,
  ports: StorePorts,
): Promise<void> {
  const { reader, segments } = disk;
  const writer = new JournalWriter(ports, segment => ports.paths.journal(sessionId, segment));
  try {
    const expected = expectedOnDisk(disk);
    if (expected !== 'nothing') await writer.endLine(reader.segment, expected);
    const { stored, failure } = await writer.append(reader.segment, lines, expected);
    if (stored < lines.length) throw failure;
  } finally {
    writer.close();
  }
  const what = `${lines.length} records of ${basename(segments.pathOf(1))}`;
  ports.logger.warn(`${what} had been removed by another program; they were written again.`);
}

function expectedOnDisk({ reader, segments }: LoadedSession): Expected {
  const expected = segments.expected(reader.segment, reader.offset);
  // A file without one record is not held.
  const { stat } = segments.look(reader.segment);
  if (expected === 'nothing' && stat !== undefined) return { file: stat, bytes: 0, ended: false, torn: true };
  return typeof expected === 'object' ? { ...expected, torn: true } : expected;
}
