import { crc32 } from 'node:zlib';
import type { IdSource } from '../core/recordMap.ts';
import type { PiecedFile } from './piecedFile.ts';
import { list, text } from './shape.ts';
import { type PiecesOf, pieceShape } from './snapshotPieces.ts';

const idList = list(text);

/** A list of ids as a snapshot has it: one a line. */
export function idsText(ids: readonly string[]): string {
  return ids.length === 0 ? '[]' : `[\n    ${ids.map(id => JSON.stringify(id)).join(',\n    ')}\n  ]`;
}

/** Finds ids elsewhere, of which `isRight` tells whether they are the ones that the file had. */
type Recover = (isRight: (ids: readonly string[]) => boolean) => readonly string[];

/** The ids of tasks or plans, which are read when somebody asks for one. */
export class SnapshotIds implements IdSource {
  readonly size: number;
  readonly #file: PiecedFile;
  readonly #ids: unknown;
  readonly #recover: Recover;
  #known: readonly string[] | undefined;

  constructor(file: PiecedFile, { count, ids }: PiecesOf, recover: Recover) {
    this.size = count;
    this.#file = file;
    this.#ids = ids;
    this.#recover = recover;
  }

  load(): readonly string[] {
    this.#known ??= this.#read() ?? this.#recover(ids => this.#isRight(ids));
    return this.#known;
  }

  #read(): readonly string[] | undefined {
    if (idList.accepts(this.#ids)) return this.#ids;
    const bytes = this.#file.read(this.#ids);
    // As this program wrote them: their sum says so.
    return bytes && (JSON.parse(bytes.toString()) as readonly string[]);
  }

  #isRight(ids: readonly string[]): boolean {
    return pieceShape.accepts(this.#ids) && crc32(idsText(ids)) === this.#ids[2];
  }
}
