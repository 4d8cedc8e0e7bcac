import { type SessionState, sessionTally } from '../core/state.ts';
import { type CatalogEntry, searchTextOf } from './catalogEntry.ts';
import type { CatalogRows } from './catalogRows.ts';
import { type CatalogSource, lastSegmentOf } from './catalogSource.ts';
import type { IndexedDetails } from './indexLine.ts';
import type { OpenSession } from './openSession.ts';
import type { SessionIndex } from './sessionIndex.ts';
import { slicer, type StorePorts } from './storePorts.ts';

export interface CatalogDetailsParts {
  readonly ports: StorePorts;
  readonly source: CatalogSource;
  readonly index: SessionIndex;
  readonly open: ReadonlyMap<string, OpenSession>;
}

/** What is known of sessions beyond their rows: from the index where that is right, else from their files. */
export class CatalogDetails {
  readonly #parts: CatalogDetailsParts;
  readonly #rows: CatalogRows;
  readonly #onRead: (entry: CatalogEntry) => void;

  constructor(parts: CatalogDetailsParts, rows: CatalogRows, onRead: (entry: CatalogEntry) => void) {
    this.#parts = parts;
    this.#rows = rows;
    this.#onRead = onRead;
  }

  /** Of all sessions that are not deleted, or of those with an event at or after `since`. */
  async *all(since?: Date): AsyncGenerator<IndexedDetails> {
    const { index, open, ports, source } = this.#parts;
    const left = new Map<string, string>();
    const breathe = slicer(ports);
    for (const { row, sessionId, stamp, deleted } of this.#rows.all()) {
      const pause = breathe();
      if (pause !== undefined) await pause;
      if (row === undefined || deleted || (since !== undefined && row.updatedAt < since)) continue;
      left.set(sessionId, stamp);
    }
    for (const [sessionId, { live }] of open) {
      const stamp = left.get(sessionId);
      // Where the index knows all of it, nothing needs to be read that the session left on disk.
      if (stamp === undefined || stamp === source.stampOfOpen(live)) continue;
      left.delete(sessionId);
      yield await ofOpen(live.state, breathe);
    }
    for (const details of left.size === 0 ? [] : index.details(sessionId => left.has(sessionId))) {
      if (details !== undefined && left.get(details.sessionId) === details.stamp) {
        left.delete(details.sessionId);
        yield details;
        if (left.size === 0) return;
      }
      const pause = breathe();
      if (pause !== undefined) await pause;
    }
    for (const [sessionId, stamp] of left) {
      const opened = open.get(sessionId);
      if (opened !== undefined) {
        yield await ofOpen(opened.live.state, breathe);
        continue;
      }
      const entry = await source.read(sessionId, lastSegmentOf(stamp));
      if (entry === undefined) continue;
      this.#onRead(entry);
      yield entry.details;
    }
  }

  /** The session that holds this task. */
  async findTask(taskId: string): Promise<string | undefined> {
    for await (const { sessionId, taskIds, complete } of this.all()) {
      if (taskIds.includes(taskId)) return sessionId;
      if (!complete && (await this.#hasTask(sessionId, taskId))) return sessionId;
    }
    return undefined;
  }

  /** The sessions in whose title or task texts every word occurs. */
  async search(words: readonly string[]): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    for await (const { sessionId, searchText, complete } of this.all()) {
      if (words.every(word => searchText.includes(word))) found.add(sessionId);
      else if (!complete && (await this.#hasWords(sessionId, words))) found.add(sessionId);
    }
    return found;
  }

  async #hasWords(sessionId: string, words: readonly string[]): Promise<boolean> {
    const state = await this.#stateOf(sessionId);
    const text = state === undefined ? '' : searchTextOf(state);
    return words.every(word => text.includes(word));
  }

  async #hasTask(sessionId: string, taskId: string): Promise<boolean> {
    const state = await this.#stateOf(sessionId);
    return state?.metadata.tasks.includes(taskId) ?? false;
  }

  async #stateOf(sessionId: string): Promise<SessionState | undefined> {
    return this.#parts.open.get(sessionId)?.live.state ?? this.#parts.source.stateOf(sessionId);
  }
}

/** Of a session that is open: in slices, since its tasks are read from disk where nobody looked at them yet. */
async function ofOpen(
  state: SessionState,
  breathe: () => Promise<void> | undefined,
): Promise<IndexedDetails> {
  const tasks = state.tasks[Symbol.iterator]();
  while (tasks.next().done !== true) {
    const pause = breathe();
    if (pause !== undefined) await pause;
  }
  return {
    ...{ sessionId: state.metadata.sessionId, stamp: '', tally: sessionTally(state), complete: true },
    get searchText() {
      return searchTextOf(state);
    },
    get taskIds() {
      return state.metadata.tasks;
    },
  };
}
