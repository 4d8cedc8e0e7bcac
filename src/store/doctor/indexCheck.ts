import type { SessionState } from '../../core/state.ts';
import { lastSegmentOf, type CatalogSource } from '../catalogSource.ts';
import type { IndexFolder } from '../indexFolder.ts';
import type { IndexedRow } from '../indexedRow.ts';
import { counted } from './findings.ts';

interface KnownRow {
  readonly stamp: string;
  readonly digest: string;
}

/** Compares the list index with what the files of the sessions say. It is derived: whatever is wrong in it is made anew. */
export class IndexCheck {
  readonly #source: CatalogSource;
  readonly #rows = new Map<string, KnownRow>();
  readonly #exists: boolean;
  #behind = 0;
  #wrong = 0;

  constructor(index: IndexFolder | undefined, source: CatalogSource) {
    this.#source = source;
    const head = index?.readHead();
    this.#exists = index !== undefined && head !== undefined;
    if (index === undefined || head === undefined) return;
    for (const line of index.rows(head.generation))
      for (const row of line.rows()) this.#rows.set(row.sessionId, known(row));
  }

  compare(sessionId: string, state: SessionState | undefined): void {
    const row = this.#rows.get(sessionId);
    this.#rows.delete(sessionId);
    if (!this.#exists) return;
    if (row === undefined || this.#source.stampOf(sessionId, lastSegmentOf(row.stamp)) !== row.stamp)
      this.#behind++;
    else if (
      state !== undefined &&
      row.digest !== '' &&
      row.digest !== digestOf(state.metadata, state.deleted)
    )
      this.#wrong++;
  }

  /** How many rows are not as they should be, and what to say of that; `undefined` when all are right. */
  result(): { readonly count: number; readonly problem: string } | undefined {
    const gone = this.#rows.size;
    const count = this.#behind + this.#wrong + gone;
    if (count === 0) return undefined;
    const parts = [
      ...(this.#behind > 0 ? [`${counted(this.#behind, 'session')} changed since`] : []),
      ...(this.#wrong > 0 ? [`${counted(this.#wrong, 'row')} say something else than the files`] : []),
      ...(gone > 0 ? [`${counted(gone, 'session')} of it ${gone === 1 ? 'is' : 'are'} gone`] : []),
    ];
    return {
      count,
      problem: `The list index is behind: ${parts.join(', ')}. The next list brings it up to date.`,
    };
  }
}

function known({ stamp, row, deleted }: IndexedRow): KnownRow {
  return { stamp, digest: row === undefined ? '' : digestOf(row, deleted) };
}

function digestOf(
  { title, status, lastEventSeq, archived, pinned, totalTasks }: NonNullable<IndexedRow['row']>,
  deleted: boolean,
): string {
  return JSON.stringify([title, status, lastEventSeq, archived, pinned, totalTasks, deleted]);
}
