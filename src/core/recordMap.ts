const CHUNK = 256;

/**
 * An immutable map from id to record in insertion order. `set` copies one chunk of 256 and the list of chunks, so that a
 * session of 100,000 tool calls changes as cheaply as one of ten.
 */
export class RecordMap<T extends { readonly id: string }> implements Iterable<T> {
  readonly #chunks: readonly (readonly T[])[];
  /** Shared by all versions: it only grows, and `get` checks what it finds. */
  readonly #positions: Map<string, number>;
  readonly size: number;

  private constructor(chunks: readonly (readonly T[])[], positions: Map<string, number>, size: number) {
    this.#chunks = chunks;
    this.#positions = positions;
    this.size = size;
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
    return new RecordMap(chunks, positions, all.length);
  }

  get(id: string): T | undefined {
    const position = this.#positions.get(id);
    if (position === undefined || position >= this.size) return undefined;
    const record = this.#at(position);
    return record?.id === id ? record : undefined;
  }

  /** The map with `record` in it: in place of the one with the same id, else at the end. */
  set(record: T): RecordMap<T> {
    const known =
      this.get(record.id) === undefined ? this.size : (this.#positions.get(record.id) ?? this.size);
    const index = Math.floor(known / CHUNK);
    const chunk = (this.#chunks[index] ?? []).slice();
    chunk[known % CHUNK] = record;
    const chunks = this.#chunks.slice();
    chunks[index] = chunk;
    this.#positions.set(record.id, known);
    return new RecordMap(chunks, this.#positions, Math.max(this.size, known + 1));
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const chunk of this.#chunks) yield* chunk;
  }

  /** From the newest to the oldest. */
  *newestFirst(): Iterable<T> {
    for (let position = this.size - 1; position >= 0; position--) {
      const record = this.#at(position);
      if (record !== undefined) yield record;
    }
  }

  #at(position: number): T | undefined {
    return this.#chunks[Math.floor(position / CHUNK)]?.[position % CHUNK];
  }
}
