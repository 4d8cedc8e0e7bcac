import { basename } from 'node:path';
import { isSessionError, messageOf } from '../core/errors.ts';
import type { SessionRecord } from '../core/events.ts';
import type { RecordDamage } from '../core/ports.ts';
import { type DecodedLine, decodeLine, trailingSum } from './journalLine.ts';
import { BEGINNING, type JournalPosition } from './journalPosition.ts';
import { salvage, type ScannedLine, scanLines } from './lineScanner.ts';
import type { SegmentFiles } from './segmentFiles.ts';
import { SumTable } from './sumTable.ts';

/**
 * `torn`: a write that was cut off and never acknowledged. `damaged`: a record that cannot be read. `missing`: a gap in the
 * numbers. `conflict`: another record with the same number.
 */
export type DamageKind = 'torn' | 'damaged' | 'missing' | 'conflict';

export interface JournalDamage extends RecordDamage {
  readonly kind: DamageKind;
}

/** Whether this is one of them, told of already. */
export function isAmong({ file, offset }: JournalDamage, damage: readonly JournalDamage[]): boolean {
  return damage.some(known => known.file === file && known.offset === offset);
}

export type JournalItem =
  | { readonly kind: 'record'; readonly record: SessionRecord; readonly line: Buffer }
  | { readonly kind: 'newer'; readonly version: number }
  | { readonly kind: 'damage'; readonly damage: JournalDamage };

/** A number so far ahead of the last that it is no number of ours. */
const MAX_GAP = 1_000_000;

/** Reads a journal from a position to its end, again and again as it grows. */
export class JournalReader {
  readonly #segments: SegmentFiles;
  readonly #sums: SumTable;
  #segment: number;
  #offset: number;
  #next: number;
  #recordEnd: JournalPosition;
  /** Unreadable bytes just passed: what they cost shows in the number of the next record. */
  #passed: JournalDamage | undefined;
  #needsReload = false;
  #failure: unknown;

  constructor(segments: SegmentFiles, from: JournalPosition = BEGINNING) {
    this.#segments = segments;
    this.#sums = new SumTable(from.seq + 1);
    this.#segment = from.segment;
    this.#offset = from.offset;
    this.#next = from.seq + 1;
    this.#recordEnd = from;
  }

  /** The end of the last record that was read. */
  get position(): JournalPosition {
    return this.#recordEnd;
  }

  /** The segment that is read, and how far; behind the last record there may be unreadable bytes. */
  get segment(): number {
    return this.#segment;
  }

  get offset(): number {
    return this.#offset;
  }

  /** The number that the next record gets. */
  get nextSeq(): number {
    return this.#next;
  }

  /** Whether a record turned up that only reading from the beginning can judge. */
  get needsReload(): boolean {
    return this.#needsReload;
  }

  /** Why a file could not be read for now: what is in it is not known, so nothing can be numbered behind it. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Whether nothing came since, as far as can be told without reading. */
  isAtEnd(): boolean {
    try {
      return (
        this.#passed === undefined &&
        this.#segments.after(this.#segment) === undefined &&
        this.#segments.size(this.#segment) === this.#offset
      );
    } catch {
      return false;
    }
  }

  /** What came since. `settled`: under the append lock, so that an unfinished last line is known to stay unfinished. */
  *read(settled: boolean): Generator<JournalItem> {
    for (;;) {
      // Asked before reading: what is appended to this segment before the next one is made is not passed over.
      const following = this.#segments.after(this.#segment);
      yield* this.#readSegment(settled || following !== undefined);
      if (following === undefined) break;
      this.#segment = following;
      this.#offset = 0;
    }
    yield* this.#flushPassed(0);
  }

  /** Takes over lines that this process appended itself at the end of a segment. */
  skip(
    segment: number,
    offset: number,
    records: readonly { readonly seq: number; readonly sum: string }[],
  ): void {
    for (const { seq, sum } of records) this.#sums.set(seq, sum);
    const last = records.at(-1);
    this.#segment = segment;
    this.#offset = offset;
    if (last === undefined) return;
    this.#next = last.seq + 1;
    this.#recordEnd = { segment, offset, seq: last.seq, sum: last.sum };
  }

