import { join } from 'node:path';
import { messageOf, SessionError } from '../core/errors.ts';
import type { DamagedFile, SessionPage, SessionQuery } from '../core/ports.ts';
import type { SessionTally } from '../core/stats.ts';
import { type CatalogEntry, catalogEntry } from './catalogEntry.ts';
import { errorCode } from './fileSystem.ts';
import { compareRows, isWanted, pageOf, wordsOf } from './listing.ts';
import type { OpenSession } from './openSession.ts';
import { problemOf } from './regularFile.ts';
import { loadSession } from './sessionLoad.ts';
import { parseFileName } from './storePaths.ts';
import type { StoreFolder } from './storeFolder.ts';
import { slicer, type StorePorts } from './storePorts.ts';

interface Known {
  readonly entry: CatalogEntry;
  /** Which file and which content it was made from. */
  readonly stamp: string;
}

interface Found {
  lastSegment: number;
  snapshot: boolean;
}

/** All sessions of a folder, as lists need them. */
export class SessionCatalog {
  readonly #ports: StorePorts;
  readonly #folder: StoreFolder;
  readonly #open: ReadonlyMap<string, OpenSession>;
  readonly #known = new Map<string, Known>();
  #damaged: readonly DamagedFile[] = [];
  #scan: Promise<void> | undefined;

  constructor(ports: StorePorts, folder: StoreFolder, open: ReadonlyMap<string, OpenSession>) {
    this.#ports = ports;
    this.#folder = folder;
    this.#open = open;
  }

  async page(query: SessionQuery): Promise<SessionPage> {
    const words = wordsOf(query);
    const entries = (await this.entries()).filter(
      ({ row, deleted, searchText }) =>
        !deleted && isWanted(row, query) && words.every(word => searchText.includes(word)),
    );
    const rows = entries.map(({ row }) => row).sort(compareRows);
    return pageOf(rows, query, this.#damaged);
  }

  async tallies(since: Date | undefined): Promise<readonly SessionTally[]> {
    const entries = (await this.entries()).filter(({ deleted }) => !deleted);
    return entries.map(({ tally }) => tally).filter(tally => since === undefined || tally.updatedAt >= since);
  }

  async entries(): Promise<readonly CatalogEntry[]> {
    this.#scan ??= this.#refresh().finally(() => (this.#scan = undefined));
    await this.#scan;
    return [...this.#known.values()].map(({ entry }) => entry);
  }

  async #refresh(): Promise<void> {
    const damaged: DamagedFile[] = [];
    const found = this.#folder.exists() ? await this.#readFolder(damaged) : new Map<string, Found>();
    for (const sessionId of this.#known.keys()) {
      if (!found.has(sessionId)) this.#known.delete(sessionId);
    }
    const breathe = slicer(this.#ports);
    for (const [sessionId, files] of found) {
      await this.#look(sessionId, files, damaged);
      const pause = breathe();
      if (pause !== undefined) await pause;
    }
    this.#damaged = damaged;
  }

  async #readFolder(damaged: DamagedFile[]): Promise<Map<string, Found>> {
    const { files, paths } = this.#ports;
    const found = new Map<string, Found>();
    for (const file of await files.readdir(paths.sessions)) {
      const name = parseFileName(file);
      if (name.kind === 'ignored') continue;
      if (name.kind === 'foreign') {
        const stat = files.lstat(join(paths.sessions, file));
        const problem = 'Its name is not that of a session file. Move it elsewhere or delete it.';
        damaged.push({
          file,
          problem: stat === undefined || stat.kind === 'file' ? problem : problemOf(stat),
        });
        continue;
      }
      if (name.kind === 'conflict') {
        const problem = `It holds records of session ${name.sessionId} that contradict those on disk. Keep it until you are sure that you do not need them.`;
        damaged.push({ file, problem });
        continue;
      }
      const entry = found.get(name.sessionId) ?? { lastSegment: 0, snapshot: false };
      if (name.kind === 'snapshot') entry.snapshot = true;
      else entry.lastSegment = Math.max(entry.lastSegment, name.segment);
      found.set(name.sessionId, entry);
    }
    return found;
  }

  async #look(sessionId: string, { lastSegment, snapshot }: Found, damaged: DamagedFile[]): Promise<void> {
    const { files, paths } = this.#ports;
    const open = this.#open.get(sessionId);
    if (open !== undefined) {
      this.#known.set(sessionId, { entry: catalogEntry(open.live.state), stamp: '' });
      return;
    }
    const snapshotStat = snapshot ? files.lstat(paths.snapshot(sessionId)) : undefined;
    if (lastSegment > 0 && snapshotStat !== undefined && snapshotStat.kind !== 'file') {
      damaged.push({ file: `${sessionId}.session.json`, problem: problemOf(snapshotStat) });
    }
    const stat = lastSegment > 0 ? files.lstat(paths.journal(sessionId, lastSegment)) : snapshotStat;
    const stamp = stat && `${lastSegment} ${stat.inode} ${stat.size} ${stat.mtimeMs}`;
    if (stamp === undefined || this.#known.get(sessionId)?.stamp === stamp) return;
    try {
      const loaded = await loadSession(sessionId, this.#ports);
      loaded.close();
      this.#known.set(sessionId, { entry: catalogEntry(loaded.state), stamp });
    } catch (error) {
      this.#known.delete(sessionId);
      if (error instanceof SessionError && error.code === 'damaged')
        damaged.push({ file: error.file ?? sessionId, problem: error.message });
      else if (errorCode(error) !== '')
        damaged.push({ file: sessionId, problem: `It cannot be read: ${messageOf(error)}` });
      else if (!(error instanceof SessionError)) throw error;
    }
  }
}
