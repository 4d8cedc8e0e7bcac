import type { SessionMetadata } from '../core/session.ts';
import type { IndexedRow } from './indexedRow.ts';
import type { LineOfRows } from './lineOfRows.ts';

/** Rows in the order of lists, as the index has them: a list of all shows them without looking any up. */
export class OlderRows {
  static readonly none = new OlderRows([], 0, 0);

  /** As in `LineOfRows`. */
  readonly sessions: readonly (SessionMetadata | undefined)[];
  readonly #lines: readonly LineOfRows[];
  readonly #start: number;
  readonly #end: number;

  /** Of all rows of these lines those from `start` to before `end`. */
  constructor(lines: readonly LineOfRows[], start: number, end: number) {
    this.#lines = lines;
    this.#start = start;
    this.#end = end;
    const all: readonly (SessionMetadata | undefined)[] = [];
    this.sessions = all.concat(...lines.map(line => line.sessions)).slice(start, end);
  }

  get size(): number {
    return this.sessions.length;
  }

  rows(): readonly IndexedRow[] {
    return this.#lines.flatMap(line => line.rows()).slice(this.#start, this.#end);
  }
}
