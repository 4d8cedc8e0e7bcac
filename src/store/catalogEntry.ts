import type { SessionMetadata } from '../core/session.ts';
import type { SessionState } from '../core/state.ts';
import { type SessionTally, tallyOf } from '../core/stats.ts';

const MAX_IDS = 100;

/** What lists, searches and statistics need to know of one session. */
export interface CatalogEntry {
  readonly row: SessionMetadata;
  readonly deleted: boolean;
  /** Title and task texts, in lower case. */
  readonly searchText: string;
  readonly taskIds: readonly string[];
  readonly tally: SessionTally;
}

export function catalogEntry(state: SessionState): CatalogEntry {
  const { metadata, tasks, balance } = state;
  const texts = [...tasks].map(task => task.description);
  return {
    row: { ...metadata, tasks: metadata.tasks.slice(-MAX_IDS), plans: metadata.plans.slice(-MAX_IDS) },
    deleted: state.deleted,
    searchText: [metadata.title, ...texts].join('\n').toLowerCase(),
    taskIds: metadata.tasks,
    tally: {
      ...{ sessionId: metadata.sessionId, updatedAt: metadata.updatedAt, balance },
      tasks: [...tasks].map(tallyOf),
    },
  };
}
