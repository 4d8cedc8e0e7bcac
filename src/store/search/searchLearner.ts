import type { Disposable } from '../../core/disposable.ts';
import type { SearchableSessions } from '../catalogSource.ts';
import { slicer, type StorePorts } from '../storePorts.ts';
import type { SearchIndex } from './searchIndex.ts';
import type { SearchNeeds } from './searchNeeds.ts';
import type { ReadText, SessionReader } from './sessionReader.ts';
import { Signature } from './signature.ts';
import { meets } from './signatureBlock.ts';
import { TrigramSet } from './trigramSet.ts';

/** How long nobody must have searched before the rest is indexed. */
const PAUSE_MS = 1_000;
/** Between two slices of that, so that it takes no more than half of the processor. */
const REST_MS = 8;

export interface SearchLearnerParts {
  readonly ports: StorePorts;
  readonly index: SearchIndex;
  readonly reader: SessionReader;
  readonly sessions: () => Promise<SearchableSessions>;
  /** Looks at all files, so that the next search need not. */
  readonly lookAgain: () => Promise<void>;
}

export interface Unknown {
  readonly sessionId: string;
  readonly stamp: string;
  readonly needs: SearchNeeds;
  /** Folded. */
  readonly terms: readonly string[];
  readonly signal: AbortSignal | undefined;
}

/** Reads what the index does not know: for a search, and behind the scenes. */
export class SearchLearner {
  readonly #parts: SearchLearnerParts;
  #later: Disposable | undefined;
  #indexing: Promise<void> | undefined;
  #searches = 0;
  #trigrams: TrigramSet | undefined;
  #closed = false;

  constructor(parts: SearchLearnerParts) {
    this.#parts = parts;
  }

  /** Keeps out of the way of a search, and goes on behind it. */
  async during<T>(search: () => Promise<T>): Promise<T> {
    this.#searches++;
    try {
      return await search();
    } finally {
      this.#searches--;
      this.#goOnLater();
    }
  }

  /** The text of a session that the index does not know, if it has what is searched for. From then on the index knows it. */
  async read({ sessionId, stamp, needs, terms, signal }: Unknown): Promise<ReadText | undefined> {
    const { index, reader } = this.#parts;
    const waiting = index.find(sessionId, stamp);
    // Somebody else learned it since this search began.
    if (waiting === undefined && index.has(sessionId, stamp))
      return reader.read(sessionId, { terms, signal });
    const known = waiting ?? (await this.#update(sessionId, stamp));
    if (known !== undefined)
      return meets(known, needs) ? reader.read(sessionId, { terms, signal }) : undefined;
    return this.#learn(sessionId, stamp, terms, signal);
  }

  /** Writes what is known by now. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#later?.dispose();
    await this.#indexing;
    await this.#parts.index.flush();
  }

  /** Reads a session and notes what is in it. */
  async #learn(
    sessionId: string,
    stamp: string,
    terms: readonly string[],
    signal?: AbortSignal,
  ): Promise<ReadText | undefined> {
    return this.#withTrigrams(async trigrams => {
      const text = await this.#parts.reader.read(sessionId, { terms, trigrams, signal });
      if (text === undefined) return undefined;
      await this.#parts.index.add({ sessionId, stamp, quiet: text.quiet ?? null }, Signature.of(trigrams));
      return text;
    });
  }

  /** Adds to what is known of a session what came since; `undefined` where that cannot be told apart. */
  async #update(sessionId: string, stamp: string): Promise<Signature | undefined> {
    const { index, reader } = this.#parts;
    const known = await index.newest(sessionId);
    const from = known?.session.quiet ?? undefined;
    if (known === undefined || from === undefined) return undefined;
    return this.#withTrigrams(async trigrams => {
      const quiet = await reader.readTail(sessionId, from, trigrams);
      if (quiet === undefined || !known.signature.hasRoomFor(trigrams)) return undefined;
      known.signature.add(trigrams);
      await index.add({ sessionId, stamp, quiet }, known.signature);
      return known.signature;
    });
  }

  /** One set serves all, one after the other; who comes while it is in use gets one of his own. */
  async #withTrigrams<T>(action: (trigrams: TrigramSet) => Promise<T>): Promise<T> {
    const trigrams = this.#trigrams ?? new TrigramSet();
    this.#trigrams = undefined;
    try {
      return await action(trigrams);
    } finally {
      trigrams.clear();
      this.#trigrams = trigrams;
    }
  }

  #goOnLater(): void {
    if (this.#closed || this.#indexing !== undefined) return;
    this.#later?.dispose();
    this.#later = this.#parts.ports.clock.setTimeout(() => {
      if (this.#searches > 0 || this.#closed) return;
      this.#indexing = this.#indexRest().then(isDone => {
        this.#indexing = undefined;
        if (!isDone) this.#goOnLater();
      });
    }, PAUSE_MS);
  }

  /**
   * Behind the scenes: looks at all sessions again, and reads those that the index does not know. Who searches reads by
   * himself, so this gives way then: resolves with whether it came to an end. Never rejects.
   */
  async #indexRest(): Promise<boolean> {
    const { index, lookAgain, ports } = this.#parts;
    try {
      await lookAgain();
      const sessions = await this.#parts.sessions();
      await index.refresh();
      const breathe = slicer({ ...ports, pause: () => ports.pause(REST_MS) });
      const ids = new Set<string>();
      for (const { sessionId } of sessions.rows) {
        ids.add(sessionId);
        const pause = breathe();
        if (pause !== undefined) await pause;
      }
      await index.retain(ids);
      for (const { sessionId, stamp: onDisk } of sessions.rows) {
        if (this.#closed || this.#searches > 0) return false;
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
    return true;
  }
}
