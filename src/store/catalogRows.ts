import type { DamagedFile } from '../core/ports.ts';
import type { SessionMetadata } from '../core/session.ts';
import type { IndexedRow } from './indexedRow.ts';
import { compareRows, isWanted } from './listing.ts';
import { sortInSlices } from './sortInSlices.ts';

/** How often a list is made anew because it changed meanwhile. */
const MAX_TRIES = 3;

export interface CatalogRow {
  readonly indexed: IndexedRow;
  /** When its file was last looked at, on the monotonic clock. */
  checkedAt: number;
}

/** The rows that are known, and those that an ordinary list shows, in its order. */
export class CatalogRows {
  readonly #rows = new Map<string, CatalogRow>();
  readonly #damaged = new Map<string, DamagedFile>();
  #shown: SessionMetadata[] | undefined;
  #kept: readonly IndexedRow[] | undefined;
  /** Goes up with every change. */
  #version = 0;

  get size(): number {
    return this.#rows.size;
  }

  get(sessionId: string): CatalogRow | undefined {
    return this.#rows.get(sessionId);
  }

  ids(): readonly string[] {
    return [...this.#rows.keys()];
  }

  all(): IterableIterator<CatalogRow> {
    return this.#rows.values();
  }

  /** A row that only changed stays in its place: a list of many does not pay for one. */
  put(indexed: IndexedRow, checkedAt: number): void {
    const before = this.#rows.get(indexed.sessionId)?.indexed;
    this.#version++;
    this.#rows.set(indexed.sessionId, { indexed, checkedAt });
    this.#note(indexed);
    this.#show(shownRow(before), shownRow(indexed));
    this.#keep(before, indexed);
  }

  delete(sessionId: string): void {
    const before = this.#rows.get(sessionId)?.indexed;
    this.#version++;
    this.#rows.delete(sessionId);
    this.#damaged.delete(sessionId);
    if (shownRow(before) !== undefined) this.#shown = undefined;
    if (keptRow(before) !== undefined) this.#kept = undefined;
  }

  /** What an ordinary list shows: all that are neither deleted nor archived. */
  shown(): readonly SessionMetadata[] {
    this.#shown ??= this.select(row => isWanted(row, {}));
    return this.#shown;
  }

  /** What a search looks through: all that are not deleted. The same list until one of them changes. */
  async kept(breathe: () => Promise<void> | undefined): Promise<readonly IndexedRow[]> {
    for (let tries = 1; ; tries++) {
      if (this.#kept !== undefined) return this.#kept;
      const before = this.#version;
      const rows: IndexedRow[] = [];
      for (const { indexed } of this.#rows.values()) {
        if (keptRow(indexed) !== undefined) rows.push(indexed);
        const pause = breathe();
        if (pause !== undefined) await pause;
      }
      const sorted = await sortInSlices(rows, compareKept, breathe);
      if (this.#version === before) this.#kept = sorted;
      // What changed meanwhile is as it was then: that is enough where changes never end.
      else if (tries === MAX_TRIES) return sorted;
    }
  }

  select(isSelected: (row: SessionMetadata) => boolean): SessionMetadata[] {
    const selected: SessionMetadata[] = [];
    for (const { indexed } of this.#rows.values()) {
      if (indexed.row !== undefined && !indexed.deleted && isSelected(indexed.row))
        selected.push(indexed.row);
    }
    return selected.sort(compareRows);
  }

  /** What is wrong with the files of which session. */
  get damaged(): ReadonlyMap<string, DamagedFile> {
    return this.#damaged;
  }

  #show(before: SessionMetadata | undefined, after: SessionMetadata | undefined): void {
    if (this.#shown === undefined || (before === undefined && after === undefined)) return;
    const place = before === undefined ? -1 : this.#shown.indexOf(before);
    const stays = before?.startTime.getTime() === after?.startTime.getTime();
    this.#shown = after !== undefined && place >= 0 && stays ? this.#shown.with(place, after) : undefined;
  }

  #keep(before: IndexedRow | undefined, after: IndexedRow): void {
    const isKept = keptRow(after) !== undefined;
    if (this.#kept === undefined || (keptRow(before) === undefined && !isKept)) return;
    const place = before === undefined ? -1 : this.#kept.indexOf(before);
    const stays = before?.row?.startTime.getTime() === after.row?.startTime.getTime();
    this.#kept = isKept && place >= 0 && stays ? this.#kept.with(place, after) : undefined;
  }

  #note({ sessionId, damaged }: IndexedRow): void {
    if (damaged === undefined) this.#damaged.delete(sessionId);
    else this.#damaged.set(sessionId, damaged);
  }
}

function compareKept(a: IndexedRow, b: IndexedRow): number {
  return a.row === undefined || b.row === undefined ? 0 : compareRows(a.row, b.row);
}

function keptRow(indexed: IndexedRow | undefined): SessionMetadata | undefined {
  return indexed?.deleted === false ? indexed.row : undefined;
}

function shownRow(indexed: IndexedRow | undefined): SessionMetadata | undefined {
  const row = keptRow(indexed);
  return row !== undefined && isWanted(row, {}) ? row : undefined;
}
