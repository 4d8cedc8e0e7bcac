import { dirname } from 'node:path';
import { SessionError } from '../core/errors.ts';
import { errorCode, type FileStat } from './fileSystem.ts';
import { isSameFile, type OpenFile, openRegular } from './regularFile.ts';
import type { JournalLine } from './recentLines.ts';
import type { StorePorts } from './storePorts.ts';
import { makeWhole } from './wholeFile.ts';

/** From this size on, a segment gets no more records. */
export const SEGMENT_BYTES = 8 * 1024 * 1024;

/**
 * Which file a line is meant for: the one that was read, with the bytes that were read, of which the last is known to be a
 * newline or not; none; or whatever has the name. `torn`: an unfinished line may be behind these bytes.
 */
export type Expected =
  | { readonly file: FileStat; readonly bytes: number; readonly ended: boolean; readonly torn?: boolean }
  | 'nothing'
  | 'anything';

/** The file that a line was meant for was cut, or lost its name to another. */
export class JournalReplaced extends SessionError {
  constructor() {
    super(
      'conflict',
      'Another program keeps replacing the files of this session while it is written. What was asked for is not sure to be recorded. Look at the session when that program is done.',
    );
  }
}

export interface Appended {
  /** How many of the lines are durable: all of them, or those that were taken before `failure`. */
  readonly stored: number;
  readonly segment: number;
  /** Behind the last durable line. */
  readonly offset: number;
  /** The file that has the lines. */
  readonly file: FileStat;
  readonly failure: unknown;
}

interface OpenSegment {
  readonly segment: number;
  readonly file: OpenFile;
}

/** Appends to the journal of one session. Only ever called under its append lock. */
export class JournalWriter {
  readonly #ports: StorePorts;
  readonly #pathOf: (segment: number) => string;
  #open: OpenSegment | undefined;
  /** Lines that may be in a file without being durable: they go in front of the next ones, into a new segment. */
  #doubtful: readonly JournalLine[] = [];
  #segmentLost = false;
  /** Segments whose names are known to be durable; that of a file another process made may not be. */
  readonly #named = new Set<number>();

  constructor(ports: StorePorts, pathOf: (segment: number) => string) {
    this.#ports = ports;
    this.#pathOf = pathOf;
  }

  /** Makes the journal with its first lines. Rejects when they are not all stored: then there is no journal. */
  async begin(lines: readonly JournalLine[]): Promise<Appended> {
    const content = lines.map(line => line.bytes);
    const { file } = this.#use(1, await makeWhole(this.#pathOf(1), content, this.#ports));
    this.#named.add(1);
    return {
      stored: lines.length,
      segment: 1,
      offset: lengthOf(lines),
      file: file.stat,
      failure: undefined,
    };
  }

