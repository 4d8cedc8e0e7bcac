import type { Clock } from '../../core/ports.ts';
import type { SearchHit, SearchOptions, SearchPage } from '../../core/search/searchPage.ts';
import type { SessionMetadata } from '../../core/session.ts';

/** How often somebody is told how far a search is. */
const TOLD_MS = 250;

/** What a search found so far. */
export class SearchReport {
  readonly hits: SearchHit[] = [];
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #onProgress: SearchOptions['onProgress'];
  readonly #sessions = new Set<SessionMetadata>();
  #last: SessionMetadata | undefined;
  #unsearched = 0;
  #learned = 0;
  #total = 0;
  #toldAt: number;

  /** Tells at once that there is a search: which sessions there are may take long to find out. */
  constructor(clock: Pick<Clock, 'monotonic'>, onProgress: SearchOptions['onProgress']) {
    this.#clock = clock;
    this.#onProgress = onProgress;
    this.#toldAt = clock.monotonic();
    onProgress?.({ hits: [], sessions: [], searched: 0, total: 0, learned: 0 });
  }

  /** The newest hit, and whose it is. */
  get last(): { readonly hit: SearchHit; readonly session: SessionMetadata } | undefined {
    const hit = this.hits.at(-1);
    return hit && this.#last && { hit, session: this.#last };
  }

  begin(total: number): void {
    this.#total = total;
  }

  add(session: SessionMetadata, hit: SearchHit): void {
    this.hits.push(hit);
    this.#sessions.add(session);
    this.#last = session;
  }

  /** So many sessions were read by now that the index did not know. */
  learn(count: number): void {
    this.#learned = count;
  }

  /** A session was not searched. */
  pass(): void {
    this.#unsearched++;
  }

  tell(searched: number): void {
    const now = this.#clock.monotonic();
    if (this.#onProgress === undefined || now - this.#toldAt < TOLD_MS) return;
    this.#toldAt = now;
    this.#onProgress({
      ...{ ...this.#found(), searched: searched - this.#unsearched },
      ...{ total: this.#total, learned: this.#learned },
    });
  }

  page(): SearchPage {
    return { ...this.#found(), ...(this.#unsearched > 0 && { unsearched: this.#unsearched }) };
  }

  #found(): Pick<SearchPage, 'hits' | 'sessions'> {
    return { hits: [...this.hits], sessions: [...this.#sessions] };
  }
}
