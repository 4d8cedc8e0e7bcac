import type { DamagedFile, SessionPage, SessionQuery } from '../core/ports.ts';
import type { SessionMetadata } from '../core/session.ts';
import type { SessionTally } from '../core/tally.ts';
import { CatalogDetails } from './catalogDetails.ts';
import { type CatalogEntry, rowOf } from './catalogEntry.ts';
import { CatalogRows } from './catalogRows.ts';
import { type CatalogSource, lastSegmentOf, type SearchableSessions } from './catalogSource.ts';
import { scanFolder } from './folderScan.ts';
import type { FolderStamp } from './indexFolder.ts';
import { isWanted, limitOf, pageOf, parseCursor, wordsOf } from './listing.ts';
import { LaterLook } from './laterLook.ts';
import type { LiveSession } from './liveSession.ts';
import type { OpenSession } from './openSession.ts';
import type { SessionIndex } from './sessionIndex.ts';
import type { StoreFolder } from './storeFolder.ts';
import { closed, slicer, type StorePorts } from './storePorts.ts';
import { readUnknown } from './unknownSessions.ts';

/** A folder that was seen this soon after its last change may have changed again without its time showing it. */
const RACY_MS = 50;
/** How long a look at a file holds; longer where the system tells of changes. */
const LOOK_MS = 250;
const WATCHED_LOOK_MS = 5_000;
/** Where the system tells of changes, so long all that it did not tell of is taken for what it was. */
const ALL_LOOK_MS = 60_000;
/** How many rows of a page are looked at before it is shown; the others are behind it. */
const LOOKED_AT = 50;
/** How often the index is made fit for the next process while this one runs. */
const HEAD_MS = 10_000;
const MANY_READ = 1_000;

export interface SessionCatalogParts {
  readonly ports: StorePorts;
  readonly folder: StoreFolder;
  readonly source: CatalogSource;
  readonly index: SessionIndex;
  readonly open: ReadonlyMap<string, OpenSession>;
  /** Since when, on the monotonic clock, changes in the folder are told by `doubt`; `undefined`: they are not. */
  readonly watchedSince: () => number | undefined;
  /** Which folder it is now: one that takes the place of another is to be watched anew. */
  readonly onFolder: (inode: number) => void;
  /** A row that was shown turned out to be different. */
  readonly onDidChange: () => void;
}

/**
 * All sessions of the folder, for lists, searches and statistics. Rows come from the index; one look at the folder proves
 * that none came or went, one look at a file that its row is right. What does not match is read again.
 */
