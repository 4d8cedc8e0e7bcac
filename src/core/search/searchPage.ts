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
  /**
   * How many sessions were not searched, because the index does not know what is in them yet and `patience` ended. It
   * learns them meanwhile: the same search finds more a little later. Absent when all were.
   */
  readonly unsearched?: number;
}

/** How far a search is that has to read sessions which the index does not know. */
export interface SearchProgress extends Pick<SearchPage, 'hits' | 'sessions'> {
  /** How many sessions were searched, newest first, of `total`. */
  readonly searched: number;
  /** 0 while it is not known which sessions there are. */
  readonly total: number;
  /** How many had to be read because the index does not know them; from now on it does. */
  readonly learned: number;
}

export interface SearchOptions {
  /** 1 to 1,000; 50 by default. */
  readonly limit?: number;
  /** The `nextCursor` of the page before. */
  readonly cursor?: string;
  /** Ends the search, which then rejects with `cancelled`. */
  readonly signal?: AbortSignal;
  /** Milliseconds for which sessions are read that the index does not know, and never fewer than 100 of them; all when not given. */
  readonly patience?: number;
  /** Is told, a few times a second, of a search that takes longer than that. Must not throw. */
  readonly onProgress?: (progress: SearchProgress) => void;
}

/** Finds tasks and sessions of one root by what was asked, done, printed and changed. */
export interface SessionSearch {
  /** Rejects with `invalid_input` for a cursor that is none, `cancelled`, or a storage error. */
  search(query: SearchQuery, options?: SearchOptions): Promise<SearchPage>;
}
