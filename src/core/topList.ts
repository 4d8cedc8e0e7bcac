/** Keeps the first `size` of all entries in the order of `compare`, without keeping the others. */
export class TopList<T> {
  readonly #size: number;
  readonly #compare: (a: T, b: T) => number;
  #entries: T[] = [];

  constructor(size: number, compare: (a: T, b: T) => number) {
    this.#size = size;
    this.#compare = compare;
  }

  add(entry: T): void {
    const last = this.#entries.at(-1);
    if (last !== undefined && this.#entries.length === this.#size && this.#compare(entry, last) >= 0) return;
    const place = this.#entries.findIndex(other => this.#compare(entry, other) < 0);
    this.#entries.splice(place === -1 ? this.#entries.length : place, 0, entry);
    this.#entries.length = Math.min(this.#entries.length, this.#size);
  }

  get entries(): readonly T[] {
    return this.#entries;
  }
}