  /**
   * Appends `lines` behind segment `last`, one write and one `fdatasync`. When syncing fails, the same lines go into a new
   * segment: a descriptor that failed once tells nothing any more. Rejects when nothing at all was stored, with
   * `JournalReplaced` when segment `last` is not the file that was expected: then nothing was written.
   */
  async append(
    last: number,
    lines: readonly JournalLine[],
    expected: Expected = 'anything',
  ): Promise<Appended> {
    const target = this.#segmentLost ? undefined : this.#target(last, expected);
    if (target === undefined) return this.#appendToNew(last, lines);
    const { size } = target;
    const { descriptor } = target.file;
    if (target.segment === last && !hasSize(expected, size)) throw new JournalReplaced();
    const isEnded =
      (isEnd(expected, size) && target.segment === last) || !this.#lacksNewline(descriptor, size);
    const start = Buffer.from(isEnded ? '' : '\n');
    const bytes = Buffer.concat([start, ...lines.map(line => line.bytes)]);
    const { written, failure } = this.#write(descriptor, bytes);
    const stored = failure === undefined ? lines.length : wholeLines(lines, written - start.length);
    if (stored === 0) throw failure;
    const kept = lines.slice(0, stored);
    const offset = size + start.length + lengthOf(kept);
    try {
      await this.#ports.files.datasync(descriptor);
      if (!this.#named.has(target.segment)) await this.#syncName(target.segment);
    } catch (error) {
      // Without a folder there is no name to make durable; that it is gone shows when it is looked at.
      if (errorCode(error) === 'ENOENT')
        return { stored, segment: target.segment, offset, file: target.file.stat, failure };
      this.#ports.logger.warn('The journal could not be made durable; the records go into a new segment.');
      this.#distrust(kept);
      return this.#appendToNew(target.segment, [], error);
    }
    return { stored, segment: target.segment, offset, file: target.file.stat, failure };
  }

  /** Ends a line that another writer left unfinished. */
  async endLine(last: number, expected: Expected = 'anything'): Promise<void> {
    const { file, size } = this.#target(last, expected);
    if (!this.#lacksNewline(file.descriptor, size)) return;
    this.#ports.files.append(file.descriptor, Buffer.from('\n'));
    await this.#ports.files.datasync(file.descriptor);
  }

  close(): void {
    if (this.#open !== undefined) this.#ports.files.close(this.#open.file.descriptor);
    this.#open = undefined;
  }

  async #appendToNew(last: number, lines: readonly JournalLine[], cause?: unknown): Promise<Appended> {
    const before = this.#doubtful.length;
    const all = [...this.#doubtful, ...lines];
    const { segment, file } = this.#make(last + 1);
    const { written, failure } = this.#write(file.descriptor, Buffer.concat(all.map(line => line.bytes)));
    const stored = failure === undefined ? all.length : wholeLines(all, written);
    try {
      if (stored < before + Math.min(1, lines.length)) throw failure;
      await this.#ports.files.datasync(file.descriptor);
      await this.#syncName(segment);
    } catch (error) {
      this.#distrust(all.slice(0, Math.max(stored, before)));
      throw cause ?? error;
    }
    this.#doubtful = [];
    this.#segmentLost = false;
    const kept = all.slice(0, stored);
    // Without lines of its own this was the second attempt for those before.
    return {
      stored: lines.length === 0 ? stored : stored - before,
      segment,
      offset: lengthOf(kept),
      file: file.stat,
      failure,
    };
  }

  /** The file to append to: the last segment if it is not full, opened again when the path leads elsewhere now. */
  #target(last: number, expected: Expected): OpenSegment & { readonly size: number } {
    const { files } = this.#ports;
    const stat = files.lstat(this.#pathOf(last));
    if (!isExpected(stat, expected)) throw new JournalReplaced();
    if (stat === undefined) return { ...this.#make(last), size: 0 };
    if (stat.size >= SEGMENT_BYTES) return { ...this.#make(last + 1), size: 0 };
    if (this.#open?.segment === last && isSameFile(this.#open.file.stat, stat))
      return { ...this.#open, size: stat.size };
    const opened = this.#use(last, openRegular(files, this.#pathOf(last), 'append'));
    return { ...opened, size: opened.file.stat.size };
  }

  /** A new segment; an empty one that an earlier attempt left serves as well. */
  #make(segment: number): OpenSegment {
    for (let number = segment; ; number++) {
      this.#named.delete(number);
      try {
        return this.#use(number, openRegular(this.#ports.files, this.#pathOf(number), 'create'));
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw error;
      }
      const file = openRegular(this.#ports.files, this.#pathOf(number), 'append');
      if (file.stat.size === 0) return this.#use(number, file);
      this.#ports.files.close(file.descriptor);
    }
  }

  #use(segment: number, file: OpenFile): OpenSegment {
    this.close();
    this.#open = { segment, file };
    return this.#open;
  }

  async #syncName(segment: number): Promise<void> {
    if (this.#named.has(segment)) return;
    await this.#ports.files.syncDirectory(dirname(this.#pathOf(segment)));
    this.#named.add(segment);
  }

  #write(descriptor: number, bytes: Buffer): { written: number; failure: unknown } {
    let written = 0;
    try {
      while (written < bytes.length) written += this.#ports.files.append(descriptor, bytes.subarray(written));
    } catch (failure) {
      return { written, failure };
    }
    return { written, failure: undefined };
  }

  #lacksNewline(descriptor: number, size: number): boolean {
    if (size === 0) return false;
    const last = Buffer.alloc(1);
    this.#ports.files.read(descriptor, last, size - 1);
    return last[0] !== 10;
  }

  #distrust(lines: readonly JournalLine[]): void {
    this.#doubtful = lines;
    this.#segmentLost = true;
    this.close();
  }
}

/** Nobody of ours appends under the lock: what is longer than what was read has numbers that are not known. */
function hasSize(expected: Expected, size: number): boolean {
  if (typeof expected !== 'object') return true;
  return expected.torn === true ? size >= expected.bytes : size === expected.bytes;
}

/** Whether these are the bytes that were read, a whole line at their end. */
function isEnd(expected: Expected, size: number): boolean {
  return typeof expected === 'object' && expected.ended && expected.bytes === size;
}

function isExpected(stat: FileStat | undefined, expected: Expected): boolean {
  if (expected === 'anything') return true;
  if (expected === 'nothing') return stat === undefined;
  return isSameFile(expected.file, stat);
}

/** How many of the lines, newline included, are within the first `bytes`. */
function wholeLines(lines: readonly JournalLine[], bytes: number): number {
  let end = 0;
  const partial = lines.findIndex(line => (end += line.bytes.length) > bytes);
  return partial < 0 ? lines.length : partial;
}

function lengthOf(lines: readonly JournalLine[]): number {
  return lines.reduce((sum, line) => sum + line.bytes.length, 0);
}
