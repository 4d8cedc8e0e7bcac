import type { DamagedFile } from '../core/ports.ts';
import type { SessionMetadata } from '../core/session.ts';
import { type IndexedRow, keptRow } from './indexedRow.ts';
import type { LineOfRows } from './lineOfRows.ts';
import { compareIndexed, compareRows, isOrdinary } from './listing.ts';
import { OlderRows } from './olderRows.ts';
import { sortInSlices } from './sortInSlices.ts';

/** How often a list is made anew because it changed meanwhile. */
const MAX_TRIES = 3;

/** The rows that are known, and those that an ordinary list shows, in its order. */
export class CatalogRows {
  readonly #rows = new Map<string, IndexedRow>();
  /** The others: a long list need not look each of them up by its id. */
  #older = OlderRows.none;
  /** When their files were last looked at, on the monotonic clock: of few, in a long list. */
  readonly #checkedAt = new Map<string, number>();
  readonly #damaged = new Map<string, DamagedFile>();
  #shown: readonly SessionMetadata[] | undefined;
  #kept: readonly IndexedRow[] | undefined;
  /** Goes up with every change. */
  #version = 0;

  get size(): number {
    return this.#rows.size + this.#older.size;
  }

  get(sessionId: string): IndexedRow | undefined {
    return this.#rows.get(sessionId) ?? this.#byId().get(sessionId);
  }

  ids(): readonly string[] {
    return [...this.#byId().keys()];
  }

  all(): IterableIterator<IndexedRow> {
    return this.#byId().values();
  }

  /** Takes in many at once that are in order, but for those that are known. */
  putOlder(lines: readonly LineOfRows[]): void {
    const known = this.#rows.size;
    // The newest are known, mostly, and so are those at the end that nobody can read.
    const isNew = (sessionId: string): boolean => !this.#rows.has(sessionId);
    const none: readonly string[] = [];
    const ids = none.concat(...lines.map(line => line.sessionIds));
    const start = Math.max(0, ids.findIndex(isNew));
    const end = ids.findLastIndex(isNew) + 1;
    if (ids.length - (end - start) === known && this.#older.size === 0) {
      this.#older = new OlderRows(lines, start, end);
      for (const [sessionId, damaged] of lines.flatMap(line => line.damaged))
        if (isNew(sessionId)) this.#damaged.set(sessionId, damaged);
    } else for (const row of lines.flatMap(line => line.rows())) if (isNew(row.sessionId)) this.put(row);
    this.#version++;
    this.#shown = this.#kept = undefined;
  }

  /** When the file of a row was last looked at, on the monotonic clock. */
  checkedAt(sessionId: string): number {
    return this.#checkedAt.get(sessionId) ?? -Infinity;
  }

  /** The file of a row was looked at, and says the same. */
  check(sessionId: string, now: number): void {
    this.#checkedAt.set(sessionId, now);
  }

  /** The file of a row may say something else by now. */
  doubt(sessionId: string): void {
    this.#checkedAt.delete(sessionId);
  }

  /** A row that only changed stays in its place: a list of many does not pay for one. */
  put(indexed: IndexedRow, checkedAt?: number): void {
    const { sessionId, damaged } = indexed;
    const before = this.get(sessionId);
    this.#version++;
    this.#rows.set(sessionId, indexed);
    if (checkedAt !== undefined) this.#checkedAt.set(sessionId, checkedAt);
    else if (before !== undefined) this.#checkedAt.delete(sessionId);
    if (damaged !== undefined) this.#damaged.set(sessionId, damaged);
    else if (before !== undefined) this.#damaged.delete(sessionId);
    if (this.#shown !== undefined) this.#show(this.#shown, shownRow(before), shownRow(indexed));
    if (this.#kept !== undefined) this.#keep(this.#kept, before, indexed);
  }

  delete(sessionId: string): void {
    const before = this.get(sessionId);
    this.#version++;
    this.#rows.delete(sessionId);
    this.#checkedAt.delete(sessionId);
    this.#damaged.delete(sessionId);
    if (shownRow(before) !== undefined) this.#shown = undefined;
    if (keptRow(before) !== undefined) this.#kept = undefined;
  }

  /** What an ordinary list shows: all that are neither deleted nor archived. */
  shown(): readonly SessionMetadata[] {
    this.#shown ??= this.select(isOrdinary);
    return this.#shown;
  }

  /** What a search looks through: all that are not deleted. The same list until one of them changes. */
  async kept(breathe: () => Promise<void> | undefined): Promise<readonly IndexedRow[]> {
    for (let tries = 1; ; tries++) {
      if (this.#kept !== undefined) return this.#kept;
      const before = this.#version;
      const rows: IndexedRow[] = [];
      for (const indexed of this.all()) {
        if (keptRow(indexed) !== undefined) rows.push(indexed);
        const pause = breathe();
        if (pause !== undefined) await pause;
      }
      const sorted = await sortInSlices(rows, compareIndexed, breathe);
      if (this.#version === before) this.#kept = sorted;
      // What changed meanwhile is as it was then: that is enough where changes never end.
      else if (tries === MAX_TRIES) return sorted;
    }
  }

  /** Those that a list shows, in its order. */
  select(isSelected: (row: SessionMetadata) => boolean): readonly SessionMetadata[] {
    const isListed = (row: SessionMetadata | undefined): row is SessionMetadata =>
      row !== undefined && isSelected(row);
    const known = [...this.#rows.values()].map(keptRow).filter(isListed).sort(compareRows);
    const { sessions } = this.#older;
    // Mostly that is all of them: then none is copied.
    const older = sessions.every(isListed) ? sessions : sessions.filter(isListed);
    const [last, next] = [known.at(-1), older[0]];
    if (next === undefined) return known;
    const rows = known.concat(older);
    return last === undefined || compareRows(last, next) < 0 ? rows : rows.sort(compareRows);
  }

  /** All by their ids. */
  #byId(): ReadonlyMap<string, IndexedRow> {
    if (this.#older.size === 0) return this.#rows;
    const older = this.#older.rows();
    this.#older = OlderRows.none;
    for (const row of older) this.#rows.set(row.sessionId, row);
    return this.#rows;
  }

  /** What is wrong with the files of which session. */
  get damaged(): ReadonlyMap<string, DamagedFile> {
    return this.#damaged;
  }

  #show(
    shown: readonly SessionMetadata[],
    before: SessionMetadata | undefined,
    after: SessionMetadata | undefined,
  ): void {
    if (before === undefined && after === undefined) return;
    const place = before === undefined ? -1 : shown.indexOf(before);
    const stays = before?.startTime.getTime() === after?.startTime.getTime();
    this.#shown = after !== undefined && place >= 0 && stays ? shown.with(place, after) : undefined;
  }

  #keep(kept: readonly IndexedRow[], before: IndexedRow | undefined, after: IndexedRow): void {
    const isKept = keptRow(after) !== undefined;
    if (keptRow(before) === undefined && !isKept) return;
    const place = before === undefined ? -1 : kept.indexOf(before);
    const stays = before?.row?.startTime.getTime() === after.row?.startTime.getTime();
    this.#kept = isKept && place >= 0 && stays ? kept.with(place, after) : undefined;
  }
}

/** What an ordinary list shows of it, if anything. */
export function shownRow(indexed: IndexedRow | undefined): SessionMetadata | undefined {
  const row = keptRow(indexed);
  return row !== undefined && isOrdinary(row) ? row : undefined;
}