export class SessionCatalog {
  readonly #parts: SessionCatalogParts;
  readonly #rows = new CatalogRows();
  #started = false;
  /** How many sessions the index had. */
  #count = 0;
  /** Whether `#rows` has all sessions, not only the newest. */
  #complete = false;
  #seen: FolderStamp | undefined;
  /** While there are others: how many of the rows a list shows, and how many of the others it would. */
  #newest = 0;
  #others = 0;
  #misnamed: readonly DamagedFile[] = [];
  #headDue = false;
  #headWrittenAt = -Infinity;
  /** When the folder was looked at last, on the monotonic clock. */
  #synchronisedAt = -Infinity;
  /** Sessions that the system told of since they were looked at, and when all were, on the monotonic clock. */
  readonly #suspects = new Set<string>();
  #allLookedAt = -Infinity;
  readonly #closing = new AbortController();
  readonly #later: LaterLook;
  readonly #details: CatalogDetails;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: SessionCatalogParts) {
    this.#parts = parts;
    const { onDidChange, ports } = parts;
    this.#details = new CatalogDetails(parts, this.#rows, entry => {
      this.#put(entry);
    });
    this.#later = new LaterLook({
      ports,
      onDidChange,
      ids: () => this.#rows.ids(),
      lookAt: sessionIds => this.#inTurn(() => this.#lookAt(sessionIds)),
    });
  }

  page(query: SessionQuery): Promise<SessionPage> {
    if (query.cursor !== undefined) parseCursor(query.cursor);
    return this.#inTurn(() => this.#page(query));
  }

  tallies(take: (tally: SessionTally) => void, since: Date | undefined): Promise<void> {
    return this.#inTurn(async () => {
      await this.#lookAtFiles('all');
      for await (const { tally } of this.#details.all(since)) take(tally);
    });
  }

  findIds(prefix: string): Promise<readonly string[]> {
    return this.#inTurn(async () => {
      await this.#synchronise();
      await this.#completeRows();
      return this.#rows.select(row => row.sessionId.startsWith(prefix)).map(row => row.sessionId);
    });
  }

  findTask(taskId: string): Promise<string | undefined> {
    return this.#inTurn(async () => {
      await this.#lookAtFiles('all');
      const [listed] = this.#rows.select(row => row.tasks.includes(taskId));
      if (listed !== undefined) return listed.sessionId;
      return this.#details.findTask(taskId);
    });
  }

  /** What a search looks through, newest first. What the system told of is looked at, the rest if that was long ago. */
  searchable(): Promise<SearchableSessions> {
    return this.#inTurn(async () => {
      await this.#lookAtFiles('changed');
      const rows = await this.#rows.kept(slicer(this.#parts.ports));
      return { rows, open: this.#parts.source.stampsOfOpen(this.#parts.open) };
    });
  }

  /** Looks at every file that was not looked at lately. */
  lookAgain(): Promise<void> {
    return this.#inTurn(() => this.#lookAtFiles('all'));
  }

  /** The ids of sessions that are deleted but not in the trash yet. */
  deleted(): Promise<readonly SessionMetadata[]> {
    return this.#inTurn(async () => {
      await this.#synchronise();
      await this.#completeRows();
      return [...this.#rows.all()].flatMap(({ deleted, row }) => (deleted ? (row ?? []) : []));
    });
  }

  /** The file of a session, or the folder, changed: that is looked at again before it is shown. */
  doubt(sessionId: string | undefined): void {
    this.#synchronisedAt = -Infinity;
    if (sessionId === undefined) this.#allLookedAt = -Infinity;
    else {
      this.#rows.doubt(sessionId);
      this.#suspects.add(sessionId);
    }
  }

  /** Keeps what this process knows of a session, so that the next one need not read it. */
  note(live: LiveSession): void {
    if (isAsItWas(live) || !this.#parts.folder.exists()) return;
    const entry = this.#parts.source.entryOf(live);
    if (entry === undefined || this.#rows.get(live.sessionId)?.stamp === entry.row.stamp) return;
    if (this.#started && this.#isHere(live.sessionId)) this.#put(entry);
    else this.#parts.index.add(entry);
  }

  /** Writes what is due. Sessions that are not read by now are read by the next process. */
  async close(): Promise<void> {
    this.#closing.abort(closed());
    this.#later.dispose();
    await this.#turn.catch(() => undefined);
    this.#parts.index.flush();
    if (this.#headDue) await this.#writeHead();
  }

  async #page(query: SessionQuery): Promise<SessionPage> {
    const words = wordsOf(query);
    const isPlain = words.length === 0 && query.status === undefined && query.only === undefined;
    const isOrdinary = isPlain && query.archived !== true;
    const isFirst = isOrdinary && query.cursor === undefined;
    const isLater = query.cursor !== undefined;
    // A row that is out of date may be in a list with conditions although it does not look so.
    if (!isPlain) await this.#lookAtFiles('changed');
    else if (isLater && this.#isSynchronised()) this.#lookAtOpen();
    else await this.#synchronise();
    if (!isFirst || limitOf(query) >= this.#newest) await this.#completeRows();
    const found = words.length === 0 ? undefined : await this.#details.search(words);
    for (;;) {
      const rows = isOrdinary
        ? this.#rows.shown()
        : this.#rows.select(row => isWanted(row, query) && (found?.has(row.sessionId) ?? true));
      const page = pageOf(rows, query, [...this.#misnamed, ...this.#rows.damaged.values()]);
      const changed = await this.#lookAt([
        ...this.#dubious(page.sessions, isLater),
        ...this.#rows.damaged.keys(),
      ]);
      if (changed) continue;
      if (page.sessions.length > LOOKED_AT) this.#later.schedule();
      return { ...page, total: rows.length + this.#others };
    }
  }

  /**
   * The rows of a page that are looked at before it is shown: those on top, and those that the system told of. Who takes
   * hundreds at a time wants the whole list, of which a later page is no beginning.
   */
  #dubious(page: readonly SessionMetadata[], isLater: boolean): string[] {
    const onTop = isLater && page.length > LOOKED_AT ? [] : page.slice(0, LOOKED_AT);
    const ids = onTop.map(row => row.sessionId);
    if (this.#suspects.size === 0 || page.length === onTop.length) return ids;
    return [...ids, ...page.map(row => row.sessionId).filter(id => this.#suspects.has(id))];
  }

  async #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(action);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /** Finds out which sessions there are: from the index if the folder is as it was then, else from the folder. */
  async #synchronise(): Promise<void> {
    this.#start();
    this.#synchronisedAt = this.#parts.ports.clock.monotonic();
    const stat = this.#parts.folder.sessionsFolder();
    const { mtimeMs, inode } = this.#seen ?? {};
    const proven = this.#seen !== undefined && this.#seen.seenAt - this.#seen.mtimeMs > RACY_MS;
    if (stat === undefined) this.#clear();
    else if (!proven || stat.mtimeMs !== mtimeMs || stat.inode !== inode) await this.#scan(stat);
    this.#lookAtOpen();
  }

  /** While the system tells of changes and told of none, the later pages of a list need not look at the folder again. */
  #isSynchronised(): boolean {
    return this.#complete && this.#parts.watchedSince() !== undefined && this.#isFresh(this.#synchronisedAt);
  }

  /** Whether what was looked at then need not be looked at again. */
  #isFresh(lookedAt: number, watchedMs = WATCHED_LOOK_MS): boolean {
    const since = this.#parts.watchedSince();
    const holds = since !== undefined && lookedAt >= since ? watchedMs : LOOK_MS;
    return this.#parts.ports.clock.monotonic() - lookedAt < holds;
  }

  /** Takes over what other processes read since, so that it need not be read again. */
  #readNew(): void {
    this.#parts.index.readNew(row => {
      if (this.#isHere(row.sessionId)) this.#rows.put(row);
    });
  }

  /** Whether a row may be kept: between the newest ones, an older one would look like the next. */
  #isHere(sessionId: string): boolean {
    return this.#complete || this.#rows.get(sessionId) !== undefined;
  }

  #start(): void {
    if (this.#started) return;
    this.#started = true;
    const known = this.#parts.index.open();
    if (known === undefined) return;
    for (const row of known.rows) this.#rows.put(row);
    this.#count = known.count;
    this.#complete = known.count === this.#rows.size;
    this.#seen = known.folder;
    this.#newest = this.#rows.shown().length;
    this.#others = known.total - this.#newest;
    this.#misnamed = known.damaged;
  }

  /** Reads what is known beyond the newest; where lines of that are lost, the folder says what is missing. */
  async #completeRows(): Promise<void> {
    if (this.#complete) return;
    await this.#readRows();
    const stat = this.#parts.ports.files.lstat(this.#parts.ports.paths.sessions);
    if (this.#rows.size !== this.#count && stat !== undefined) await this.#scan(stat);
  }

  async #readRows(): Promise<void> {
    if (this.#complete) return;
    this.#complete = true;
    this.#others = 0;
    const { ordered, later } = await this.#parts.index.readAll();
    // What is known already is not older than what the log says.
    const known = new Set(this.#rows.ids());
    this.#rows.putOlder(ordered);
    for (const row of later.flatMap(line => line.rows())) if (!known.has(row.sessionId)) this.#rows.put(row);
  }

  #clear(): void {
    for (const sessionId of this.#rows.ids()) this.#rows.delete(sessionId);
    this.#complete = true;
    this.#others = 0;
    this.#seen = undefined;
    this.#misnamed = [];
  }

  async #scan({ mtimeMs, inode }: { readonly mtimeMs: number; readonly inode: number }): Promise<void> {
    const { ports, onFolder } = this.#parts;
    onFolder(inode);
    this.#readNew();
    await this.#readRows();
    const seenAt = ports.clock.now().getTime();
    const { sessions, damaged } = await scanFolder(ports);
    const breathe = slicer(ports);
    for (const sessionId of this.#rows.ids()) {
      if (!sessions.has(sessionId)) this.#rows.delete(sessionId);
      const pause = breathe();
      if (pause !== undefined) await pause;
    }
    const read = await readUnknown(sessions, {
      ports,
      stampOf: sessionId => this.#rows.get(sessionId)?.stamp,
      index: this.#parts.index,
      read: (sessionId, lastSegment) => this.#read(sessionId, lastSegment),
      signal: this.#closing.signal,
    });
    this.#misnamed = damaged;
    this.#seen = { mtimeMs, inode, seenAt };
    this.#headDue = true;
    if (ports.clock.monotonic() - this.#headWrittenAt <= HEAD_MS) return;
    // That takes seconds after very many were read: whoever waits for a list gets it first.
    if (read >= MANY_READ) void this.#inTurn(() => this.#writeHead());
    else await this.#writeHead();
  }

  /** Looks at what the system told of; at everything where it does not, from time to time, and for whom that is not enough. */
  async #lookAtFiles(which: 'changed' | 'all'): Promise<void> {
    await this.#synchronise();
    if (which === 'changed' && this.#isFresh(this.#allLookedAt, ALL_LOOK_MS)) {
      await this.#lookAt([...this.#suspects]);
      return;
    }
    await this.#completeRows();
    const now = this.#parts.ports.clock.monotonic();
    await this.#lookAt(this.#rows.ids());
    this.#allLookedAt = now;
  }

  /** Looks at the files of rows that were not looked at lately; resolves with whether any row changed. */
  async #lookAt(sessionIds: readonly string[]): Promise<boolean> {
    const { clock } = this.#parts.ports;
    const breathe = slicer(this.#parts.ports);
    const now = clock.monotonic();
    const watchedSince = this.#parts.watchedSince() ?? Infinity;
    let changed = false;
    for (const sessionId of sessionIds) {
      this.#suspects.delete(sessionId);
      const row = this.#rows.get(sessionId);
      if (row === undefined || this.#parts.open.has(sessionId)) continue;
      const checkedAt = this.#rows.checkedAt(sessionId);
      if (now - checkedAt < (checkedAt >= watchedSince ? WATCHED_LOOK_MS : LOOK_MS)) continue;
      const segment = lastSegmentOf(row.stamp);
      if (this.#parts.source.stampOf(sessionId, segment) === row.stamp) {
        this.#rows.check(sessionId, now);
      } else {
        // Another process may have read it, and told the index.
        if (!changed) this.#readNew();
        const { stamp } = this.#rows.get(sessionId) ?? row;
        const told = stamp !== row.stamp && this.#parts.source.stampOf(sessionId, segment) === stamp;
        if (!told) await this.#read(sessionId, segment);
        changed = true;
      }
      const pause = breathe();
      if (pause !== undefined) await pause;
    }
    return changed;
  }

  /** What is open here is known better than any file tells. */
  #lookAtOpen(): void {
    for (const [sessionId, { live }] of this.#parts.open) {
      const known = this.#rows.get(sessionId);
      const { state } = live;
      if (known === undefined || known.row?.lastEventSeq === state.metadata.lastEventSeq) continue;
      const { stamp, damaged } = known;
      this.#rows.put({ sessionId, stamp, row: rowOf(state), deleted: state.deleted, damaged });
    }
  }

  async #read(sessionId: string, lastSegment: number): Promise<void> {
    const entry = await this.#parts.source.read(sessionId, lastSegment);
    if (entry === undefined) this.#rows.delete(sessionId);
    else this.#put(entry);
  }

  #put(entry: CatalogEntry): void {
    this.#rows.put(entry.row, this.#parts.ports.clock.monotonic());
    this.#parts.index.add(entry);
    this.#headDue = true;
  }

  async #writeHead(): Promise<void> {
    this.#headDue = false;
    this.#headWrittenAt = this.#parts.ports.clock.monotonic();
    if (!this.#complete || this.#seen === undefined) return;
    await this.#parts.index.writeHead(this.#rows, this.#seen, this.#misnamed);
  }
}

/** Whether nothing came since the snapshot that the session was opened from: then whoever wrote that told of it. */
function isAsItWas({ loaded, position }: LiveSession): boolean {
  return loaded.covered?.seq === position.seq;
}
