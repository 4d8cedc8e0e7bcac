import { crc32 } from 'node:zlib';
import type { FileStat, FileSystem } from './fileSystem.ts';
import { isUnchanged, openIfThere, readFully } from './regularFile.ts';
import { type Piece, type PieceList, pieceShape } from './pieceList.ts';

/** So much of a file is held as soon as there is time. */
const MAX_HELD = 256 * 1024;

/** A file that is read in pieces, as long as it is the one that was opened first. */
export class PiecedFile {
  readonly stat: FileStat;
  readonly #files: FileSystem;
  readonly #path: string;
  /** Its end, which was read when it was opened, or all of it. */
  #end: Buffer;
  /** From where on the pieces were compared with their sums already. */
  #soundFrom = Infinity;

  constructor(files: FileSystem, path: string, stat: FileStat, end: Buffer) {
    this.#files = files;
    this.#path = path;
    this.stat = stat;
    this.#end = end;
  }

  /** Whether it is the same file with the same content. */
  isSame(other: PiecedFile): boolean {
    return isUnchanged(this.stat, other.stat);
  }

  /** Whether those of these pieces that were read with its end are as they were written. Each list is in the order of the file. */
  isEndSound(lists: readonly PieceList[]): boolean {
    const isSound = lists.every(pieces => this.#areSound(pieces));
    if (isSound) this.#soundFrom = this.#endStart;
    return isSound;
  }

  /** Reads all of it, though somebody may take it away later, unless it is large. */
  hold(): void {
    if (this.#endStart === 0 || this.stat.size > MAX_HELD) return;
    const whole = this.#whileSame(descriptor => readFully(this.#files, descriptor, 0, this.stat.size));
    if (whole?.length === this.stat.size) this.#end = whole;
  }

  /** `undefined`: the file was replaced, or the piece is not as it was written. */
  read(piece: unknown): Buffer | undefined {
    if (!pieceShape.accepts(piece)) return undefined;
    if (this.#isInEnd(piece)) return this.#inEnd(piece);
    return this.#whileSame(descriptor => this.#fromFile(piece, descriptor));
  }

  /** The same while the file is open. */
  readFrom(descriptor: number, piece: unknown): Buffer | undefined {
    if (!pieceShape.accepts(piece)) return undefined;
    return this.#fromFile(piece, descriptor);
  }

  #isInEnd([start]: Piece): boolean {
    return start >= this.#endStart;
  }

  get #endStart(): number {
    return this.stat.size - this.#end.length;
  }

  #areSound(pieces: PieceList): boolean {
    for (let index = pieces.length - 1; index >= 0; index--) {
      const piece = pieces.at(index);
      if (!pieceShape.accepts(piece)) return false;
      if (!this.#isInEnd(piece)) return true;
      if (this.#inEnd(piece) === undefined) return false;
    }
    return true;
  }

  #inEnd([start, end, sum]: Piece): Buffer | undefined {
    const bytes = this.#end.subarray(start - this.#endStart, end - this.#endStart);
    return start >= this.#soundFrom || crc32(bytes) === sum ? bytes : undefined;
  }

  #whileSame<T>(read: (descriptor: number) => T): T | undefined {
    const file = openIfThere(this.#files, this.#path);
    if (file === undefined) return undefined;
    try {
      return isUnchanged(file.stat, this.stat) ? read(file.descriptor) : undefined;
    } finally {
      this.#files.close(file.descriptor);
    }
  }

  #fromFile([start, end, sum]: Piece, descriptor: number): Buffer | undefined {
    const bytes = readFully(this.#files, descriptor, start, end - start);
    return crc32(bytes) === sum ? bytes : undefined;
  }
}
