import type { DamagedFile } from '../core/ports.ts';
import type { SessionMetadata } from '../core/session.ts';
import { type IndexedRow, keptRow } from './indexedRow.ts';

interface Parts {
  readonly sessions: readonly SessionMetadata[];
  readonly sessionIds: readonly string[];
  readonly stamps: () => readonly string[];
  /** What has no place among these, and where it belongs in the line. */
  readonly others: readonly (readonly [at: number, row: IndexedRow])[];
  readonly inOrder: boolean;
}

/** A line of the index: the rows of many sessions. */
export class LineOfRows {
  static readonly none = new LineOfRows({
    ...{ sessions: [], sessionIds: [], stamps: () => [], others: [], inOrder: false },
  });

  readonly sessionIds: readonly string[];
  /** What a list may show of each: nothing of those that are deleted or cannot be read. */
  readonly sessions: readonly (SessionMetadata | undefined)[];
  /** Whether they follow those of the line before in the order of lists, and none of them is in a line before. */
  readonly inOrder: boolean;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.sessionIds = withOthers(parts.sessionIds, parts, ({ sessionId }) => sessionId);
    this.sessions = withOthers<SessionMetadata | undefined>(parts.sessions, parts, keptRow);
    this.inOrder = parts.inOrder;
  }

  /** What is wrong with the files of which session. */
  get damaged(): readonly (readonly [sessionId: string, damaged: DamagedFile])[] {
    return this.#parts.others.flatMap(([, { sessionId, damaged }]) =>
      damaged === undefined ? [] : [[sessionId, damaged] as const],
    );
  }

  /** All that the index knows of them. It is made for every call: a list shows less. */
  rows(): readonly IndexedRow[] {
    const stamps = this.#parts.stamps();
    const rows = this.#parts.sessions.map((row, at): IndexedRow => {
      const { sessionId } = row;
      return { sessionId, stamp: stamps[at] ?? '', row, deleted: false, damaged: undefined };
    });
    return withOthers(rows, this.#parts, other => other);
  }
}

function withOthers<T>(items: readonly T[], { others }: Parts, of: (other: IndexedRow) => T): readonly T[] {
  if (others.length === 0) return items;
  const all = [...items];
  for (const [at, other] of others) all.splice(at, 0, of(other));
  return all;
}
