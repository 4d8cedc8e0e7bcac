import { join } from 'node:path';
import type { Disposable } from '../core/disposable.ts';
import { messageOf, SessionError } from '../core/errors.ts';
import type { JournalPosition } from './journalPosition.ts';
import { SEGMENT_BYTES } from './journalWriter.ts';
import type { LiveSession } from './liveSession.ts';
import type { FileStat } from './fileSystem.ts';
import { keepOriginal, keepVersion } from './keepOriginal.ts';
import { isSameFile, isUnchanged, openRegular } from './regularFile.ts';
import type { SessionLocks } from './sessionLock.ts';
import { openSnapshot, readSnapshot } from './snapshotFile.ts';
import { snapshotBytes } from './snapshotText.ts';
import type { StoreFolder } from './storeFolder.ts';
import { slicer, type StorePorts } from './storePorts.ts';

const IDLE_MS = 1_000;
/** Journal bytes below which opening needs no snapshot to be fast. */
const MIN_TAIL = 256 * 1024;
/** While a task runs, a snapshot costs at most an eighth of what the journal grew by since the last. */
const WORTH = 8;

export interface SnapshotKeeperParts {
  readonly ports: StorePorts;
  readonly folder: StoreFolder;
  readonly locks: SessionLocks;
  readonly onDidWrite: (session: LiveSession) => void;
}

/**
 * Rewrites the snapshot of a session: when nothing happened for a second, when it ends, when it is closed; while a task
 * runs, at most once per 10 % of journal growth. It only ever loses time: the journal has everything.
 */
export class SnapshotKeeper {
  readonly #session: LiveSession;
  readonly #ports: StorePorts;
  readonly #folder: StoreFolder;
  readonly #locks: SessionLocks;
  readonly #onDidWrite: (session: LiveSession) => void;
  readonly #subscription: Disposable;
  #due: boolean;
  #covered: number;
  #bytes = 0;
  #written: FileStat | undefined;
  #timer: Disposable | undefined;
  #idleFrom = 0;
  #writing = Promise.resolve();

