import type { FileSystem } from './fileSystem.ts';
import { sumOf } from './journalLine.ts';
import { PiecedFile } from './piecedFile.ts';
import { openIfThere, readFully } from './regularFile.ts';
import { isPlainObject } from './shape.ts';
import { piecesIn, type SnapshotPieces } from './snapshotPieces.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** A snapshot of which only the fields and the end were read; the sums of these are right. */
export interface PartialSnapshot {
  readonly file: PiecedFile;
  readonly journal: JsonObject;
  readonly pieces: SnapshotPieces;
}

/** What is read at first: all of a small file; of a large one where its pieces are and, just before that, its newest tasks in columns. */
const END_BYTES = 32 * 1024;
const MAX_END_BYTES = 4 * 1024 * 1024;
const END = /, "proof": "([0-9a-f]{16})", "checksum": "[0-9a-f]{16}" \}\n\}\n$/;
const END_LENGTH = ', "proof": "0123456789abcdef", "checksum": "0123456789abcdef" }\n}\n'.length;
const START = '\n  "journal": {';

/** Opens a snapshot by its end. `undefined`: there is none, it has no pieces, or they are not as they were written. */
export function openPieces(files: FileSystem, path: string): PartialSnapshot | undefined {
  const opened = openIfThere(files, path);
  if (opened === undefined) return undefined;
  const { descriptor, stat } = opened;
  try {
    for (let length = END_BYTES; ; length *= 8) {
      const start = Math.max(0, stat.size - length);
      const end = readFully(files, descriptor, start, stat.size - start);
      // It became shorter meanwhile: nothing is where it is looked for.
      if (start + end.length !== stat.size) return undefined;
      const found = end.lastIndexOf(START);
      if (found >= 0) {
        const journal = parseJournal(end.subarray(found + 1));
        if (journal === undefined) return undefined;
        const file = new PiecedFile(files, path, stat, end);
        const pieces = piecesIn(journal, piece => file.readFrom(descriptor, piece));
        return pieces?.at === start + found + 1 ? { file, journal, pieces } : undefined;
      }
      if (start === 0 || length >= MAX_END_BYTES) return undefined;
    }
  } finally {
    files.close(descriptor);
  }
}

/** The last field, if it is as it was written. */
function parseJournal(bytes: Buffer): JsonObject | undefined {
  const body = bytes.subarray(0, Math.max(0, bytes.length - END_LENGTH));
  const proof = END.exec(bytes.toString('latin1', body.length))?.[1];
  if (proof === undefined || sumOf(body) !== proof) return undefined;
  try {
    const { journal } = JSON.parse(`{${bytes.toString()}`) as { readonly journal?: unknown };
    return isPlainObject(journal) ? journal : undefined;
  } catch {
    return undefined;
  }
}
