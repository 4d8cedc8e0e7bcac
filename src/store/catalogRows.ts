import type { DamagedFile } from '../core/ports.ts';
import type { SessionMetadata } from '../core/session.ts';
import type { IndexedRow } from './indexLine.ts';
import { compareRows, isWanted } from './listing.ts';

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
    const before = shownRow(this.#rows.get(indexed.sessionId)?.indexed);
    const after = shownRow(indexed);
    this.#rows.set(indexed.sessionId, { indexed, checkedAt });
    this.#note(indexed);
    if (this.#shown === undefined || (before === undefined && after === undefined)) return;
    const place = before === undefined ? -1 : this.#shown.indexOf(before);
    const stays = before?.startTime.getTime() === after?.startTime.getTime();
    if (after !== undefined && place >= 0 && stays) this.#shown = this.#shown.with(place, after);
    else this.#shown = undefined;
  }

  delete(sessionId: string): void {
    if (shownRow(this.#rows.get(sessionId)?.indexed) !== undefined) this.#shown = undefined;
    this.#rows.delete(sessionId);
    this.#damaged.delete(sessionId);
  }

  /** What an ordinary list shows: all that are neither deleted nor archived. */
  shown(): readonly SessionMetadata[] {
    this.#shown ??= this.select(row => isWanted(row, {}));
    return this.#shown;
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

  #note({ sessionId, damaged }: IndexedRow): void {
    if (damaged === undefined) this.#damaged.delete(sessionId);
    else this.#damaged.set(sessionId, damaged);
  }
}

function shownRow(indexed: IndexedRow | undefined): SessionMetadata | undefined {
  const row = indexed?.row;
  return row !== undefined && indexed?.deleted === false && isWanted(row, {}) ? row : undefined;
}
