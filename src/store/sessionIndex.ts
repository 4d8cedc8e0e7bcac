import { messageOf } from '../core/errors.ts';
import type { CatalogEntry } from './catalogEntry.ts';
import { type CatalogRows, shownRow } from './catalogRows.ts';
import type { IndexedRow } from './indexedRow.ts';
import type { IndexedDetails } from './indexLine.ts';
import type { FolderStamp, IndexFolder } from './indexFolder.ts';
import { slicer, type StorePorts } from './storePorts.ts';
import { compareIndexed } from './listing.ts';
import type { LineOfRows } from './lineOfRows.ts';
import { sortInSlices } from './sortInSlices.ts';
import type { DamagedFile } from '../core/ports.ts';

const HEAD_ROWS = 100;
const FLUSH_AT = 500;
const WRITTEN_AT_ONCE = 2_000;
/** Rows of the log that are out of date, or out of order, beyond which it is written anew: a list in order is soon sorted. */
const MAX_WASTE = 2_000;

/** Of a folder that no folder is like, so that nobody believes that it is all. */
const NOTHING_KNOWN = {
  folder: { inode: -1, mtimeMs: -1, seenAt: -1 },
  ...{ logSize: 0, total: 0, count: 0, rows: [], damaged: [] },
};

/** What the head of an index knew. */
export interface KnownIndex {
  readonly rows: readonly IndexedRow[];
  /** How many there are in all. */
  readonly count: number;
  readonly folder: FolderStamp;
  readonly total: number;
  readonly damaged: readonly DamagedFile[];
}

/** The persistent side of the catalog. Whatever fails here costs time, not truth: it is logged and the files are read. */
export class SessionIndex {
  readonly #ports: StorePorts;
  readonly #folder: IndexFolder | undefined;
  readonly #mayWrite: () => boolean;
  #generation: string | undefined;
  #logRead = 0;
  #lines = 0;
  /** Rows that were added behind those in order. */
  #added = 0;
  #rows: IndexedRow[] = [];
  #details: IndexedDetails[] = [];
  /** Whether what is added waits, because a head is being written that does not know of it. */
  #isHeld = false;
  /** Where nothing can be kept on disk. */
  readonly #memory = new Map<string, IndexedDetails>();

  constructor(ports: StorePorts, folder: IndexFolder | undefined, mayWrite: () => boolean) {
    this.#ports = ports;
    this.#folder = folder;
    this.#mayWrite = mayWrite;
  }

