/** Trigrams are known by this many bits of their hash. */
const HASH_BITS = 20;
export const HASHES = 2 ** HASH_BITS;

/** In front of what is shorter than a trigram. */
const NOTHING = 0;

/** The different trigrams of many texts, as hashes, and their pairs of characters, for searches of two. */
export class TrigramSet {
  readonly #seen = new Uint32Array(HASHES / 32);
  readonly #hashes: number[] = [];
  #characters = 0;

  /** How many characters were looked at, the same ones again included. */
  get characters(): number {
    return this.#characters;
  }

  get hashes(): readonly number[] {
    return this.#hashes;
  }

  /** Makes it empty, for the next session: it is large, and making one costs more than using it. */
  clear(): void {
    for (const hash of this.#hashes) this.#seen[hash >>> 5] = 0;
    this.#hashes.length = 0;
    this.#characters = 0;
  }

  /** Takes in a folded text. */
  add(text: string): void {
    this.#characters += text.length;
    let first = NOTHING;
    let second = text.charCodeAt(0);
    for (let index = 1; index < text.length; index++) {
      const third = text.charCodeAt(index);
      this.#note(hashOf(NOTHING, second, third));
      if (index > 1) this.#note(hashOf(first, second, third));
      first = second;
      second = third;
    }
  }

  #note(hash: number): void {
    const word = hash >>> 5;
    const bit = 1 << (hash & 31);
    const seen = this.#seen[word] ?? 0;
    if ((seen & bit) !== 0) return;
    this.#seen[word] = seen | bit;
    this.#hashes.push(hash);
  }
}

/** The hashes that a folded text must have: of its trigrams, or of its two characters; none when it is shorter. */
export function trigramsOf(text: string): readonly number[] {
  if (text.length === 2) return [hashOf(NOTHING, text.charCodeAt(0), text.charCodeAt(1))];
  const hashes = new Set<number>();
  for (let index = 2; index < text.length; index++)
    hashes.add(hashOf(text.charCodeAt(index - 2), text.charCodeAt(index - 1), text.charCodeAt(index)));
  return [...hashes];
}

function hashOf(first: number, second: number, third: number): number {
  const mixed = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca77) ^ Math.imul(third, 0xc2b2ae3d);
  return Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> (32 - HASH_BITS);
}
