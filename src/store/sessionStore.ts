import type { TaskFinder } from '../core/blame/tracedTask.ts';
import { isSessionError, SessionError } from '../core/errors.ts';
import type { SessionEvent, SessionRecord } from '../core/events.ts';
import type { Logger } from '../core/logger.ts';
import type { OnLongWork } from '../core/longWork.ts';
import type {
  BlobWriter,
  Clock,
  Ids,
  ProcessTable,
  SessionLedger,
  SessionPage,
  SessionQuery,
  SessionStore,
} from '../core/ports.ts';
import { isSessionId, type SessionMetadata } from '../core/session.ts';
import type { SessionSearch } from '../core/search/searchPage.ts';
import type { SessionTally } from '../core/tally.ts';
import { BlobFile, readBlobText } from './blobFile.ts';
import { CatalogSource } from './catalogSource.ts';
import { Doctor } from './doctor/doctor.ts';
import type { FileSystem } from './fileSystem.ts';
import { FolderFollower } from './folderFollower.ts';
import { IndexFolder } from './indexFolder.ts';
import { nodeFileSystem } from './nodeFileSystem.ts';
import { OpenSessionMap } from './openSessionMap.ts';
import { recordsAfter } from './recordStream.ts';
import { DiskSearch } from './search/diskSearch.ts';
import { SearchFolder } from './search/searchFolder.ts';
import { SearchIndex } from './search/searchIndex.ts';
import { SessionReader } from './search/sessionReader.ts';
import { SessionCatalog } from './sessionCatalog.ts';
import { SessionIndex } from './sessionIndex.ts';
import { SessionLocks } from './sessionLock.ts';
import { storageError, unreadableSession } from './storageError.ts';
import { StoreFolder } from './storeFolder.ts';
import { StorePaths } from './storePaths.ts';
import { closed, type StorePorts, systemPause } from './storePorts.ts';
import { type Arrival, Arrivals, type Arrived } from './transfer/arrivals.ts';
import { packSession, type SessionPack } from './transfer/sessionPack.ts';
import { Trash } from './trash.ts';

export interface SessionStoreOptions {
  /** The real path of the folder that the sessions belong to; they are in its `.coding-agent`. */
  readonly root: string;
  /** The user's cache folder, for the list index. Without one it is made anew by every process. */
  readonly cache?: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly processes: ProcessTable;
  readonly logger: Logger;
  /** Whether nothing may be written right now, because the folder is not trusted. Asked before every write. */
  readonly readOnly?: () => boolean;
  /** Whether the user shares the sessions through version control: then no `.gitignore` is written. */
  readonly shared?: () => boolean;
  readonly files?: FileSystem;
  readonly pause?: (ms: number) => Promise<void>;
  readonly onLongWork?: OnLongWork | undefined;
}

/** The ledger on disk, and who looks after its files. */
export interface DiskStore extends SessionStore {
  readonly doctor: Doctor;
  /** All that a session consists of, to be taken elsewhere. Rejects as `open` does. */
  pack(sessionId: string): Promise<SessionPack>;
  /**
   * Takes in a session that was made elsewhere, all or nothing: `bad_archive` when it is not unharmed, `conflict` when one
   * of its id is here with other records.
   */
  receive(arrival: Arrival): Promise<Arrived>;
  /** How many sessions were read until now because no index had them as they are. */
  readonly reads: number;
  readonly search: SessionSearch;
  readonly finder: TaskFinder;
}

/** The ledger on disk. Making one touches nothing. */
export function createSessionStore(options: SessionStoreOptions): DiskStore {
  const { clock, ids, processes, logger } = options;
  const paths = new StorePaths(options.root);
  const files = options.files ?? nodeFileSystem;
  const ports: StorePorts = {
    files,
    paths,
    clock,
    ids,
    processes,
    logger,
    pause: options.pause ?? systemPause,
    onLongWork: options.onLongWork,
  };
  const readOnly = options.readOnly ?? (() => false);
  const folder = new StoreFolder({ files, paths, readOnly, shared: options.shared ?? (() => false) });
  const cache = options.cache === undefined ? undefined : new IndexFolder(ports, options.cache);
  const index = new SessionIndex(ports, cache, () => !readOnly());
  const searchFolder = options.cache === undefined ? undefined : new SearchFolder(ports, options.cache);
  const searchIndex = new SearchIndex(ports, searchFolder, () => !readOnly());
  return new DiskSessionStore(ports, folder, index, cache, searchIndex);
}

