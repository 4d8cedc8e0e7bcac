import { count, list, object, type ShapeType, text, tuple } from './shape.ts';

/** Where a piece of the file is, and the CRC-32 of its bytes. */
export type Piece = readonly [start: number, end: number, sum: number];
export const pieceShape = tuple(count, count, count);

/** What is between two pieces of a list: a comma and a line break. */
export const BETWEEN_PIECES = ',\n';
const SUM_DIGITS = 8;

/** Pieces that follow each other, as a snapshot has them: in few and small numbers, which are parsed faster than pieces. */
export const pieceListShape = object({ start: count, ends: list(count), sums: text });
export type WrittenList = ShapeType<typeof pieceListShape>;

/** Where the records of one kind are. A long session has many pieces, of which few are used: who uses one checks its shape. */
export interface PieceList {
  readonly length: number;
  /** The piece with this index, from 0. */
  at(index: number): unknown;
}

/** `pieces` are in the order of the file, with a comma and a line break between them. */
export function writtenList(pieces: readonly Piece[]): WrittenList {
  return {
    start: pieces[0]?.[0] ?? 0,
    ends: pieces.map(([, end]) => end),
    sums: pieces.map(([, , sum]) => sum.toString(16).padStart(SUM_DIGITS, '0')).join(''),
  };
}

/** The same pieces. */
export class FollowingPieces implements PieceList {
  readonly #start: unknown;
  readonly #ends: readonly unknown[];
  readonly #sums: string;

  constructor(start: unknown, ends: readonly unknown[], sums: string) {
    this.#start = start;
    this.#ends = ends;
    this.#sums = sums;
  }

  get length(): number {
    return this.#ends.length;
  }

  at(index: number): unknown {
    const start = index === 0 ? this.#start : Number(this.#ends[index - 1]) + BETWEEN_PIECES.length;
    const sum = this.#sums.slice(index * SUM_DIGITS, (index + 1) * SUM_DIGITS);
    return [start, this.#ends[index], parseInt(sum, 16)];
  }
}
