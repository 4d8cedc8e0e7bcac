/** How many records stand and fall together: what is copied for a change, and what is read at once when it is needed. */
export const CHUNK = 32;

/** Records that are somewhere else until they are asked for: the same ones each time. */
export interface RecordSource<T> {
  /** Those of one chunk. */
  readonly load: (chunk: number) => readonly T[];
  /** One of them. */
  readonly at: (chunk: number, index: number) => T | undefined;
}

/** Ids that are somewhere else until they are asked for: the same ones each time. */
export interface IdSource {
  readonly size: number;
  readonly load: () => readonly string[];
}

/** The ids of the tasks and plans of a session, in order. */
export interface RecordIds {
  readonly tasks: IdSource;
  readonly plans: IdSource;
}

/**
 * An immutable map from id to record in insertion order. `set` copies one chunk of 32 and the list of chunks, so that a
 * session of 10,000 tasks changes as cheaply as one of ten. Chunks that nobody looked at may be left where they are.
 */
export class RecordMap<T extends { readonly id: string }> implements Iterable<T> {
  /** What is not here is in the source. */
  readonly #chunks: readonly (readonly T[] | undefined)[];
  readonly #source: RecordSource<T> | undefined;
  readonly #positions: Positions;
  #size: number | IdSource;

  private constructor(
    chunks: readonly (readonly T[] | undefined)[],
    positions: Positions,
    size: number | IdSource,
    source?: RecordSource<T>,
  ) {
    this.#chunks = chunks;
    this.#source = source;
    this.#positions = positions;
    this.#size = size;
  }

  get size(): number {
    if (typeof this.#size !== 'number') this.#size = this.#size.size;
    return this.#size;
  }

  static of<T extends { readonly id: string }>(records: Iterable<T> = []): RecordMap<T> {
    const positions = new Map<string, number>();
    const all: T[] = [];
    for (const record of records) {
      const position = positions.get(record.id);
      if (position === undefined) positions.set(record.id, all.push(record) - 1);
      else all[position] = record;
    }
    const chunks: T[][] = [];
    for (let at = 0; at < all.length; at += CHUNK) chunks.push(all.slice(at, at + CHUNK));
    return new RecordMap(chunks, new Positions(positions), all.length);
  }

  /** The records with these ids, all different, which are left where they are. */
  static from<T extends { readonly id: string }>(ids: IdSource, source: RecordSource<T>): RecordMap<T> {
    const chunks = new Array<undefined>(Math.ceil(ids.size / CHUNK));
    return new RecordMap(chunks, new Positions(ids), ids, source);
  }

  get(id: string): T | undefined {
    const position = this.#positions.map.get(id);
    if (position === undefined || position >= this.size) return undefined;
    const record = this.#at(position);
    return record?.id === id ? record : undefined;
  }

  /** The map with `record` in it: in place of the one with the same id, else at the end. */
  set(record: T): RecordMap<T> {
    const known =
      this.get(record.id) === undefined ? this.size : (this.#positions.map.get(record.id) ?? this.size);
    const index = Math.floor(known / CHUNK);
    const chunk = this.#chunk(index).slice();
    chunk[known % CHUNK] = record;
    const chunks = this.#chunks.slice();
    chunks[index] = chunk;
    this.#positions.map.set(record.id, known);
    return new RecordMap(chunks, this.#positions, Math.max(this.size, known + 1), this.#source);
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let index = 0; index < this.#chunks.length; index++) yield* this.#chunk(index);
  }

  /** From the newest to the oldest. */
  *newestFirst(): Iterable<T> {
    for (let position = this.size - 1; position >= 0; position--) {
      const record = this.#at(position);
      if (record !== undefined) yield record;
    }
  }

  #at(position: number): T | undefined {
    const index = Math.floor(position / CHUNK);
    const chunk = this.#chunks[index];
    return chunk === undefined ? this.#source?.at(index, position % CHUNK) : chunk[position % CHUNK];
  }

  #chunk(index: number): readonly T[] {
    if (index >= this.#chunks.length) return [];
    return this.#chunks[index] ?? this.#source?.load(index) ?? [];
  }
}

/** Where which record is. Shared by all versions of a map: it only grows, and `get` checks what it finds. */
class Positions {
  #map: Map<string, number> | undefined;
  #ids: IdSource | undefined;

  constructor(known: Map<string, number> | IdSource) {
    if (known instanceof Map) this.#map = known;
    else this.#ids = known;
  }

  get map(): Map<string, number> {
    this.#map ??= new Map(this.#ids?.load().map((id, position) => [id, position]));
    return this.#map;
  }
}