class DiskSessionStore implements DiskStore {
  readonly doctor: Doctor;
  readonly search: SessionSearch;
  readonly finder: TaskFinder;
  readonly #ports: StorePorts;
  readonly #folder: StoreFolder;
  readonly #locks: SessionLocks;
  readonly #sessions: OpenSessionMap;
  readonly #catalog: SessionCatalog;
  readonly #source: CatalogSource;
  readonly #trash: Trash;
  readonly #arrivals: Arrivals;
  readonly #follower: FolderFollower;
  readonly #search: DiskSearch;
  #lists = 0;
  #closed: Promise<void> | undefined;

  constructor(
    ports: StorePorts,
    folder: StoreFolder,
    index: SessionIndex,
    cache: IndexFolder | undefined,
    searchIndex: SearchIndex,
  ) {
    this.#ports = ports;
    this.#folder = folder;
    this.#locks = new SessionLocks(ports, folder);
    this.#sessions = new OpenSessionMap({
      ...{ ports, folder, locks: this.#locks },
      onDidSettle: live => {
        this.#catalog.note(live);
      },
    });
    const { open } = this.#sessions;
    this.#follower = new FolderFollower(ports, open, sessionId => {
      this.#catalog.doubt(sessionId);
    });
    this.#source = new CatalogSource(ports);
    this.#catalog = new SessionCatalog({
      ...{ ports, folder, index, open, source: this.#source },
      watchedSince: () => this.#follower.watchedSince,
      onFolder: inode => {
        this.#follower.noteFolder(inode);
      },
      onDidChange: () => {
        this.#follower.tell();
      },
    });
    this.#trash = new Trash(ports, folder, this.#locks);
    this.#arrivals = new Arrivals(ports, folder, this.#locks);
    const afterwards = async (action: Promise<void>): Promise<void> => {
      await action;
      index.flush();
    };
    const own = {
      closed: () => afterwards(this.#sessions.closed()),
      settle: () => afterwards(this.#sessions.settle()),
    };
    this.doctor = new Doctor({ ports, folder, locks: this.#locks, index: cache, own });
    this.#search = new DiskSearch({
      ...{ ports, index: searchIndex, reader: new SessionReader(ports, open) },
      sessions: () => this.#catalog.searchable(),
      lookAgain: () => this.#catalog.lookAgain(),
    });
    const watching = <T>(action: () => Promise<T>): Promise<T> =>
      this.#read(() => {
        this.#follower.watch();
        return action();
      });
    this.search = { search: (query, request) => watching(() => this.#search.search(query, request)) };
    this.finder = {
      changing: path => watching(() => this.#search.changing(path)),
      committing: hash => watching(() => this.#search.committing(hash)),
    };
  }

  get reads(): number {
    return this.#source.reads;
  }

  get onDidChangeList(): SessionStore['onDidChangeList'] {
    return this.#follower.onDidChangeList;
  }

  create(sessionId: string, events: readonly SessionEvent[]): Promise<SessionLedger> {
    return this.#write(async () => {
      if (!isSessionId(sessionId))
        throw new SessionError('invalid_input', 'A session id is a lower-case UUID version 4.');
      this.#folder.requireWritable();
      const ledger = await this.#sessions.create(sessionId, live => live.commit(() => events));
      this.#follower.follow();
      this.#follower.tell();
      return ledger;
    });
  }

  open(sessionId: string): Promise<SessionLedger> {
    return this.#read(async () => {
      if (!isSessionId(sessionId) || !this.#folder.exists()) throw unknown(sessionId);
      const ledger = await this.#sessions.acquire(sessionId).catch(async (error: unknown) => {
        throw await this.#whyNot(error, sessionId);
      });
      this.#follower.follow();
      return ledger;
    });
  }

  list(query: SessionQuery): Promise<SessionPage> {
    return this.#read(async () => {
      // One list is cheaper without, however many pages it has; who lists again need not look at every file again.
      if (query.cursor === undefined && this.#lists++ > 0) this.#follower.watch();
      return this.#catalog.page(query);
    });
  }

  listTrash(): Promise<readonly SessionMetadata[]> {
    return this.#read(async () => {
      const rows = [...(await this.#trash.list()), ...(await this.#catalog.deleted())];
      return rows.sort((a, b) => b.updatedAt.getTime() - a.updatedAt.getTime());
    });
  }

  findIds(prefix: string): Promise<readonly string[]> {
    return this.#read(() => this.#catalog.findIds(prefix));
  }

  findTask(taskId: string): Promise<string | undefined> {
    return this.#read(() => this.#catalog.findTask(taskId));
  }

  tallies(take: (tally: SessionTally) => void, since?: Date): Promise<void> {
    return this.#read(() => this.#catalog.tallies(take, since));
  }

  trash(sessionId: string): Promise<void> {
    return this.#write(async () => {
      await this.#sessions.open.get(sessionId)?.settle();
      await this.#trash.put(sessionId);
      this.#follower.tell();
    });
  }

  restore(sessionId: string): Promise<void> {
    return this.#write(async () => {
      if (await this.#trash.has(sessionId)) await this.#trash.takeBack(sessionId);
      else await this.#requireDeleted(sessionId);
      this.#follower.tell();
    });
  }

  purge(sessionId?: string): Promise<readonly string[]> {
    return this.#write(async () => {
      this.#folder.requireWritable();
      const deleted = (await this.#catalog.deleted()).map(row => row.sessionId);
      for (const id of deleted) if (sessionId === undefined || id === sessionId) await this.#trash.put(id);
      return this.#trash.purge(sessionId);
    });
  }

  pack(sessionId: string): Promise<SessionPack> {
    return this.#read(async () => {
      const ledger = await this.open(sessionId);
      try {
        const session = this.#sessions.open.get(sessionId);
        if (session === undefined || ledger.state.deleted) throw unknown(sessionId);
        await session.settle();
        return await packSession(session.live, this.#ports);
      } finally {
        ledger.dispose();
      }
    });
  }

  receive(arrival: Arrival): Promise<Arrived> {
    return this.#write(async () => {
      const arrived = await this.#arrivals.receive(arrival);
      if (arrived.outcome === 'imported') this.#sessions.drop(arrival.sessionId);
      else await this.#sessions.open.get(arrival.sessionId)?.live.refresh();
      this.#catalog.doubt(undefined);
      this.#follower.tell();
      return arrived;
    });
  }

  createBlob(): BlobWriter {
    return new BlobFile(this.#ports, this.#folder);
  }

  readBlob(hash: string): Promise<string> {
    return this.#read(() => Promise.resolve(readBlobText(hash, this.#ports)));
  }

  async *readRecords(sessionId: string, afterSeq: number): AsyncGenerator<readonly SessionRecord[]> {
    try {
      if (!isSessionId(sessionId) || !this.#folder.exists()) throw unknown(sessionId);
      await this.#sessions.open.get(sessionId)?.live.idle();
      yield* recordsAfter(sessionId, afterSeq, this.#ports);
    } catch (error) {
      throw storageError(error, 'read', this.#ports.paths.journal(sessionId, 1));
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#follower.dispose();
    await this.#sessions.closeAll();
    await this.#search.close();
    await this.#catalog.close();
    await this.#locks.close();
  }

  /** A session whose deletion was interrupted before its files moved is restored where it is. */
  async #requireDeleted(sessionId: string): Promise<void> {
    const deleted = await this.#catalog.deleted();
    if (!deleted.some(row => row.sessionId === sessionId)) {
      throw new SessionError('not_found', `There is no session ${sessionId} in the trash.`);
    }
  }

  /** What is wrong with a file, said of the session that was asked for. */
  async #whyNot(error: unknown, sessionId: string): Promise<unknown> {
    if (!isSessionError(error)) return error;
    if (error.code === 'damaged') return unreadableSession(sessionId, error);
    return error.code === 'not_found' && (await this.#trash.has(sessionId)) ? inTrash(sessionId) : error;
  }

  #read<T>(action: () => Promise<T>): Promise<T> {
    return this.#guard(action, 'read');
  }

  #write<T>(action: () => Promise<T>): Promise<T> {
    return this.#guard(action, 'write');
  }

  async #guard<T>(action: () => Promise<T>, doing: 'read' | 'write'): Promise<T> {
    if (this.#closed !== undefined) throw closed();
    try {
      return await action();
    } catch (error) {
      throw storageError(error, doing, this.#ports.paths.folder);
    }
  }
}

function unknown(sessionId: string): SessionError {
  return new SessionError('not_found', `There is no session ${sessionId} here.`);
}

function inTrash(sessionId: string): SessionError {
  return new SessionError(
    'not_found',
    `The session ${sessionId} is in the trash. Nothing was changed. Restore it to go on with it.`,
  );
}
