import type { SessionMetadata } from '../session.ts';
import type { TaskStatus, TaskType } from '../task.ts';
import type { SearchQuery } from './searchQuery.ts';

/** Where something was found: the title of a session, a task's text, its commands, what was printed, a file's name. */
export type SearchField = 'title' | 'task' | 'command' | 'output' | 'file';

/** The text around a match on one line, harmless to show. */
export interface Excerpt {
  readonly text: string;
  /** Where in `text` the matches are: start, end. */
  readonly ranges: readonly (readonly [number, number])[];
}

/** A task that has everything that was asked for, or a session by its title. */
export interface SearchHit extends Excerpt {
  readonly sessionId: string;
  readonly sessionTitle: string;
  /** `null`: the session itself. */
  readonly task: {
    readonly id: string;
    /** The first line of its text, harmless to show. */
    readonly title: string;
    readonly type: TaskType;
    readonly status: TaskStatus;
    readonly agent: string;
  } | null;
  /** When something last happened to it. */
  readonly at: Date;
  readonly field: SearchField;
}

export interface SearchPage {
  /** Newest session first, then newest task first. */
  readonly hits: readonly SearchHit[];
  /** The sessions of the hits, each once, in the same order. */
  readonly sessions: readonly SessionMetadata[];
  /** Present when there may be more. */
  readonly nextCursor?: string;
}

export interface SearchOptions {
  /** 1 to 1,000; 50 by default. */
  readonly limit?: number;
  /** The `nextCursor` of the page before. */
  readonly cursor?: string;
  /** Ends the search, which then rejects with `cancelled`. */
  readonly signal?: AbortSignal;
}

/** Finds tasks and sessions of one root by what was asked, done, printed and changed. */
export interface SessionSearch {
  /** Rejects with `invalid_input` for a cursor that is none, `cancelled`, or a storage error. */
  search(query: SearchQuery, options?: SearchOptions): Promise<SearchPage>;
}