  /** The newest rows, or nothing. */
  open(): KnownIndex | undefined {
    return this.#quietly(() => {
      const head = this.#folder?.readHead();
      if (head === undefined) return undefined;
      this.#generation = head.generation;
      this.#logRead = head.logSize;
      return head;
    });
  }

  /**
   * All rows: those that are in the order of lists, and those that were added or changed since. Many take a second, in which
   * others run.
   */
  async readAll(): Promise<{
    readonly ordered: readonly LineOfRows[];
    readonly later: readonly LineOfRows[];
  }> {
    const ordered: LineOfRows[] = [];
    const later: LineOfRows[] = [];
    const breathe = slicer(this.#ports);
    try {
      for (const line of this.#allLines()) {
        const isOrdered = line.inOrder && later.length === 0;
        (isOrdered ? ordered : later).push(line);
        const pause = breathe();
        if (pause !== undefined) await pause;
      }
    } catch (error) {
      this.#tellUnusable(error);
      return { ordered: [], later: [] };
    }
    const added = countOf(later);
    this.#lines += countOf(ordered) + added;
    this.#added += added;
    return { ordered, later };
  }

  /** The rows that other processes added since. */
  readNew(take: (row: IndexedRow) => void): void {
    this.#quietly(() => {
      if (this.#folder === undefined || this.#generation === undefined) return;
      const size = this.#folder.logSize(this.#generation);
      if (size <= this.#logRead) return;
      for (const line of this.#folder.rows(this.#generation, this.#logRead)) {
        const rows = line.rows();
        rows.forEach(take);
        this.#lines += rows.length;
        this.#added += rows.length;
      }
      this.#logRead = size;
    });
  }

  /** As `IndexFolder.details`. */
  *details(isWanted?: (sessionId: string) => boolean): Generator<IndexedDetails | undefined> {
    this.flush();
    yield* this.#memory.values();
    if (this.#folder !== undefined && this.#generation !== undefined)
      yield* this.#folder.details(this.#generation, isWanted);
  }

  /**
   * So many sessions are going to be added. Where no index is there yet and they are many, one is begun that claims nothing, so
   * that whoever comes next finds what was added, however this process ends.
   */
  expect(count: number): void {
    if (count < FLUSH_AT || this.#generation !== undefined) return;
    this.#quietly(() => {
      if (this.#folder === undefined || !this.#mayWrite()) return;
      const known = this.#folder.readHead();
      const generation = known?.generation ?? this.#ports.ids.hex(8);
      if (known === undefined) this.#folder.writeHead({ ...NOTHING_KNOWN, generation });
      this.#generation = generation;
    });
  }

  add({ row, details }: CatalogEntry): void {
    this.#rows.push(row);
    this.#details.push(details);
    if (this.#rows.length >= FLUSH_AT) this.flush();
  }

  /** Writes what was added. */
  flush(): void {
    if (this.#isHeld) return;
    const rows = this.#rows.splice(0);
    const details = this.#details.splice(0);
    if (rows.length === 0) return;
    const written = this.#quietly(() => {
      if (this.#folder === undefined || !this.#mayWrite()) return false;
      this.#generation ??= this.#folder.readHead()?.generation ?? this.#ports.ids.hex(8);
      const before = this.#folder.logSize(this.#generation);
      this.#folder.append(this.#generation, { rows, details });
      // What nobody else wrote in between need not be read back.
      if (before === this.#logRead) this.#logRead = this.#folder.logSize(this.#generation);
      this.#lines += rows.length;
      this.#added += rows.length;
      return true;
    });
    if (written !== true) for (const entry of details) this.#memory.set(entry.sessionId, entry);
  }

  /**
   * Makes the rows as they are now the index from which the next process starts. Others run meanwhile: what is added by then
   * comes behind that in the log, as what other processes add does.
   */
  async writeHead(rows: CatalogRows, folder: FolderStamp, damaged: readonly DamagedFile[]): Promise<void> {
    const index = this.#folder;
    if (index === undefined || !this.#mayWrite()) return;
    this.flush();
    this.#isHeld = true;
    try {
      const logSize = this.#generation === undefined ? 0 : index.logSize(this.#generation);
      const breathe = slicer(this.#ports);
      const all = await sortInSlices([...rows.all()], compareIndexed, breathe);
      const waste = Math.max(this.#lines - all.length, this.#added);
      const isKept = this.#generation !== undefined && waste <= MAX_WASTE;
      if (!isKept) await this.#compact(index, all, breathe);
      const generation = this.#generation ?? '';
      const listed = all.filter(({ row }) => row !== undefined);
      const newest = [...listed.slice(0, HEAD_ROWS), ...all.filter(({ row }) => row === undefined)];
      index.writeHead({
        ...{ folder, generation, damaged, total: all.filter(shownRow).length, count: all.length },
        logSize: isKept ? logSize : this.#logRead,
        rows: newest,
      });
      await index.discardOthers(generation);
    } catch (error) {
      this.#ports.logger.debug(`The list index was not kept: ${messageOf(error)}`);
    } finally {
      this.#isHeld = false;
      this.flush();
    }
  }

  async #compact(
    index: IndexFolder,
    rows: readonly IndexedRow[],
    breathe: () => Promise<void> | undefined,
  ): Promise<void> {
    const generation = this.#ports.ids.hex(8);
    const stamps = new Map<string, string>();
    for (let at = 0; at < rows.length; at += WRITTEN_AT_ONCE) {
      await breathe();
      const some = rows.slice(at, at + WRITTEN_AT_ONCE);
      for (const { sessionId, stamp } of some) stamps.set(sessionId, stamp);
      index.append(generation, { rows: some, inOrder: true });
    }
    let batch: IndexedDetails[] = [];
    for (const details of this.details()) {
      const pause = breathe();
      if (pause !== undefined) await pause;
      if (details === undefined || stamps.get(details.sessionId) !== details.stamp) continue;
      stamps.delete(details.sessionId);
      batch.push(details);
      if (batch.length < FLUSH_AT) continue;
      index.append(generation, { details: batch });
      batch = [];
    }
    index.append(generation, { details: batch });
    this.#generation = generation;
    this.#lines = rows.length;
    this.#added = 0;
    this.#logRead = index.logSize(generation);
  }

  *#allLines(): Generator<LineOfRows> {
    if (this.#folder === undefined || this.#generation === undefined) return;
    this.#logRead = this.#folder.logSize(this.#generation);
    yield* this.#folder.rows(this.#generation);
  }

  #quietly<T>(action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      this.#tellUnusable(error);
      return undefined;
    }
  }

  #tellUnusable(error: unknown): void {
    this.#ports.logger.debug(`The list index cannot be used: ${messageOf(error)}`);
  }
}

function countOf(lines: readonly LineOfRows[]): number {
  return lines.reduce((count, line) => count + line.sessionIds.length, 0);
}