  /** Whether the journal has this record, has another with its number, or has none. */
  compare(seq: number, sum: string): 'same' | 'other' | 'free' | 'unknown' {
    return seq >= this.#next ? 'free' : this.#sums.compare(seq, sum);
  }

  *#readSegment(final: boolean): Generator<JournalItem> {
    const size = yield* this.#open();
    if (size === undefined || size <= this.#offset) return;
    const segment = this.#segment;
    const lines = scanLines((buffer, at) => this.#segments.read(segment, buffer, at), this.#offset, size);
    for (const line of lines) {
      if (line.bytes.length > 0) {
        const decoded = decodeLine(line.bytes);
        if (decoded.kind !== 'damaged') yield* this.#take(decoded, line.bytes, line.offset, line.end);
        else if (!line.terminated && !final) return;
        else yield* this.#passOver(line, decoded.problem);
      }
      this.#offset = line.end;
    }
  }

  *#open(): Generator<JournalItem, number | undefined> {
    const segment = this.#segment;
    if (this.#segments.held.includes(segment) || this.#segments.look(segment).stat !== undefined) {
      try {
        return this.#segments.size(segment);
      } catch (error) {
        if (!isSessionError(error)) this.#failure = error;
        yield { kind: 'damage', damage: this.#damage('damaged', 0, messageOf(error)) };
      }
    }
    return undefined;
  }

  *#take(
    decoded: Exclude<DecodedLine, { kind: 'damaged' }>,
    bytes: Buffer,
    offset: number,
    end: number,
  ): Generator<JournalItem> {
    const { sum } = decoded;
    const seq = decoded.kind === 'record' ? decoded.record.seq : decoded.seq;
    const known = this.compare(seq, sum);
    if (known === 'unknown') this.#needsReload = true;
    if (known === 'other') {
      const problem = `There is another record number ${seq}: two histories were joined here. The first one counts.`;
      yield { kind: 'damage', damage: this.#damage('conflict', offset, problem) };
    }
    if (known === 'other' || known === 'unknown') return;
    if (seq - this.#next > MAX_GAP) {
      yield {
        kind: 'damage',
        damage: this.#damage('damaged', offset, `The record has the impossible number ${seq}.`),
      };
      return;
    }
    if (seq >= this.#next) yield* this.#reach(seq, offset);
    this.#recordEnd = { segment: this.#segment, offset: end, seq: this.#next - 1, sum };
    if (known === 'same') return;
    this.#sums.set(seq, sum);
    if (decoded.kind === 'newer') yield { kind: 'newer', version: decoded.version };
    else yield { kind: 'record', record: decoded.record, line: bytes };
  }

  /** Counts up to `seq`, telling what is missing before it. */
  *#reach(seq: number, offset: number): Generator<JournalItem> {
    const missing = seq - this.#next;
    const explained = this.#passed !== undefined;
    yield* this.#flushPassed(missing);
    if (missing > 0 && !explained) {
      const which = missing === 1 ? `Record ${this.#next} is` : `Records ${this.#next} to ${seq - 1} are`;
      yield { kind: 'damage', damage: this.#damage('missing', offset, `${which} missing.`) };
    }
    this.#next = seq + 1;
  }

  *#passOver(line: ScannedLine, problem: string): Generator<JournalItem> {
    const whole = trailingSum(line.bytes) !== undefined;
    const found = salvage(line.bytes);
    yield* this.#flushPassed(0);
    this.#passed = this.#damage(whole || found.length > 0 ? 'damaged' : 'torn', line.offset, problem);
    for (const record of found) yield* this.#take(record, record.bytes, line.offset, line.end);
    // A line that ends as a record does was one: its number is taken. That of a torn write is free.
    if (whole && found.length === 0) this.#next++;
  }

  *#flushPassed(missing: number): Generator<JournalItem> {
    const passed = this.#passed;
    this.#passed = undefined;
    if (passed !== undefined)
      yield { kind: 'damage', damage: missing > 0 ? { ...passed, kind: 'damaged' } : passed };
  }

  #damage(kind: DamageKind, offset: number, problem: string): JournalDamage {
    return { kind, file: basename(this.#segments.pathOf(this.#segment)), offset, problem };
  }
}
