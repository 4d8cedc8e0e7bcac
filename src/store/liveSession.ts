import { basename } from 'node:path';
import { isSessionError, SessionError } from '../core/errors.ts';
import { Emitter } from '../core/event.ts';
import type { SessionRecord } from '../core/events.ts';
import type { Decide, RecordDamage } from '../core/ports.ts';
import { SCHEMA_VERSION } from '../core/session.ts';
import { toDocument } from '../core/sessionDocument.ts';
import { emptyState, type SessionState } from '../core/state.ts';
import { type Commit, notePlaces, prepareBatch, type Prepared } from './commitBatch.ts';
import type { JournalPosition } from './journalPosition.ts';
import { isDisturbed, isLastInPlace, isQuiet, restoreJournal } from './journalRestore.ts';
import { JournalReplaced, JournalWriter } from './journalWriter.ts';
import { putBack } from './lostRecords.ts';
import type { JournalLine } from './recentLines.ts';
import { LoadedSession, loadSession } from './sessionLoad.ts';
import type { SessionLocks } from './sessionLock.ts';
import { storageError } from './storageError.ts';
import type { StoreFolder } from './storeFolder.ts';
import type { StorePorts } from './storePorts.ts';

/** How often a batch is carried out anew because another program replaced the files in the middle of it. */
const MAX_ATTEMPTS = 5;

export interface LiveSessionParts {
  /** Is told when a session came to rest, and when it is closed. */
  readonly onDidSettle: (live: LiveSession) => void;
  readonly ports: StorePorts;
  readonly folder: StoreFolder;
  readonly locks: SessionLocks;
}

/**
 * One session that is in use in this process, whoever uses it: it reads what others append, and appends in groups. What
 * arrives while an append is under way is numbered together and made durable by the next one.
 */
export class LiveSession {
  readonly sessionId: string;
  readonly #parts: LiveSessionParts;
  readonly #appended: Emitter<readonly SessionRecord[]>;
  readonly #changed: Emitter<'own' | 'foreign'>;
  #loaded: LoadedSession;
  #writer: JournalWriter;
  #waiting: Commit[] = [];
  #working: Promise<void> | undefined;
  #isNew: boolean;
  /** Somebody was at the files, so that the next append looks at all of them. */
  #isDoubted = false;

  constructor(loaded: LoadedSession, sessionId: string, parts: LiveSessionParts, isNew = false) {
    this.sessionId = sessionId;
    this.#parts = parts;
    this.#loaded = loaded;
    this.#writer = this.#makeWriter();
    this.#isNew = isNew;
    const report = (error: unknown): void => {
      parts.ports.logger.error('A listener failed.', error);
    };
    this.#appended = new Emitter(report);
    this.#changed = new Emitter(report);
  }

  /** A session that has no files yet; its first commit makes them. */
  static blank(sessionId: string, parts: LiveSessionParts): LiveSession {
    const { ports } = parts;
    const loaded = new LoadedSession(sessionId, ports);
    loaded.state = emptyState(sessionId, ports.paths.root, ports.clock.now());
    return new LiveSession(loaded, sessionId, parts, true);
  }

  get state(): SessionState {
    return this.#loaded.state;
  }

  get damage(): readonly RecordDamage[] {
    return this.#loaded.damage;
  }

  get position(): JournalPosition {
    return this.#loaded.reader.position;
  }

  get loaded(): LoadedSession {
    return this.#loaded;
  }

  get readOnly(): string | null {
    const { newer } = this.#loaded;
    if (newer === undefined) return null;
    return `The session was written by a newer version of this program (format ${newer}; this one knows ${SCHEMA_VERSION}), so it can only be read.`;
  }

  get onDidAppend(): Emitter<readonly SessionRecord[]>['event'] {
    return this.#appended.event;
  }

  /** The state moved on: by this process, or by another. */
  get onDidChange(): Emitter<'own' | 'foreign'>['event'] {
    return this.#changed.event;
  }

  commit(decide: Decide, epoch?: number): Promise<readonly SessionRecord[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly SessionRecord[]>();
    this.#waiting.push({ decide, epoch, resolve, reject });
    this.#working ??= this.#work();
    return promise;
  }

  /** Takes in what other processes appended. Without the lock: a line that is still being written is left for later. */
  async refresh(): Promise<void> {
    if (this.#working !== undefined || this.#loaded.segments.held.length === 0) return;
    if (isDisturbed(this.#loaded)) {
      this.#isDoubted = true;
      await this.#followDisk();
      return;
    }
    this.#catchUp(false);
    if (this.#loaded.reader.needsReload) await this.#followDisk();
  }

  /** Ends a line that a dead writer left unfinished, and tells of it. */
  async repairTail(): Promise<void> {
    const { reader, segments } = this.#loaded;
    if (!segments.held.includes(reader.segment) || segments.size(reader.segment) <= reader.offset) return;
    await this.#locked(async () => {
      if (isDisturbed(this.#loaded)) return;
      this.#catchUp(true);
      await this.#writer.endLine(reader.segment, segments.expected(reader.segment, reader.offset));
    });
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#working !== undefined) await this.#working;
  }

  close(): void {
    this.#writer.close();
    this.#loaded.close();
    this.#appended.dispose();
    this.#changed.dispose();
  }

  async #work(): Promise<void> {
    // What is asked for in the same tick goes into the same append.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0);
      try {
        this.#requireWritable();
        const acknowledge = await this.#locked(() => this.#carryOut(batch));
        acknowledge();
      } catch (error) {
        for (const commit of batch) commit.reject(error);
      }
    }
    this.#working = undefined;
  }

  #requireWritable(): void {
    this.#parts.folder.requireWritable();
    const { readOnly } = this;
    if (readOnly !== null) throw new SessionError('newer_version', readOnly);
  }

