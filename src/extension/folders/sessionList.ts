import type { DamagedFile, SessionPage, SessionQuery } from '../../core/ports.ts';
import type { SessionMetadata } from '../../core/session.ts';

/** How many more sessions "Load more" shows. */
const PAGE_SIZE = 50;
const MOST = 1000;

type ReadPage = (query: SessionQuery) => Promise<SessionPage>;

/** The pages of one query that are shown, newest session first. */
export class SessionList {
  readonly #query: SessionQuery;
  readonly #pageSize: number;
  #wanted: number;
  #rows: readonly SessionMetadata[] = [];
  #total: number | undefined;
  #hasMore = false;
  #damaged: readonly DamagedFile[] = [];

  constructor(query: SessionQuery = {}, pageSize = PAGE_SIZE) {
    this.#query = query;
    this.#pageSize = pageSize;
    this.#wanted = pageSize;
  }

  get rows(): readonly SessionMetadata[] {
    return this.#rows;
  }

  get damaged(): readonly DamagedFile[] {
    return this.#damaged;
  }

  get hasMore(): boolean {
    return this.#hasMore;
  }

  /** How many there are in all; `undefined` when unknown. */
  get total(): number | undefined {
    return this.#hasMore ? this.#total : this.#rows.length;
  }

  /** Has the next `load` show one page more. */
  wantMore(): void {
    this.#wanted = this.#rows.length + this.#pageSize;
  }

  async load(readPage: ReadPage): Promise<void> {
    const rows: SessionMetadata[] = [];
    let page: SessionPage | undefined;
    do {
      const limit = Math.min(MOST, this.#wanted - rows.length);
      const cursor: string | undefined = page?.nextCursor;
      page = await readPage({ ...this.#query, limit, ...(cursor === undefined ? {} : { cursor }) });
      rows.push(...page.sessions);
    } while (page.nextCursor !== undefined && rows.length < this.#wanted);
    this.#rows = rows;
    this.#total = page.total;
    this.#hasMore = page.nextCursor !== undefined;
    this.#damaged = page.damaged;
  }

  /** Puts in what is newly known of a session that is listed. */
  update(metadata: SessionMetadata): void {
    const index = this.#rows.findIndex(row => row.sessionId === metadata.sessionId);
    if (index >= 0) this.#rows = this.#rows.with(index, metadata);
  }
}
