import { isSessionError, messageOf } from '../core/errors.ts';
import type { DamagedFile } from '../core/ports.ts';
import type { SessionState } from '../core/state.ts';
import { catalogEntry, type CatalogEntry } from './catalogEntry.ts';
import { errorCode } from './fileSystem.ts';
import type { IndexedRow } from './indexedRow.ts';
import type { LiveSession } from './liveSession.ts';
import type { OpenSession } from './openSession.ts';
import { problemOf } from './regularFile.ts';
import { loadSession } from './sessionLoad.ts';
import { snapshotName } from '../core/sessionFileName.ts';
import type { StorePorts } from './storePorts.ts';

/** All sessions that are not deleted, newest first. */
export interface SearchableSessions {
  /** The same list as long as none changes. */
  readonly rows: readonly IndexedRow[];
  /** The stamps of those that are open here; `undefined` while the files have more than is known. */
  readonly open: ReadonlyMap<string, string | undefined>;
}

/** Where rows come from: the files of a session, and what tells whether they changed. */
export class CatalogSource {
  readonly #ports: StorePorts;
  #reads = 0;

  constructor(ports: StorePorts) {
    this.#ports = ports;
  }

  /** How many sessions were read because no index had them as they are. */
  get reads(): number {
    return this.#reads;
  }

  /** Tells one content of a session from another by one look: at its last segment, or its snapshot where it has none. */
  stampOf(sessionId: string, lastSegment: number): string | undefined {
    const { files, paths } = this.#ports;
    const path = lastSegment === 0 ? paths.snapshot(sessionId) : paths.journal(sessionId, lastSegment);
    const stat = files.lstat(path);
    return stat && `${lastSegment} ${stat.inode} ${stat.size} ${stat.mtimeMs}`;
  }

  /** Reads a session. `undefined`: it is gone. A file that is none is an entry without a row. */
  async read(sessionId: string, lastSegment: number): Promise<CatalogEntry | undefined> {
    // Looked at first: what is appended while it is read makes the stamp too old, never too new.
    const stamp = this.stampOf(sessionId, lastSegment);
    if (stamp === undefined) return undefined;
    this.#reads++;
    try {
      const loaded = await loadSession(sessionId, this.#ports);
      loaded.close();
      return catalogEntry(loaded.state, stamp, this.#oddSnapshot(sessionId));
    } catch (error) {
      if (isSessionError(error) && error.code === 'not_found') return undefined;
      return damagedEntry(sessionId, stamp, damageOf(error, sessionId));
    }
  }

  /** The state of a session, for what the index has no room for; `undefined` when it cannot be read any more. */
  async stateOf(sessionId: string): Promise<SessionState | undefined> {
    try {
      const loaded = await loadSession(sessionId, this.#ports);
      loaded.close();
      return loaded.state;
    } catch {
      return undefined;
    }
  }

  /** The entry of a session that is open here; `undefined` while its file has more than its state. */
  entryOf(live: LiveSession): CatalogEntry | undefined {
    const stamp = this.stampOfOpen(live);
    return stamp === undefined
      ? undefined
      : catalogEntry(live.state, stamp, this.#oddSnapshot(live.sessionId));
  }

  /** The stamp of what is known of a session that is open here; `undefined` while its file has more. */
  stampOfOpen({ sessionId, loaded }: LiveSession): string | undefined {
    const { segment, offset } = loaded.reader;
    const hasJournal = loaded.segments.held.length > 0;
    const stamp = this.stampOf(sessionId, hasJournal ? segment : 0);
    return hasJournal && stamp?.split(' ')[2] !== `${offset}` ? undefined : stamp;
  }

  stampsOfOpen(open: ReadonlyMap<string, OpenSession>): ReadonlyMap<string, string | undefined> {
    return new Map([...open].map(([sessionId, { live }]) => [sessionId, this.stampOfOpen(live)]));
  }

  #oddSnapshot(sessionId: string): DamagedFile | undefined {
    const stat = this.#ports.files.lstat(this.#ports.paths.snapshot(sessionId));
    return stat === undefined || stat.kind === 'file'
      ? undefined
      : { file: snapshotName(sessionId), problem: problemOf(stat) };
  }
}

export function lastSegmentOf(stamp: string): number {
  return Number(stamp.split(' ', 1)[0]);
}

function damageOf(error: unknown, sessionId: string): DamagedFile {
  if (isSessionError(error) && error.code === 'damaged') {
    return { file: error.file ?? sessionId, problem: error.message };
  }
  if (errorCode(error) === '') throw error;
  return { file: snapshotName(sessionId), problem: `It cannot be read: ${messageOf(error)}` };
}

function damagedEntry(sessionId: string, stamp: string, damaged: DamagedFile): CatalogEntry {
  const balance = { tasks: 0, completed: 0, failed: 0, totalExecutionTime: 0 };
  const tally = { sessionId, updatedAt: new Date(0), tasks: [], balance };
  return {
    row: { sessionId, stamp, row: undefined, deleted: false, damaged },
    details: { sessionId, stamp, searchText: '', tally, complete: true, taskIds: [] },
  };
}
