import { pathInRoot, type TaskFinder, type TracedTask } from '../../core/blame/tracedTask.ts';
import type { Disposable } from '../../core/disposable.ts';
import { SessionError } from '../../core/errors.ts';
import { matchSession } from '../../core/search/matchSession.ts';
import type { SearchHit, SearchOptions, SearchPage, SessionSearch } from '../../core/search/searchPage.ts';
import type { SearchQuery } from '../../core/search/searchQuery.ts';
import type { SessionMetadata } from '../../core/session.ts';
import type { AgentTask, FileChange } from '../../core/task.ts';
import { compareRows } from '../listing.ts';
import type { SearchableSessions } from '../catalogSource.ts';
import { slicer, type StorePorts } from '../storePorts.ts';
import { cursorAfter, type HitCursor, parseHitCursor } from './hitCursor.ts';
import type { SearchIndex } from './searchIndex.ts';
import { needsOf, needsOfCommit, needsOfFile, type SearchNeeds } from './searchNeeds.ts';
import type { ReadText, SessionReader } from './sessionReader.ts';
import { Signature } from './signature.ts';
import { meets } from './signatureBlock.ts';
import { TrigramSet } from './trigramSet.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1000;
/** How long nobody must have searched before the rest is indexed. */
const PAUSE_MS = 1_000;
/** Between two slices of that, so that it takes no more than half of the processor. */
const REST_MS = 8;

export interface DiskSearchParts {
  readonly ports: StorePorts;
  readonly index: SearchIndex;
  readonly reader: SessionReader;
  readonly sessions: () => Promise<SearchableSessions>;
  /** Looks at all files, so that the next search need not. */
  readonly lookAgain: () => Promise<void>;
}

interface Reading {
  readonly sessionId: string;
  readonly stamp: string | undefined;
  readonly verdict: 'maybe' | 'unknown';
  readonly needs: SearchNeeds;
  readonly query: Pick<SearchQuery, 'terms'>;
  readonly signal: AbortSignal | undefined;
}

/**
 * Searches sessions newest first. The index says which are not worth reading; what is read is the text itself, so that
 * what is found is there. What the index does not know yet is read, and known from then on.
 */
export class DiskSearch implements SessionSearch, TaskFinder {
  readonly #parts: DiskSearchParts;
  #later: Disposable | undefined;
  #indexing: Promise<void> | undefined;
  #searches = 0;
  #closed = false;

  constructor(parts: DiskSearchParts) {
    this.#parts = parts;
  }

  async search(query: SearchQuery, options: SearchOptions = {}): Promise<SearchPage> {
    const after = options.cursor === undefined ? undefined : parseHitCursor(options.cursor);
    this.#searches++;
    try {
      return await this.#search(query, after, options);
    } catch (error) {
      if (options.signal?.aborted === true) throw new SessionError('cancelled', 'The search was cancelled.');
      throw error;
    } finally {
      this.#searches--;
      this.#goOnLater();
    }
  }

