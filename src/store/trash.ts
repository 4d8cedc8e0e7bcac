import { join } from 'node:path';
import { isSessionError, SessionError } from '../core/errors.ts';
import type { SessionMetadata } from '../core/session.ts';
import type { SessionState } from '../core/state.ts';
import { removeOrphanedBlobs } from './blobReferences.ts';
import type { SessionLocks } from './sessionLock.ts';
import { loadSession } from './sessionLoad.ts';
import { parseFileName } from '../core/sessionFileName.ts';
import type { StoreFolder } from './storeFolder.ts';
import type { StorePorts } from './storePorts.ts';

/**
 * Deleted sessions. A deletion is journaled first; then the files move here, the first segment of the journal before the
 * others. They come back in the opposite order. So, whatever is interrupted, no part of a session without the record of its
 * deletion is taken for a session.
 */
export class Trash {
  readonly #ports: StorePorts;
  readonly #trashPorts: StorePorts;
  readonly #folder: StoreFolder;
  readonly #locks: SessionLocks;

  constructor(ports: StorePorts, folder: StoreFolder, locks: SessionLocks) {
    this.#ports = ports;
    this.#trashPorts = { ...ports, paths: ports.paths.inTrash() };
    this.#folder = folder;
    this.#locks = locks;
  }

  /** Sessions here, in no order. */
  async list(): Promise<readonly SessionMetadata[]> {
    const { trash } = this.#ports.paths;
    const rows: SessionMetadata[] = [];
    for (const sessionId of (await this.#namesIn(trash)).keys()) {
      const state = await this.#stateOf(sessionId);
      if (state !== undefined) rows.push(state.metadata);
    }
    return rows;
  }

  async put(sessionId: string): Promise<void> {
    const { sessions, trash } = this.#ports.paths;
    await this.#move(sessionId, sessions, trash);
  }

  /** Whether it is here. */
  async has(sessionId: string): Promise<boolean> {
    return (await this.#namesIn(this.#ports.paths.trash)).has(sessionId);
  }

  async takeBack(sessionId: string): Promise<void> {
    const { sessions, trash } = this.#ports.paths;
    await this.#move(sessionId, trash, sessions);
  }

  /** Removes one session, or all that are here, and the outputs that no other session refers to. */
  async purge(sessionId?: string): Promise<readonly string[]> {
    const { files, paths } = this.#ports;
    this.#folder.requireWritable();
    const all = await this.#namesIn(paths.trash);
    const wanted = sessionId === undefined ? [...all.keys()] : [sessionId];
    const missing = wanted.find(id => !all.has(id));
    if (missing !== undefined)
      throw new SessionError('not_found', `There is no session ${missing} in the trash.`);
    const content = wanted.flatMap(id => all.get(id) ?? []).map(name => join(paths.trash, name));
    await removeOrphanedBlobs(content, this.#ports);
    for (const path of content) files.unlink(path);
    if (content.length > 0) await files.syncDirectory(paths.trash);
    return wanted;
  }

  async #move(sessionId: string, from: string, to: string): Promise<void> {
    const { files, paths } = this.#ports;
    this.#folder.requireWritable();
    await this.#folder.ensure(to);
    const lock = await this.#locks.acquire(sessionId);
    try {
      const names = (await this.#namesIn(from)).get(sessionId) ?? [];
      if (names.length === 0)
        throw new SessionError('not_found', `There is no session ${sessionId} to move.`);
      const taken = names.find(name => files.lstat(join(to, name)) !== undefined);
      if (taken !== undefined)
        throw new SessionError('conflict', `${taken} is there already. Nothing was moved.`);
      for (const name of to === paths.trash ? names : names.reverse())
        files.rename(join(from, name), join(to, name));
      await files.syncDirectory(to);
      await files.syncDirectory(from);
    } finally {
      lock.release();
    }
  }

  /** The files of every session in a folder: the snapshot first, then the segments in order. */
  async #namesIn(directory: string): Promise<Map<string, string[]>> {
    const found = new Map<string, string[]>();
    if (!this.#folder.exists(directory)) return found;
    for (const name of await this.#ports.files.readdir(directory)) {
      const parsed = parseFileName(name);
      if (parsed.kind === 'ignored' || parsed.kind === 'foreign') continue;
      found.set(parsed.sessionId, [...(found.get(parsed.sessionId) ?? []), name]);
    }
    for (const names of found.values()) names.sort((a, b) => rankOf(a) - rankOf(b));
    return found;
  }

  async #stateOf(sessionId: string): Promise<SessionState | undefined> {
    try {
      const loaded = await loadSession(sessionId, this.#trashPorts);
      loaded.close();
      return loaded.state;
    } catch (error) {
      if (isSessionError(error)) return undefined;
      throw error;
    }
  }
}

function rankOf(name: string): number {
  const parsed = parseFileName(name);
  return parsed.kind === 'journal' ? parsed.segment : 0;
}
