import { CHUNK, type RecordSource } from '../core/recordMap.ts';

/** Before each record: only there does a line begin like that, for no string has a line break in it. */
const FIRST = '    "';
/** Looked for by its first character, of which there are few; there are many commas. */
const BETWEEN = `\n${FIRST}`;
const AFTER_ID = '": ';

/** Where the pieces of one kind of records are. */
export interface PieceReader<T> {
  /** The bytes of the piece as they were written; `undefined` when the file has them no more. */
  readonly read: (index: number) => Buffer | undefined;
  /** Then the records are here. */
  readonly recover: (index: number) => readonly T[];
  /** Completes what JSON cannot say. */
  readonly revive: (record: T) => T;
  /** The newest of them, which can be had without their pieces. */
  readonly page?: RecordPage<T> | undefined;
}

/** Records that are together in one place, too. */
export interface RecordPage<T> {
  /** The position of the first among all. */
  readonly from: number;
  /** `undefined`: not there any more. */
  readonly load: () => readonly T[] | undefined;
}

/** Records that are parsed when somebody looks at them, one by one. */
export class RecordPieces<T extends { readonly id: string }> implements RecordSource<T> {
  readonly #reader: PieceReader<T>;
  /** Of each piece that was read the records, or what is not parsed yet. */
  readonly #read = new Map<number, (string | T)[]>();
  #page: readonly T[] | undefined;

  constructor(reader: PieceReader<T>) {
    this.#reader = reader;
  }

  load(piece: number): readonly T[] {
    const { page } = this.#reader;
    const first = piece * CHUNK - (page?.from ?? Infinity);
    const newest = first < 0 ? [] : this.#newest().slice(first, first + CHUNK);
    if (newest.length > 0) return newest;
    return this.#piece(piece).map((_, index) => this.at(piece, index) as T);
  }

  at(piece: number, index: number): T | undefined {
    const position = piece * CHUNK + index - (this.#reader.page?.from ?? Infinity);
    const newest = position < 0 ? undefined : this.#newest()[position];
    if (newest !== undefined) return newest;
    const records = this.#piece(piece);
    const record = records[index];
    if (typeof record !== 'string') return record;
    const revived = this.#reader.revive(parseRecord(record) as T);
    records[index] = revived;
    return revived;
  }

  /** Reads a piece, so that nobody has to look for it elsewhere when the file is no longer what it was. */
  hold(piece: number): void {
    if (this.#read.has(piece)) return;
    const bytes = this.#reader.read(piece);
    if (bytes !== undefined) this.#read.set(piece, textsIn(bytes));
  }

  /** The same each time: also when they are there no more, or again. */
  #newest(): readonly T[] {
    this.#page ??= this.#reader.page?.load() ?? [];
    return this.#page;
  }

  #piece(piece: number): (string | T)[] {
    this.hold(piece);
    const known = this.#read.get(piece);
    if (known !== undefined) return known;
    const records = [...this.#reader.recover(piece)];
    this.#read.set(piece, records);
    return records;
  }
}

/**
 * The records of a piece as this program wrote it, which its sum says: each an id without its first quotation mark, the
 * record and, but for the last, a comma.
 */
function textsIn(bytes: Buffer): string[] {
  return bytes.toString('utf8', FIRST.length).split(BETWEEN);
}

function parseRecord(text: string): unknown {
  const start = text.indexOf(AFTER_ID);
  const end = text.endsWith(',') ? text.length - 1 : text.length;
  // A quotation mark within an id has a backslash before it.
  if (text[start - 1] !== '\\') return JSON.parse(text.slice(start + AFTER_ID.length, end));
  return Object.values(JSON.parse(`{"${text.slice(0, end)}}`) as Readonly<Record<string, unknown>>)[0];
}