  async #locked<T>(action: () => Promise<T>): Promise<T> {
    const { folder, locks, ports } = this.#parts;
    try {
      if (!folder.isEnsured(ports.paths.sessions)) await folder.ensure(ports.paths.sessions);
      const lock = await locks.acquire(this.sessionId);
      try {
        return await action();
      } finally {
        lock.release();
      }
    } catch (error) {
      throw storageError(error, 'write', ports.paths.journal(this.sessionId, 1));
    }
  }

  /** What is to be told to those who wait once the lock is given back. */
  async #carryOut(batch: readonly Commit[]): Promise<() => void> {
    for (let attempt = 1, open = batch; ; attempt++) {
      const quiet = !this.#isNew && !this.#isDoubted && isQuiet(this.#loaded);
      if (!quiet) await this.#getReady();
      const prepared = await prepareBatch(open, this.#loaded, this.#parts.ports, this.#parts.folder);
      const lines = prepared.flatMap(entry => entry.lines);
      try {
        const stored =
          lines.length === 0 ? { count: 0, failure: undefined } : await this.#write(lines, quiet);
        this.#isNew &&= stored.count === 0;
        notePlaces(prepared, stored.count, this.#loaded);
        const appended = this.#takeIn(prepared, stored.count);
        // Durable in a file that lost its name meanwhile is not durable.
        if (appended.length > 0 && this.#lostItsName()) await this.#recoverAppended(appended);
        return () => {
          this.#acknowledge(prepared, appended, stored.failure);
        };
      } catch (error) {
        if (!(error instanceof JournalReplaced) || attempt === MAX_ATTEMPTS) throw error;
        open = prepared.map(({ commit }) => commit);
      }
    }
  }

  /** Has all that is on disk, and all that was acknowledged on disk. */
  async #getReady(): Promise<void> {
    if (this.#isNew) this.#requireUnused();
    else if (isDisturbed(this.#loaded)) {
      await this.#putBackVanished();
      await this.#recoverLost();
    } else this.#catchUp(true);
    const { needsReload, failure } = this.#loaded.reader;
    if (needsReload || failure !== undefined) await this.#recoverLost();
    this.#requireWritable();
    this.#isDoubted = false;
  }

  async #write(lines: readonly JournalLine[], quiet: boolean): Promise<{ count: number; failure: unknown }> {
    const { reader, recent, segments } = this.#loaded;
    const { stored, segment, offset, file, failure } = this.#isNew
      ? await this.#writer.begin(lines)
      : await this.#writer.append(
          reader.segment,
          lines,
          segments.expected(reader.segment, reader.offset, quiet),
        );
    const kept = lines.slice(0, stored);
    reader.skip(segment, offset, kept);
    for (const line of kept) recent.push(line);
    // Held from now on, so that what is unlinked can still be read.
    segments.hold(segment, file);
    return { count: stored, failure };
  }

  /** Takes in the records that are durable, and returns them. */
  #takeIn(prepared: readonly Prepared[], stored: number): readonly SessionRecord[] {
    const appended: SessionRecord[] = [];
    for (const { records, state } of prepared) {
      const rest = stored - appended.length;
      appended.push(...records.slice(0, rest));
      if (records.length <= rest) this.#loaded.state = state;
      else {
        // Of a commit that will be rejected some records are durable all the same.
        const { builder } = this.#loaded;
        this.#loaded.state = records
          .slice(0, rest)
          .reduce((next, record) => builder.add(next, record), this.#loaded.state);
        break;
      }
    }
    if (appended.length > 0) this.#loaded.adoption = undefined;
    return appended;
  }

  async #recoverAppended(appended: readonly SessionRecord[]): Promise<void> {
    try {
      await this.#recoverLost();
    } catch (error) {
      // They are in the state and go to disk with the next commit, but nobody who waits is told so.
      this.#publish(appended, 'own');
      throw error;
    }
  }

  /** Tells everybody; a commit of which something is not durable is rejected. */
  #acknowledge(prepared: readonly Prepared[], appended: readonly SessionRecord[], failure: unknown): void {
    this.#publish(appended, 'own');
    let end = 0;
    for (const { commit, opened, records } of prepared) {
      end += records.length;
      if (end <= appended.length) commit.resolve(opened ? records.slice(1) : records);
      else commit.reject(storageError(failure, 'write', this.#parts.ports.paths.journal(this.sessionId, 1)));
    }
  }

  /** Where that cannot be told, what was written and synced without a failure counts. */
  #lostItsName(): boolean {
    try {
      return !isLastInPlace(this.#loaded);
    } catch {
      return false;
    }
  }

  #publish(records: readonly SessionRecord[], by: 'own' | 'foreign'): void {
    if (records.length === 0) return;
    this.#appended.fire(records);
    this.#changed.fire(by);
  }

  #catchUp(settled: boolean): void {
    const records: SessionRecord[] = [];
    for (const item of this.#loaded.reader.read(settled)) {
      if (this.#loaded.take(item) && item.kind === 'record') records.push(item.record);
    }
    if (records.length > 0) this.#loaded.adoption = undefined;
    this.#publish(records, 'foreign');
  }

  #requireUnused(): void {
    const { files, paths } = this.#parts.ports;
    const taken = [paths.journal(this.sessionId, 1), paths.snapshot(this.sessionId)].some(
      path => files.lstat(path) !== undefined,
    );
    if (taken)
      throw new SessionError(
        'conflict',
        `There is a session ${this.sessionId} already. Nothing was changed.`,
      );
  }

  /** Without the right to write: goes over to what is on disk now if that contains all that is known. */
  async #followDisk(): Promise<void> {
    const { position } = this;
    if (this.#hasVanished()) return;
    const fresh: SessionRecord[] = [];
    const disk = await this.#readDisk(fresh);
    const contained = disk.reader.compare(position.seq, position.sum) === 'same' && !this.#hasVanished();
    if (contained && this.#working === undefined) this.#goOverTo(disk, fresh);
    else disk.close();
  }

  #hasVanished(): boolean {
    const { segments, reader } = this.#loaded;
    return segments.vanished(reader.segment).length > 0;
  }

  /** Writes again what was acknowledged and is no longer there; what contradicts the disk is kept beside it. */
  async #recoverLost(): Promise<void> {
    const { folder, ports } = this.#parts;
    const { sessionId } = this;
    folder.forget();
    await folder.ensure(ports.paths.sessions);
    const before = this.#loaded;
    const { same } = before.segments.look(before.reader.segment);
    if (!same && before.segments.held.length > 0) this.#catchUp(true);
    if (before.state.deleted) throw new SessionError('not_found', 'The session was moved to the trash.');
    let fresh: SessionRecord[] = [];
    const readDisk = (): Promise<LoadedSession> => this.#readDisk((fresh = []));
    const { disk, conflicts } = await restoreJournal({ sessionId, known: before, ports, readDisk });
    this.#goOverTo(disk, fresh);
    if (conflicts > 0 || this.state.metadata.lastEventSeq >= before.state.metadata.lastEventSeq) return;
    // Neither the files nor the memory have the lines any more, but what they came to is known.
    this.#loaded.state = before.state;
    this.#loaded.adoption = JSON.parse(JSON.stringify(toDocument(before.state))) as Readonly<
      Record<string, unknown>
    >;
  }

  /** A file of a journal that goes on was removed: what is in it was acknowledged, and belongs where it was. */
  async #putBackVanished(): Promise<void> {
    const { segments, reader, state } = this.#loaded;
    const { ports } = this.#parts;
    if (state.deleted || !segments.look(reader.segment).same) return;
    for (const segment of segments.vanished(reader.segment)) {
      await putBack(segment, segments, ports);
      ports.logger.warn(
        `${basename(segments.pathOf(segment))} had been removed by another program; it was put back.`,
      );
    }
  }

  /** All that is on disk, which may be nothing; `fresh` gets the records that were not known before. */
  async #readDisk(fresh: SessionRecord[]): Promise<LoadedSession> {
    const { ports } = this.#parts;
    const known = this.state.metadata.lastEventSeq;
    const onRecord = (record: SessionRecord): void => {
      if (record.seq > known) fresh.push(record);
    };
    let loaded: LoadedSession;
    try {
      loaded = await loadSession(this.sessionId, ports, { thorough: true, onRecord });
    } catch (error) {
      const nothing = isSessionError(error) && (error.code === 'not_found' || error.code === 'damaged');
      if (nothing) return new LoadedSession(this.sessionId, ports);
      throw error;
    }
    const { failure } = loaded.reader;
    if (failure === undefined) return loaded;
    loaded.close();
    throw storageError(failure, 'read', ports.paths.journal(this.sessionId, 1));
  }

  /** Goes on from what is on disk, telling of records that were not known before. What is known is let go of only here. */
  #goOverTo(disk: LoadedSession, fresh: readonly SessionRecord[]): void {
    const before = this.#loaded;
    if (disk.isEmpty) disk.state = before.state;
    this.#loaded = disk;
    before.close();
    this.#writer.close();
    this.#writer = this.#makeWriter();
    this.#publish(fresh, 'foreign');
  }

  #makeWriter(): JournalWriter {
    const { ports } = this.#parts;
    return new JournalWriter(ports, segment => ports.paths.journal(this.sessionId, segment));
  }
}