  changing(path: string): Promise<readonly TracedTask[]> {
    const isNamed = (session: SessionMetadata, change: FileChange): boolean =>
      pathInRoot(session, change.path) === path;
    return this.#tasks(
      needsOfFile(path),
      (task, session) =>
        task.undone === undefined && task.filesChanged.some(change => isNamed(session, change)),
    );
  }

  committing(hash: string): Promise<readonly TracedTask[]> {
    return this.#tasks(needsOfCommit(hash), ({ commits }) => commits.some(commit => commit.startsWith(hash)));
  }

  /** Writes what is known by now. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#later?.dispose();
    await this.#indexing;
    await this.#parts.index.flush();
  }

  async #search(
    query: SearchQuery,
    after: HitCursor | undefined,
    options: SearchOptions,
  ): Promise<SearchPage> {
    const limit = Math.min(MAX_LIMIT, Math.max(1, options.limit ?? DEFAULT_LIMIT));
    const { index, ports } = this.#parts;
    const sessions = await this.#parts.sessions();
    await index.refresh();
    const needs = needsOf(query);
    const judge = index.judge(needs, sessions.rows);
    const breathe = slicer(ports);
    const hits: SearchHit[] = [];
    const found = new Set<SessionMetadata>();
    let last: SessionMetadata | undefined;
    for (const [place, { row, sessionId, stamp }] of sessions.rows.entries()) {
      const verdict = sessions.open.has(sessionId) ? 'unknown' : judge(place);
      if (verdict === 'no' || row === undefined) continue;
      if (after !== undefined && compareRows(row, after) < 0) continue;
      if (query.since !== undefined && row.updatedAt < query.since) continue;
      const known = sessions.open.has(sessionId) ? sessions.open.get(sessionId) : stamp;
      const text = await this.#read({
        sessionId,
        stamp: known,
        verdict,
        needs,
        query,
        signal: options.signal,
      });
      for (const hit of text === undefined ? [] : hitsAfter(matchSession(text, query), row, after)) {
        const previous = hits.at(-1);
        if (hits.length === limit && previous !== undefined && last !== undefined)
          return { hits, sessions: [...found], nextCursor: cursorAfter(last, previous) };
        hits.push(hit);
        found.add(row);
        last = row;
      }
      const pause = breathe();
      if (pause !== undefined) await pause;
      options.signal?.throwIfAborted();
    }
    return { hits, sessions: [...found] };
  }

  /** The tasks, newest first, of sessions that may have what is needed. */
  async #tasks(
    needs: SearchNeeds,
    isWanted: (task: AgentTask, session: SessionMetadata) => boolean,
  ): Promise<readonly TracedTask[]> {
    const { index, ports } = this.#parts;
    const sessions = await this.#parts.sessions();
    await index.refresh();
    const judge = index.judge(needs, sessions.rows);
    const breathe = slicer(ports);
    const found: TracedTask[] = [];
    for (const [place, { row, sessionId, stamp }] of sessions.rows.entries()) {
      const verdict = sessions.open.has(sessionId) ? 'unknown' : judge(place);
      if (verdict === 'no' || row === undefined) continue;
      const known = sessions.open.has(sessionId) ? sessions.open.get(sessionId) : stamp;
      const query = { terms: [] };
      const text = await this.#read({ sessionId, stamp: known, verdict, needs, query, signal: undefined });
      for (const task of text?.state.tasks.newestFirst() ?? [])
        if (text !== undefined && isWanted(task, text.state.metadata))
          found.push({ task, session: text.state.metadata });
      const pause = breathe();
      if (pause !== undefined) await pause;
    }
    this.#goOnLater();
    return found;
  }

  /** The text of a session that may have what is searched for. */
  async #read({ sessionId, stamp, verdict, needs, query, signal }: Reading): Promise<ReadText | undefined> {
    const { index, reader } = this.#parts;
    const request = { terms: query.terms, signal };
    if (verdict === 'maybe' || stamp === undefined) return reader.read(sessionId, request);
    const known = index.find(sessionId, stamp) ?? (await this.#update(sessionId, stamp));
    if (known !== undefined) return meets(known, needs) ? reader.read(sessionId, request) : undefined;
    return this.#learn(sessionId, stamp, query.terms, signal);
  }

  /** Reads a session and notes what is in it. */
  async #learn(
    sessionId: string,
    stamp: string,
    terms: readonly string[],
    signal?: AbortSignal,
  ): Promise<ReadText | undefined> {
    const trigrams = new TrigramSet();
    const text = await this.#parts.reader.read(sessionId, { terms, trigrams, signal });
    if (text === undefined) return undefined;
    await this.#parts.index.add({ sessionId, stamp, quiet: text.quiet ?? null }, Signature.of(trigrams));
    return text;
  }

  /** Adds to what is known of a session what came since; `undefined` where that cannot be told apart. */
  async #update(sessionId: string, stamp: string): Promise<Signature | undefined> {
    const { index, reader } = this.#parts;
    const known = await index.newest(sessionId);
    if (known?.session.quiet == null) return undefined;
    const trigrams = new TrigramSet();
    const quiet = await reader.readTail(sessionId, known.session.quiet, trigrams);
    if (quiet === undefined || !known.signature.hasRoomFor(trigrams)) return undefined;
    known.signature.add(trigrams);
    await index.add({ sessionId, stamp, quiet }, known.signature);
    return known.signature;
  }

  #goOnLater(): void {
    if (this.#closed || this.#indexing !== undefined) return;
    this.#later?.dispose();
    this.#later = this.#parts.ports.clock.setTimeout(() => {
      if (this.#searches > 0 || this.#closed) return;
      this.#indexing = this.#indexRest().finally(() => {
        this.#indexing = undefined;
      });
    }, PAUSE_MS);
  }

  /** Behind the scenes: looks at all sessions again, and reads those that the index does not know. */
  async #indexRest(): Promise<void> {
    const { index, lookAgain, ports } = this.#parts;
    try {
      await lookAgain();
      const sessions = await this.#parts.sessions();
      await index.refresh();
      index.retain(new Set(sessions.rows.map(({ sessionId }) => sessionId)));
      const breathe = slicer({ ...ports, pause: () => ports.pause(REST_MS) });
      for (const { sessionId, stamp: onDisk } of sessions.rows) {
        if (this.#closed) return;
        const stamp = sessions.open.has(sessionId) ? sessions.open.get(sessionId) : onDisk;
        if (
          stamp !== undefined &&
          !index.has(sessionId, stamp) &&
          (await this.#update(sessionId, stamp)) === undefined
        )
          await this.#learn(sessionId, stamp, []);
        const pause = breathe();
        if (pause !== undefined) await pause;
      }
      await index.flush();
    } catch (error) {
      ports.logger.debug(`The search index is not complete: ${String(error)}`);
    }
  }
}

/** Those that come after the end of the page before. */
function* hitsAfter(
  hits: Iterable<SearchHit>,
  { sessionId }: SessionMetadata,
  after: HitCursor | undefined,
): Generator<SearchHit> {
  let isPast = after?.sessionId !== sessionId;
  for (const hit of hits) {
    if (isPast) yield hit;
    else isPast = (hit.task?.id ?? '') === after?.taskId;
  }
}
