import { HASHES, type TrigramSet } from './trigramSet.ts';

/** Bits for each different trigram, and for each character: whichever is less, the size of a signature stays below. */
const BITS_PER_TRIGRAM = 10;
const BITS_PER_CHARACTER = 0.9;
const SMALLEST = 256;

/** Signatures have few sizes, each half as large again as the one before but one: those of one size are kept together. */
const SIZES = Array.from({ length: 25 }, (_, step) => Math.round((SMALLEST * 2 ** (step / 2)) / 8) * 8);

/**
 * The trigrams of a session as a Bloom filter with two bits each. It never denies what is there; what it affirms may be
 * missing, and more often the fuller it is.
 */
export class Signature {
  /** How many bits it has, a multiple of 8. */
  readonly bits: number;
  readonly bytes: Uint8Array<ArrayBuffer>;

  constructor(bits: number, bytes: Uint8Array<ArrayBuffer> = new Uint8Array(bits / 8)) {
    this.bits = bits;
    this.bytes = bytes;
  }

  static of(trigrams: TrigramSet): Signature {
    const signature = new Signature(sizeFor(trigrams));
    signature.add(trigrams);
    return signature;
  }

  /** Whether it would still be large enough with these. */
  hasRoomFor({ hashes }: TrigramSet): boolean {
    let full = 0;
    for (const byte of this.bytes) full += countBits(byte);
    return full + 2 * hashes.length < this.bits / 2 || this.bits >= (SIZES.at(-1) ?? 0);
  }

  add({ hashes }: TrigramSet): void {
    for (const hash of hashes) {
      for (const place of placesOf(hash, this.bits)) {
        const at = place >>> 3;
        this.bytes[at] = (this.bytes[at] ?? 0) | (1 << (place & 7));
      }
    }
  }

  has(place: number): boolean {
    return ((this.bytes[place >>> 3] ?? 0) & (1 << (place & 7))) !== 0;
  }
}

/** The two bits of a trigram in a signature of a size. */
export function placesOf(hash: number, bits: number): readonly [number, number] {
  const other = Math.imul(hash + 1, 0x9e3779b1) >>> 12;
  return [Math.floor((hash * bits) / HASHES), Math.floor((other * bits) / HASHES)];
}

function sizeFor({ hashes, characters }: TrigramSet): number {
  const limit = Math.min(hashes.length * BITS_PER_TRIGRAM, characters * BITS_PER_CHARACTER);
  return SIZES.findLast(size => size <= limit) ?? SMALLEST;
}

function countBits(byte: number): number {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) count++;
  return count;
}
