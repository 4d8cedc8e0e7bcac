import type { RecordSource } from '../core/recordMap.ts';

/** Before the first record and between two: only there does a line begin like that, for no string has a line break in it. */
const FIRST = '    "';
const BETWEEN = `,\n${FIRST}`;
const AFTER_ID = '": ';

/** What the pieces of one kind of records have in common. */
export interface PieceReader<T> {
  /** The bytes of the piece as they were written; `undefined` when the file has them no more. */
  readonly read: (index: number) => Buffer | undefined;
  /** Then the records are here. */
  readonly recover: (index: number) => readonly T[];
  /** Completes what JSON cannot say. */
  readonly revive: (record: T) => T;
}

/** Records that are parsed when somebody looks at them, one by one. */
export class RecordPiece<T extends { readonly id: string }> implements RecordSource<T> {
  readonly #reader: PieceReader<T>;
  readonly #index: number;
  #records: (string | T)[] | undefined;

  constructor(reader: PieceReader<T>, index: number) {
    this.#reader = reader;
    this.#index = index;
  }

  load(): readonly T[] {
    return this.#all().map((_, index) => this.at(index) as T);
  }

  at(index: number): T | undefined {
    const records = this.#all();
    const record = records[index];
    if (typeof record !== 'string') return record;
    const revived = this.#reader.revive(parseRecord(record) as T);
    records[index] = revived;
    return revived;
  }

  #all(): (string | T)[] {
    this.#records ??= this.#texts() ?? [...this.#reader.recover(this.#index)];
    return this.#records;
  }

  /** Each of an id, without its first quotation mark, and a record. As this program wrote them: their sum says so. */
  #texts(): string[] | undefined {
    return this.#reader.read(this.#index)?.toString('utf8', FIRST.length).split(BETWEEN);
  }
}

function parseRecord(text: string): unknown {
  const end = text.indexOf(AFTER_ID);
  // A quotation mark within an id has a backslash before it.
  if (text[end - 1] !== '\\') return JSON.parse(text.slice(end + AFTER_ID.length));
  return Object.values(JSON.parse(`{"${text}}`) as Readonly<Record<string, unknown>>)[0];
}