  constructor(session: LiveSession, { ports, folder, locks, onDidWrite }: SnapshotKeeperParts) {
    this.#session = session;
    this.#ports = ports;
    this.#folder = folder;
    this.#locks = locks;
    this.#onDidWrite = onDidWrite;
    const { covered } = session.loaded;
    this.#covered = covered === undefined ? 0 : distance(covered);
    // One that is missing, edited or far behind is made again; one that lags a little is its writer's to renew.
    const tail = distance(session.position) - this.#covered;
    this.#due =
      session.position.seq > 0 && (covered === undefined || (tail > 0 && session.state.live.length === 0));
    this.#subscription = session.onDidChange(by => {
      this.#notice(by);
    });
    if (this.#due) this.#schedule();
  }

  /** Writes what is due and resolves when it is on disk, or cannot be. Never rejects. */
  flush(): Promise<void> {
    this.#timer?.dispose();
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#writeIfDue());
    return this.#writing;
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#subscription.dispose();
  }

  #notice(by: 'own' | 'foreign'): void {
    if (by === 'foreign' && !this.#due) return;
    this.#due = true;
    if (this.#session.state.metadata.status === 'active') this.#schedule();
    else void this.flush();
  }

  #schedule(): void {
    this.#idleFrom = this.#ports.clock.monotonic() + IDLE_MS;
    this.#timer ??= this.#waitUntilIdle(IDLE_MS);
    if (this.#isWorthwhile() && this.#isRunning()) void this.flush();
  }

  /** One timer for many changes: it looks when the last one was. */
  #waitUntilIdle(ms: number): Disposable {
    return this.#ports.clock.setTimeout(() => {
      const rest = this.#idleFrom - this.#ports.clock.monotonic();
      this.#timer = rest > 0 ? this.#waitUntilIdle(rest) : undefined;
      if (rest <= 0 && (!this.#isRunning() || this.#isWorthwhile())) void this.flush();
    }, ms);
  }

  async #writeIfDue(): Promise<void> {
    if (!this.#due || this.#isForbidden()) return;
    this.#due = false;
    try {
      await this.#write();
      this.#onDidWrite(this.#session);
    } catch (error) {
      this.#due = true;
      this.#ports.logger.warn(
        `The snapshot of ${this.#session.sessionId} was not renewed: ${messageOf(error)}`,
      );
    }
  }

  #isRunning(): boolean {
    return this.#session.state.live.some(({ epoch }) => epoch !== null);
  }

  #isWorthwhile(): boolean {
    const now = distance(this.#session.position);
    return now - this.#covered >= Math.max(now / 10, MIN_TAIL, WORTH * this.#bytes);
  }

  #isForbidden(): boolean {
    const { state, readOnly, loaded } = this.#session;
    const isIncomplete = loaded.adoption !== undefined || loaded.reader.failure !== undefined;
    return this.#folder.readOnly || readOnly !== null || state.deleted || isIncomplete;
  }

  async #write(): Promise<void> {
    const { files, ids, paths, processes } = this.#ports;
    const { sessionId } = this.#session;
    const path = paths.snapshot(sessionId);
    // What somebody removed is not made again for the sake of a copy.
    if (!this.#isInPlace()) return;
    const unknown = await this.#inherit(path);
    const { state, position } = this.#session;
    const { damage, places } = this.#session.loaded;
    const unknownFields = { ...state.unknownFields, ...unknown };
    const bytes = await this.#collect(
      snapshotBytes({ ...state, unknownFields }, { position, damage, places }),
    );
    await this.#folder.ensure(paths.locks);
    const temporary = join(paths.locks, `${processes.self.nonce}-${ids.hex(8)}.tmp`);
    const { descriptor, stat } = openRegular(files, temporary, 'create');
    try {
      let rest: Buffer = bytes;
      while (rest.length > 0) rest = rest.subarray(files.append(descriptor, rest));
      await files.datasync(descriptor);
      await this.#replace(temporary, path);
      this.#written = { ...stat, size: bytes.length };
    } catch (error) {
      this.#removeTemporary(temporary);
      throw error;
    } finally {
      files.close(descriptor);
    }
    await files.syncDirectory(paths.sessions);
    this.#covered = distance(position);
    this.#bytes = bytes.length;
  }

  /** Under the append lock, and only beside its journal: the session may have gone to the trash meanwhile. */
  async #replace(temporary: string, path: string): Promise<void> {
    const lock = await this.#locks.acquire(this.#session.sessionId);
    try {
      await this.#keepWiser(path);
      const { segments, reader } = this.#session.loaded;
      if (!segments.look(reader.segment).same)
        throw new SessionError('conflict', 'its journal is not where it was');
      this.#ports.files.rename(temporary, path);
    } finally {
      lock.release();
    }
  }

  /** Once, though what follows may fail and be tried again. */
  async #keepWiser(path: string): Promise<void> {
    const { loaded, sessionId } = this.#session;
    const { wiser } = loaded;
    if (wiser === undefined || !isUnchanged(wiser, this.#ports.files.lstat(path))) return;
    const name = await keepOriginal(path, this.#ports);
    loaded.passedOver = undefined;
    this.#ports.logger.warn(
      `Records of ${sessionId} are damaged. Its snapshot, which may have what they came to, is kept as ${name}.`,
    );
  }

  #isInPlace(): boolean {
    const { segments, reader } = this.#session.loaded;
    const { stat, same } = segments.look(reader.segment);
    return stat !== undefined && same;
  }

  async #collect(content: Iterable<Buffer>): Promise<Buffer> {
    const breathe = slicer(this.#ports);
    const pieces: Buffer[] = [];
    for (const piece of content) {
      pieces.push(piece);
      const pause = breathe();
      if (pause !== undefined) await pause;
    }
    return Buffer.concat(pieces);
  }

  /** What somebody added to the file since; a file that cannot be read is kept beside the new one. */
  async #inherit(path: string): Promise<Readonly<Record<string, unknown>>> {
    const { files } = this.#ports;
    const stat = files.lstat(path);
    if (
      stat === undefined ||
      (this.#written !== undefined && isSameFile(stat, this.#written) && stat.size === this.#written.size)
    ) {
      return {};
    }
    if (stat.kind !== 'file') throw new SessionError('damaged', 'something that is not a file has its name');
    const whole = openSnapshot(files, path);
    if (whole !== undefined)
      return this.#session.loaded.builder.adopt(whole.pieces.head, new Date(0)).unknownFields;
    const snapshot = readSnapshot(files, path);
    if (snapshot !== undefined && !('problem' in snapshot)) {
      if (snapshot.older !== undefined) await keepVersion(path, snapshot.older, this.#ports);
      return this.#session.loaded.builder.adopt(snapshot.document, new Date(0)).unknownFields;
    }
    let number = 1;
    while (files.lstat(`${path}.damaged-${number}`) !== undefined) number++;
    files.rename(path, `${path}.damaged-${number}`);
    return {};
  }

  #removeTemporary(path: string): void {
    try {
      this.#ports.files.unlink(path);
    } catch {
      // It was renamed, or the folder is gone; what is left is swept later.
    }
  }
}

/** How far into the journal a position is, in bytes; comparable, not exact across segments. */
function distance({ segment, offset }: JournalPosition): number {
  return (segment - 1) * SEGMENT_BYTES + offset;
}
