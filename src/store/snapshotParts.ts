import { crc32 } from 'node:zlib';
import type { RecordSource } from '../core/recordMap.ts';
import type { FileStat, FileSystem } from './fileSystem.ts';
import { sumOf } from './journalLine.ts';
import { parseHead, type SnapshotHead } from './snapshotHead.ts';
import { isSameFile, openIfThere, readFully } from './regularFile.ts';
import { count, integer, isPlainObject, list, object, type ShapeType, tuple } from './shape.ts';
import type { Place } from './taskPlaces.ts';

/** Where a piece of the file is, and the CRC-32 of its bytes. */
export type SnapshotPart = readonly [start: number, end: number, sum: number];
/** Where 32 tasks are, and from where on the journal has what they did. */
export type PlacedPart = readonly [...SnapshotPart, ...Place];

/** The `parts` of the `journal` field of a snapshot. */
export const partsShape = object({
  at: count,
  head: tuple(count, count, count),
  tasks: list(tuple(count, count, count, integer, count, count)),
  plans: list(tuple(count, count, count)),
});
type AnyPart = readonly [...SnapshotPart, ...unknown[]];
export type SnapshotParts = ShapeType<typeof partsShape>;

/** How much of the end is read at first: all of a small file, the list of parts of a large one. */
const END_BYTES = 32 * 1024;
const MAX_END_BYTES = 4 * 1024 * 1024;
const END = /, "proof": "([0-9a-f]{16})", "checksum": "[0-9a-f]{16}" \}\n\}\n$/;
const END_LENGTH = ', "proof": "0123456789abcdef", "checksum": "0123456789abcdef" }\n}\n'.length;
const START = '\n  "journal": {';

/** A snapshot of which only the fields and the end were read; the sums of these are right. */
export interface PartialSnapshot {
  readonly file: PartedFile;
  /** Without the lists of ids. */
  readonly head: Readonly<Record<string, unknown>>;
  readonly ids: SnapshotHead['ids'];
  readonly journal: Readonly<Record<string, unknown>>;
  readonly parts: SnapshotParts;
}

/** A file that is read in pieces, as long as it is the one that was opened first. */
export class PartedFile {
  readonly #files: FileSystem;
  readonly #path: string;
  readonly stat: FileStat;

  constructor(files: FileSystem, path: string, stat: FileStat) {
    this.#files = files;
    this.#path = path;
    this.stat = stat;
  }

  /** Whether it is the same file with the same content. */
  isSame(other: PartedFile): boolean {
    return isUnchanged(this.stat, other.stat);
  }

  /** `undefined`: the file was replaced, or the piece is not as it was written. */
  read([start, end, sum]: AnyPart): Buffer | undefined {
    const file = openIfThere(this.#files, this.#path);
    if (file === undefined) return undefined;
    try {
      if (!isUnchanged(file.stat, this.stat)) return undefined;
      const bytes = readFully(this.#files, file.descriptor, start, end - start);
      return crc32(bytes) === sum ? bytes : undefined;
    } finally {
      this.#files.close(file.descriptor);
    }
  }
}

/** Opens a snapshot by its end. `undefined`: there is none, it has no parts, or they are not as they were written. */
export function openParts(files: FileSystem, path: string): PartialSnapshot | undefined {
  const file = openIfThere(files, path);
  if (file === undefined) return undefined;
  const { descriptor, stat } = file;
  try {
    for (let length = END_BYTES; ; length *= 8) {
      const start = Math.max(0, stat.size - length);
      const bytes = readFully(files, descriptor, start, stat.size - start);
      const found = bytes.lastIndexOf(START);
      if (found >= 0) {
        const journal = readEnd(bytes.subarray(found + 1), start + found + 1);
        if (journal === undefined) return undefined;
        const [, headEnd, sum] = journal.parts.head;
        const head = start === 0 ? bytes.subarray(0, headEnd) : readFully(files, descriptor, 0, headEnd);
        if (crc32(head) !== sum) return undefined;
        // What follows it is the next field.
        const parsed = tryHead(`${head.toString('utf8', 0, head.lastIndexOf(','))}}`);
        return parsed && { ...journal, ...parsed, file: new PartedFile(files, path, stat) };
      }
      if (start === 0 || length >= MAX_END_BYTES) return undefined;
    }
  } finally {
    files.close(descriptor);
  }
}

/** Between records: only there does a line begin like that, for no string has a line break in it. */
const BETWEEN = ',\n    "';

/** Records that are parsed when somebody looks at them, one by one. */
export class SnapshotRecords<T extends { readonly id: string }> implements RecordSource<T> {
  readonly #read: () => readonly string[] | readonly T[];
  readonly #revive: (record: T) => T;
  #records: (string | T)[] | undefined;

  /** `recover` has the records when the file has them no more. */
  constructor(file: PartedFile, part: AnyPart, revive: (record: T) => T, recover: () => readonly T[]) {
    // As this program wrote them, their sum says.
    this.#read = () => file.read(part)?.toString().split(BETWEEN) ?? recover();
    this.#revive = revive;
  }

  load(): readonly T[] {
    this.#records ??= [...this.#read()];
    return this.#records.map((_, index) => this.at(index) as T);
  }

  at(index: number): T | undefined {
    const records = (this.#records ??= [...this.#read()]);
    const record = records[index];
    if (typeof record !== 'string') return record;
    const start = index === 0 ? '' : '"';
    const [parsed] = Object.values(JSON.parse(`{${start}${record}}`) as Readonly<Record<string, T>>);
    if (parsed === undefined) return undefined;
    const revived = this.#revive(parsed);
    records[index] = revived;
    return revived;
  }
}

function readEnd(bytes: Buffer, at: number): Pick<PartialSnapshot, 'journal' | 'parts'> | undefined {
  const body = bytes.subarray(0, Math.max(0, bytes.length - END_LENGTH));
  const proof = END.exec(bytes.toString('latin1', body.length))?.[1];
  if (proof === undefined || sumOf(body) !== proof) return undefined;
  const journal = (parse(`{${bytes.toString()}`) as { readonly journal?: unknown } | undefined)?.journal;
  if (!isPlainObject(journal)) return undefined;
  const { parts } = journal;
  return partsShape.accepts(parts) && parts.at === at ? { journal, parts } : undefined;
}

function tryHead(text: string): Pick<PartialSnapshot, 'head' | 'ids'> | undefined {
  try {
    const parsed = parseHead(text);
    return parsed && { head: parsed.fields, ids: parsed.ids };
  } catch {
    return undefined;
  }
}

function isUnchanged(one: FileStat, other: FileStat): boolean {
  return isSameFile(one, other) && one.size === other.size && one.mtimeMs === other.mtimeMs;
}

function parse(value: string): unknown {
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return undefined;
  }
}
