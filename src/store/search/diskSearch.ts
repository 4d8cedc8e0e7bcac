import { pathInRoot, type TaskFinder, type TracedTask } from '../../core/blame/tracedTask.ts';
import { SessionError } from '../../core/errors.ts';
import { matchSession } from '../../core/search/matchSession.ts';
import type { SearchHit, SearchOptions, SearchPage, SessionSearch } from '../../core/search/searchPage.ts';
import type { SearchQuery } from '../../core/search/searchQuery.ts';
import type { SessionMetadata } from '../../core/session.ts';
import type { AgentTask, FileChange } from '../../core/task.ts';
import type { SearchableSessions } from '../catalogSource.ts';
import { compareRows } from '../listing.ts';
import { slicer } from '../storePorts.ts';
import { cursorAfter, type HitCursor, parseHitCursor } from './hitCursor.ts';
import { SearchLearner, type SearchLearnerParts } from './searchLearner.ts';
import { needsOf, needsOfCommit, needsOfFile, type SearchNeeds } from './searchNeeds.ts';
import { SearchReport } from './searchReport.ts';
import { WorkReport } from '../workReport.ts';
import type { ReadText } from './sessionReader.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1000;
/** So many sessions that the index does not know are read whatever the patience: nobody waits long for them. */
const ALWAYS_READ = 100;

/** What is looked for, and how. */
interface Wanted extends Pick<SearchQuery, 'terms'> {
  readonly needs: SearchNeeds;
  readonly since?: Date | undefined;
  readonly after?: HitCursor | undefined;
  readonly options?: SearchOptions;
}

/** A session that may have what is looked for. */
interface Candidate {
  readonly row: SessionMetadata;
  readonly text: ReadText;
}

/**
 * Searches sessions newest first. The index says which are not worth reading; what is read is the text itself, so that
 * what is found is there. What the index does not know yet is read, and known from then on.
 */
export class DiskSearch implements SessionSearch, TaskFinder {
  readonly #parts: SearchLearnerParts;
  readonly #learner: SearchLearner;

  constructor(parts: SearchLearnerParts) {
    this.#parts = parts;
    this.#learner = new SearchLearner(parts);
  }

  async search(query: SearchQuery, options: SearchOptions = {}): Promise<SearchPage> {
    const after = options.cursor === undefined ? undefined : parseHitCursor(options.cursor);
    try {
      return await this.#learner.during(() => this.#search(query, after, options));
    } catch (error) {
      if (options.signal?.aborted === true) throw new SessionError('cancelled', 'The search was cancelled.');
      throw error;
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
  close(): Promise<void> {
    return this.#learner.close();
  }

  async #search(
    query: SearchQuery,
    after: HitCursor | undefined,
    options: SearchOptions,
  ): Promise<SearchPage> {
    const limit = Math.min(MAX_LIMIT, Math.max(1, options.limit ?? DEFAULT_LIMIT));
    const report = new SearchReport(this.#parts.ports.clock, options.onProgress);
    const wanted = { needs: needsOf(query), terms: query.terms, since: query.since, after, options };
    for await (const { row, text } of this.#candidates(wanted, report)) {
      for (const hit of hitsAfter(matchSession(text, query), row, after)) {
        const previous = report.last;
        if (report.hits.length === limit && previous !== undefined)
          return { ...report.page(), nextCursor: cursorAfter(previous.session, previous.hit) };
        report.add(row, hit);
      }
    }
    return report.page();
  }

  /** The tasks, newest first, of sessions that may have what is needed. */
  #tasks(
    needs: SearchNeeds,
    isWanted: (task: AgentTask, session: SessionMetadata) => boolean,
  ): Promise<readonly TracedTask[]> {
    return this.#learner.during(async () => {
      const found: TracedTask[] = [];
      const { ports } = this.#parts;
      const work = new WorkReport(ports, 'search');
      const report = new SearchReport(ports.clock, ({ searched, total, learned }) => {
        if (learned > 0) work.tell(searched, total);
      });
      try {
        for await (const { text } of this.#candidates({ needs, terms: [] }, report)) {
          const session = text.state.metadata;
          for (const task of text.state.tasks.newestFirst())
            if (isWanted(task, session)) found.push({ task, session });
        }
      } finally {
        work.end();
      }
      return found;
    });
  }

  /** The sessions that may have what is wanted, newest first, read. */
  async *#candidates(wanted: Wanted, report?: SearchReport): AsyncGenerator<Candidate> {
    const { index, ports } = this.#parts;
    const { since, after, needs, options = {} } = wanted;
    const ends = ports.clock.monotonic() + (options.patience ?? Infinity);
    const sessions = await abortable(this.#parts.sessions(), options.signal);
    await index.refresh();
    const judge = await index.judge(needs, sessions.rows);
    const breathe = slicer(ports);
    let learned = 0;
    report?.begin(sessions.rows.length);
    for (const [place, { row, sessionId, stamp }] of sessions.rows.entries()) {
      const pause = breathe();
      if (pause !== undefined) {
        report?.tell(place);
        await pause;
        options.signal?.throwIfAborted();
      }
      const isOpen = sessions.open.has(sessionId);
      const verdict = isOpen ? 'unknown' : judge(place);
      if (verdict === 'no' || row === undefined) continue;
      if (after !== undefined && compareRows(row, after) < 0) continue;
      if (since !== undefined && row.updatedAt < since) continue;
      const isUnknown = verdict === 'unknown' && !isOpen && !index.has(sessionId, stamp);
      if (isUnknown && learned >= ALWAYS_READ && ports.clock.monotonic() >= ends) {
        report?.pass();
        continue;
      }
      if (isUnknown) report?.learn(++learned);
      const text = await this.#read(sessions, place, verdict, wanted);
      if (text !== undefined) yield { row, text };
    }
  }

  /** The text of a session that may have what is searched for. */
  async #read(
    { rows, open }: SearchableSessions,
    place: number,
    verdict: 'maybe' | 'unknown',
    { needs, terms, options }: Wanted,
  ): Promise<ReadText | undefined> {
    const { sessionId = '', stamp: onDisk } = rows[place] ?? {};
    const stamp = open.has(sessionId) ? open.get(sessionId) : onDisk;
    const signal = options?.signal;
    if (verdict === 'maybe' || stamp === undefined)
      return this.#parts.reader.read(sessionId, { terms, signal });
    return this.#learner.read({ sessionId, stamp, needs, terms, signal });
  }
}

/** Does not wait any longer than somebody wants what comes of it. */
async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => {
    reject(signal.reason as Error);
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
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
