/** Numbers that look random and are the same on every machine and every run (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to, not including, 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  pick<T>(values: readonly [T, ...T[]]): T {
    return values[this.below(values.length)] ?? values[0];
  }

  hex(length: number): string {
    let digits = '';
    while (digits.length < length)
      digits += this.below(2 ** 32)
        .toString(16)
        .padStart(8, '0');
    return digits.slice(0, length);
  }

  /** A lower-case UUID version 4. */
  uuid(): string {
    const hex = this.hex(32);
    const variant = '89ab'.charAt(this.below(4));
    return [
      hex.slice(0, 8),
      hex.slice(8, 12),
      `4${hex.slice(13, 16)}`,
      `${variant}${hex.slice(17, 20)}`,
      hex.slice(20),
    ].join('-');
  }

  /** Lines of words, `length` characters in all. */
  text(length: number): string {
    const words = [
      'session',
      'journal',
      'expect',
      'render',
      'profile',
      'ok',
      'PASS',
      'src/lib/format.ts:42',
    ] as const;
    const parts: string[] = [];
    for (let size = 0; size < length;) {
      const word = this.pick(words) + (this.below(9) === 0 ? '\n' : ' ');
      parts.push(word);
      size += word.length;
    }
    return parts.join('').slice(0, length);
  }
}
