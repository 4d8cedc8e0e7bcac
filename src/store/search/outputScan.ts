import { decodeLine, SUM_BYTES, trailingSum } from '../journalLine.ts';
import type { JournalPosition } from '../journalPosition.ts';
import { scanLines } from '../lineScanner.ts';
import type { SegmentFiles } from '../segmentFiles.ts';

const TYPE = Buffer.from('"type":"');
const OUTPUT = 'outputAppended';
const END = 'toolCallEnded';
/** A session runs one task at a time: with it end all of its calls. */
const TASK_ENDS = new Set(['taskCompleted', 'taskFailed']);
/** Where the type of a record is, at the latest; further on it is not ours. */
const HEAD = 256;
const SEQ = /^\{"v":\d{1,6},"seq":(\d{1,15}),/;
const TEXT = /"data":\{"taskId":"[^"\\]*","callId":"([^"\\]*)","text":"/;
const CALL = /"data":\{"taskId":"[^"\\]*","callId":"([^"\\]*)"/;
const TEXT_HEAD = 512;

/** What a call printed, in one piece. */
export interface PrintedOutput {
  readonly callId: string;
  /** As the journal writes it, with JSON's escapes; `undefined` where that cannot be told without decoding. */
  readonly raw: string | undefined;
  /** Decodes and checks the records. */
  text(): string;
}

interface Piece {
  readonly line: Buffer;
  readonly raw: string | undefined;
}

/**
 * What the calls of a journal printed, without decoding any record that is not asked for. In memory that does not grow with
 * the journal. Yields between the records, too.
 */
export class OutputScan {
  readonly #segments: SegmentFiles;
  readonly #lastSeq: number;
  readonly #onLine: (line: Buffer) => void;
  readonly #open = new Map<string, Piece[]>();
  #seq = 0;
  #isClean = true;
  #quiet: JournalPosition | undefined;

  /** Records above `lastSeq` are left alone. `onLine` is given every line before anything else is made of it. */
  constructor(segments: SegmentFiles, lastSeq: number, onLine: (line: Buffer) => void = () => undefined) {
    this.#segments = segments;
    this.#onLine = onLine;
    this.#lastSeq = lastSeq;
  }

  /**
   * The last place between records at which no call was open: what comes behind it can be read by itself. `undefined` where
   * the journal is not whole up to there.
   */
  get quiet(): JournalPosition | undefined {
    return this.#isClean ? this.#quiet : undefined;
  }

  *read(): Generator<PrintedOutput | undefined> {
    for (const segment of this.#present()) {
      if (this.#seq > this.#lastSeq) break;
      const read = (buffer: Uint8Array, at: number): number => this.#segments.read(segment, buffer, at);
      for (const line of scanLines(read, 0, this.#segments.size(segment))) {
        if (line.bytes.length === 0) continue;
        const sum = trailingSum(line.bytes);
        if (!this.#count(line.bytes) || !line.terminated || sum === undefined) this.#isClean = false;
        if (this.#seq > this.#lastSeq) break;
        this.#onLine(line.bytes);
        yield* this.#take(line.bytes);
        if (this.#open.size === 0 && sum !== undefined)
          this.#quiet = { segment, offset: line.end, seq: this.#seq, sum };
      }
    }
    yield* this.#closeAll();
  }

  *#present(): Generator<number> {
    for (
      let segment = this.#segments.after(0);
      segment !== undefined;
      segment = this.#segments.after(segment)
    )
      yield segment;
  }

  /** Whether this is the record with the next number. */
  #count(line: Buffer): boolean {
    const seq = Number(SEQ.exec(line.toString('latin1', 0, 48))?.[1]);
    const isNext = seq === this.#seq + 1;
    if (seq > this.#seq) this.#seq = seq;
    return isNext;
  }

  *#take(line: Buffer): Generator<PrintedOutput | undefined> {
    const type = typeOf(line);
    const ended = type === END ? CALL.exec(line.toString('latin1', 0, TEXT_HEAD))?.[1] : undefined;
    if (type === OUTPUT) this.#takeOutput(line);
    else if (ended !== undefined) yield* this.#close(ended);
    else if (type === undefined || type === END) yield* this.#takeAny(line);
    else if (TASK_ENDS.has(type)) yield* this.#closeAll();
    yield undefined;
  }

  #takeOutput(line: Buffer): void {
    const [matched, callId] = TEXT.exec(line.toString('latin1', 0, TEXT_HEAD)) ?? [];
    if (matched === undefined || callId === undefined) this.#decodeOutput(line);
    else {
      const start = line.indexOf(matched, 0, 'latin1') + matched.length;
      this.#add(callId, {
        line: Buffer.from(line),
        raw: line.toString('utf8', start, line.length - SUM_BYTES),
      });
    }
  }

  *#takeAny(line: Buffer): Generator<PrintedOutput> {
    const decoded = decodeLine(line);
    if (decoded.kind !== 'record') return;
    const { event } = decoded.record;
    if (event.type === OUTPUT) this.#decodeOutput(line);
    if (event.type === END) yield* this.#close(event.data.callId);
    if (TASK_ENDS.has(event.type)) yield* this.#closeAll();
  }

  #decodeOutput(line: Buffer): void {
    const decoded = decodeLine(line);
    if (decoded.kind !== 'record' || decoded.record.event.type !== OUTPUT) return;
    this.#add(decoded.record.event.data.callId, { line: Buffer.from(line), raw: undefined });
  }

  #add(callId: string, piece: Piece): void {
    const pieces = this.#open.get(callId);
    if (pieces === undefined) this.#open.set(callId, [piece]);
    else pieces.push(piece);
  }

  *#close(callId: string): Generator<PrintedOutput> {
    const pieces = this.#open.get(callId);
    if (pieces === undefined) return;
    this.#open.delete(callId);
    const raws = pieces.map(({ raw }) => raw);
    const isRaw = raws.every(raw => raw !== undefined);
    yield {
      callId,
      raw: isRaw ? joinRaw(raws) : undefined,
      text: () => pieces.map(({ line }) => textOf(line, callId)).join(''),
    };
  }

  *#closeAll(): Generator<PrintedOutput> {
    for (const callId of [...this.#open.keys()]) yield* this.#close(callId);
  }
}

/** The pieces without the end of their records: a text may go on from one to the next. */
function joinRaw(raws: readonly string[]): string {
  return raws.map(raw => (raw.endsWith('"}') ? raw.slice(0, -2) : raw)).join('');
}

function textOf(line: Buffer, callId: string): string {
  const decoded = decodeLine(line);
  if (decoded.kind !== 'record' || decoded.record.event.type !== OUTPUT) return '';
  const { data } = decoded.record.event;
  return data.callId === callId ? data.text : '';
}

/** The type that a line names where our lines do; `undefined`: it must be decoded to know. */
function typeOf(line: Buffer): string | undefined {
  const at = line.indexOf(TYPE);
  if (at < 0 || at > HEAD) return undefined;
  const start = at + TYPE.length;
  return line.toString('latin1', start, line.indexOf(0x22, start));
}
