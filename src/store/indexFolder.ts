import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { DamagedFile } from '../core/ports.ts';
import type { FileSystem } from './fileSystem.ts';
import type { IndexedRow } from './indexedRow.ts';
import {
  decodeDetails,
  decodeIndexLine,
  decodeRows,
  encodeDetails,
  detailsOwner,
  encodeIndexLine,
  encodeRows,
  type IndexedDetails,
} from './indexLine.ts';
import type { LineOfRows } from './lineOfRows.ts';
import { type Columns, fromColumns, toColumns } from './rowColumns.ts';
import { openRegular, readInto, readRegular } from './regularFile.ts';
import { isPlainObject } from './shape.ts';
import type { StorePorts } from './storePorts.ts';

/** The version of the index; another one is made anew. */
const VERSION = 2;
/** So much of a log is read at once. */
const AT_ONCE = 256 * 1024;
const MAX_HEAD = 32 * 1024 * 1024;

/** The state of `sessions/` for which the index is complete. */
export interface FolderStamp {
  readonly inode: number;
  readonly mtimeMs: number;
  /** When that was seen, by the wall clock. */
  readonly seenAt: number;
}

/** The first page of the index, with what proves that it is one. */
export interface IndexHead {
  readonly version: number;
  readonly root: string;
  readonly folder: FolderStamp;
  /** Names the files that belong to this head; a compaction makes new ones. */
  readonly generation: string;
  /** How much of the row log went into this head. */
  readonly logSize: number;
  /** How many rows a list without conditions has. */
  readonly total: number;
  /** How many sessions there are, also those that no list shows. */
  readonly count: number;
  /** The newest of them, and all that cannot be read. */
  readonly rows: readonly IndexedRow[];
  readonly damaged: readonly DamagedFile[];
}

type WrittenHead = Omit<IndexHead, 'rows'> & { readonly rows: Columns };

/**
 * The list index of one root, in the user's cache folder: a head with the newest rows, a log of all rows (the last line of a
 * session counts) and one of details. All of it can be deleted at any time.
 */
export class IndexFolder {
  readonly #files: FileSystem;
  readonly #ids: StorePorts['ids'];
  readonly #folder: string;
  readonly root: string;

  constructor({ files, ids, paths }: StorePorts, cache: string) {
    this.#files = files;
    this.#ids = ids;
    this.root = paths.root;
    const name = createHash('sha256').update(paths.root).digest('hex').slice(0, 32);
    this.#folder = join(cache, 'sessions', name);
  }

  /** The head, if there is one for this root that is as it was written. Never throws. */
  readHead(): IndexHead | undefined {
    try {
      const head = decodeIndexLine(
        readRegular(this.#files, this.#path('head.json'), MAX_HEAD) ?? Buffer.alloc(0),
      );
      if (!isPlainObject(head) || head['version'] !== VERSION || head['root'] !== this.root) return undefined;
      const { rows, ...rest } = head as unknown as WrittenHead;
      return { ...rest, rows: fromColumns(rows).rows() };
    } catch {
      return undefined;
    }
  }

  /** How large the row log of a head is now. */
  logSize(generation: string): number {
    return this.#files.lstat(this.#path(`rows.${generation}.jsonl`))?.size ?? 0;
  }

  /** The unharmed rows of the log from `from` on, in order, a line at a time. */
  *rows(generation: string, from = 0): Generator<LineOfRows> {
    for (const line of this.#lines(`rows.${generation}.jsonl`, from)) yield decodeRows(line);
  }

  /** Line by line, of the sessions that are wanted; a line of another is not parsed, and is `undefined`. */
  *details(
    generation: string,
    isWanted: (sessionId: string) => boolean = () => true,
  ): Generator<IndexedDetails | undefined> {
    for (const line of this.#lines(`details.${generation}.jsonl`, 0)) {
      const owner = detailsOwner(line);
      if (owner !== undefined && !isWanted(owner)) {
        yield undefined;
        continue;
      }
      const details = decodeDetails(line);
      if (details !== undefined) yield details;
    }
  }

  /** Adds lines to the logs; other processes may do so at the same time, unless nobody knows of the generation yet. */
  append(
    generation: string,
    {
      rows = [],
      details = [],
      inOrder = false,
    }: {
      readonly rows?: readonly IndexedRow[];
      readonly details?: readonly IndexedDetails[];
      readonly inOrder?: boolean;
    },
  ): void {
    this.#ensure();
    this.#add(`rows.${generation}.jsonl`, encodeRows(rows, inOrder));
    this.#add(`details.${generation}.jsonl`, details.map(encodeDetails).join(''));
  }

  writeHead(head: Omit<IndexHead, 'version' | 'root'>): void {
    this.#ensure();
    const temporary = this.#path(`head.${this.#ids.hex(8)}.tmp`);
    const { descriptor } = openRegular(this.#files, temporary, 'create');
    try {
      this.#write(
        descriptor,
        encodeIndexLine({
          version: VERSION,
          root: this.root,
          ...head,
          rows: toColumns(head.rows),
        }).trimEnd(),
      );
    } finally {
      this.#files.close(descriptor);
    }
    this.#files.rename(temporary, this.#path('head.json'));
  }

  /** Removes what no head refers to any more. */
  async discardOthers(generation: string): Promise<void> {
    const kept = new Set(['head.json', `rows.${generation}.jsonl`, `details.${generation}.jsonl`]);
    for (const name of await this.#files.readdir(this.#folder)) {
      if (!kept.has(name)) this.#files.unlink(this.#path(name));
    }
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }

  #ensure(folder = this.#folder): void {
    if (this.#files.lstat(folder) !== undefined) return;
    this.#ensure(dirname(folder));
    this.#files.mkdir(folder);
  }

  /** Each is there until the next is asked for: memory that was written before is many times faster than new memory. */
  *#lines(name: string, from: number): Generator<Buffer> {
    if (this.#files.lstat(this.#path(name)) === undefined) return;
    const { descriptor, stat } = openRegular(this.#files, this.#path(name), 'read');
    try {
      let at = from;
      let buffer = Buffer.allocUnsafe(Math.min(AT_ONCE, stat.size));
      while (at < stat.size) {
        const bytes = readInto(buffer.subarray(0, stat.size - at), this.#files, descriptor, at);
        const length = bytes.lastIndexOf(10) + 1;
        yield* linesIn(bytes.subarray(0, length));
        at += length;
        if (length > 0) continue;
        if (bytes.length < buffer.length) return;
        // A session of very many tasks has a line that is longer.
        buffer = Buffer.allocUnsafe(2 * buffer.length);
      }
    } finally {
      this.#files.close(descriptor);
    }
  }

  #add(name: string, text: string): void {
    if (text === '') return;
    const path = this.#path(name);
    const exists = this.#files.lstat(path) !== undefined;
    const { descriptor } = openRegular(this.#files, path, exists ? 'append' : 'create');
    try {
      this.#write(descriptor, text);
    } finally {
      this.#files.close(descriptor);
    }
  }

  #write(descriptor: number, text: string): void {
    let rest: Buffer = Buffer.from(text);
    while (rest.length > 0) rest = rest.subarray(this.#files.append(descriptor, rest));
  }
}

function* linesIn(bytes: Buffer): Generator<Buffer> {
  let start = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
    yield bytes.subarray(start, end);
    start = end + 1;
  }
}
