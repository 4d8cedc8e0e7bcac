const GROW = 64;
const NONE = new Float64Array(0);
const DIGITS = 12;

/**
 * The sums of the records read so far, 8 bytes each, to tell a record that is there twice from a second history. 48 bits of
 * the sum are kept: enough to compare, not to prove.
 */
export class SumTable {
  /** The number of the first record that it knows. */
  readonly #first: number;
  /** Made with the first: most sessions that are read have no record behind their snapshot. */
  #sums = NONE;

  constructor(first: number) {
    this.#first = first;
  }

  set(seq: number, sum: string): void {
    const index = seq - this.#first;
    if (index >= this.#sums.length) {
      const grown = new Float64Array(Math.max(index + GROW, this.#sums.length * 2)).fill(-1);
      grown.set(this.#sums);
      this.#sums = grown;
    }
    this.#sums[index] = parseInt(sum.slice(0, DIGITS), 16);
  }

  /** `unknown`: from before this table; `free`: no record with this number was read. */
  compare(seq: number, sum: string): 'same' | 'other' | 'free' | 'unknown' {
    if (seq < this.#first) return 'unknown';
    const known = this.#sums[seq - this.#first] ?? -1;
    if (known < 0) return 'free';
    return known === parseInt(sum.slice(0, DIGITS), 16) ? 'same' : 'other';
  }
}
