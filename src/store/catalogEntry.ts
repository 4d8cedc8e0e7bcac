import type { DamagedFile } from '../core/ports.ts';
import type { SessionMetadata } from '../core/session.ts';
import { type SessionState, sessionTally } from '../core/state.ts';
import type { IndexedRow } from './indexedRow.ts';
import type { IndexedDetails } from './indexLine.ts';

/** Ids that a row of a list holds. */
const ROW_IDS = 100;
/** Beyond these the index falls back to the session's own files. */
const MAX_TASK_IDS = 1_000;
const MAX_TEXT = 16 * 1024;

export interface CatalogEntry {
  readonly row: IndexedRow;
  readonly details: IndexedDetails;
}

/** What lists, searches and statistics need to know of a session in this state. */
export function catalogEntry(state: SessionState, stamp: string, damaged?: DamagedFile): CatalogEntry {
  const { sessionId } = state.metadata;
  const searchText = searchTextOf(state, MAX_TEXT);
  const taskIds = state.metadata.tasks;
  return {
    row: { sessionId, stamp, row: rowOf(state), deleted: state.deleted, damaged },
    details: {
      ...{ sessionId, stamp, tally: sessionTally(state) },
      searchText: searchText.slice(0, MAX_TEXT),
      taskIds: taskIds.slice(-MAX_TASK_IDS),
      complete: searchText.length <= MAX_TEXT && taskIds.length <= MAX_TASK_IDS,
    },
  };
}

/** A copy: the lists of a session that was opened are read when asked for, and hold all of its file until then. */
export function rowOf({ metadata }: SessionState): SessionMetadata {
  const { tasks, plans } = metadata;
  return { ...metadata, tasks: tasks.slice(-ROW_IDS), plans: plans.slice(-ROW_IDS) };
}

/** Title and task texts, in lower case. Where they are longer than `limit`, something longer than that is enough. */
export function searchTextOf({ metadata, tasks }: SessionState, limit = Infinity): string {
  let text = metadata.title;
  for (const { description } of tasks) {
    // In lower case it is not half as long.
    if (text.length > 2 * limit) break;
    text += `\n${description}`;
  }
  return text.toLowerCase();
}
