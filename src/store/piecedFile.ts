import { crc32 } from 'node:zlib';
import type { FileStat, FileSystem } from './fileSystem.ts';
import { isUnchanged, openIfThere, readFully } from './regularFile.ts';
import { type Piece, type PieceList, pieceShape } from './pieceList.ts';

/** A file that is read in pieces, as long as it is the one that was opened first. */
export class PiecedFile {
  readonly stat: FileStat;
  readonly #files: FileSystem;
  readonly #path: string;
  /** Its end, which was read when it was opened. */
  readonly #end: Buffer;
  /** Whether the pieces in there were compared with their sums already. */
  #isSound = false;

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
    this.#isSound = lists.every(pieces => this.#areSound(pieces));
    return this.#isSound;
  }

  /** `undefined`: the file was replaced, or the piece is not as it was written. */
  read(piece: unknown): Buffer | undefined {
    if (!pieceShape.accepts(piece)) return undefined;
    if (this.#isInEnd(piece)) return this.#inEnd(piece);
    const file = openIfThere(this.#files, this.#path);
    if (file === undefined) return undefined;
    try {
      return isUnchanged(file.stat, this.stat) ? this.#fromFile(piece, file.descriptor) : undefined;
    } finally {
      this.#files.close(file.descriptor);
    }
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
    return this.#isSound || crc32(bytes) === sum ? bytes : undefined;
  }

  #fromFile([start, end, sum]: Piece, descriptor: number): Buffer | undefined {
    const bytes = readFully(this.#files, descriptor, start, end - start);
    return crc32(bytes) === sum ? bytes : undefined;
  }
}
