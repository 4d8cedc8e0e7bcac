import { basename } from 'node:path';
import { isSessionError, SessionError } from '../core/errors.ts';
import type { SessionRecord } from '../core/events.ts';
import type { SessionState } from '../core/state.ts';
import { findDocument } from './adoptedDocument.ts';
import type { FileStat } from './fileSystem.ts';
import { isAt, type JournalPosition } from './journalPosition.ts';
import { isAmong, type JournalDamage, type JournalItem, JournalReader } from './journalReader.ts';
import { RecentLines } from './recentLines.ts';
import { SegmentFiles } from './segmentFiles.ts';
import { coveredBy, MisplacedRecord, newerVersionOf, SessionBuilder } from './sessionBuilder.ts';
import { isSound, type OpenSnapshot, openSnapshot, readSnapshot, type Snapshot } from './snapshotFile.ts';
import { RecordsOfSnapshot } from './snapshotRecords.ts';
import { damagedFile, storageError } from './storageError.ts';
import { slicer, type StorePorts } from './storePorts.ts';
import { TaskPlaces } from './taskPlaces.ts';

/** A file of rubbish is not told line by line. */
const MAX_DAMAGE = 1000;

/** What the files of a session say, and where reading can go on. */
export class LoadedSession {
  readonly segments: SegmentFiles;
  readonly builder: SessionBuilder;
  readonly reader: JournalReader;
  readonly recent = new RecentLines();
  readonly places: TaskPlaces;
  readonly damage: JournalDamage[];
  /** What a snapshot has beyond the journal: recorded by the first write. */
  adoption: Readonly<Record<string, unknown>> | undefined;
  /** The highest record number that an adopted document covers: a snapshot that claims no more was adopted already. */
  adopted = 0;
  /** The version that wrote it, where that is newer than ours: then it is read-only. */
  newer: number | undefined;
  /** The snapshot that this was not made from, or not from all of it, and the damage that was known when it was made. */
  passedOver: { readonly file: FileStat; readonly damage: readonly JournalDamage[] } | undefined;
  /** How much of the journal the snapshot covers; `undefined` when it must be made anew. */
  covered: JournalPosition | undefined;
  #state: SessionState | undefined;
  readonly #records: RecordsOfSnapshot | undefined;

  constructor(
    sessionId: string,
    ports: Pick<StorePorts, 'files' | 'paths'>,
    from?: {
      readonly snapshot: Pick<Snapshot, 'position' | 'damage'> & { readonly newer?: number | undefined };
      readonly state: SessionState;
      readonly places: TaskPlaces;
      readonly records?: RecordsOfSnapshot;
    },
  ) {
    this.segments = new SegmentFiles(ports.files, segment => ports.paths.journal(sessionId, segment));
    this.builder = builderOf(sessionId, ports);
    this.reader = new JournalReader(this.segments, from?.snapshot.position);
    this.damage = [...(from?.snapshot.damage ?? [])];
    this.covered = from?.snapshot.position;
    this.newer = from?.snapshot.newer;
    this.#state = from?.state;
    this.places = from?.places ?? new TaskPlaces();
    this.#records = from?.records;
  }

  /** Throws `damaged` before the first record. */
  get state(): SessionState {
    if (this.#state === undefined) throw damagedFile(basename(this.segments.pathOf(1)), this.problem);
    return this.#state;
  }

  set state(state: SessionState) {
    this.#state = state;
  }

  get isEmpty(): boolean {
    return this.#state === undefined;
  }

  get problem(): string {
    return this.damage[0]?.problem ?? 'No record can be read from it.';
  }

  /** Takes in one more item of the journal. Returns whether it was a record that counts. */
  take(item: JournalItem): boolean {
    if (item.kind === 'newer') this.newer = item.version;
    if (item.kind === 'damage') this.report(item.damage);
    if (item.kind !== 'record') return false;
    const { record } = item;
    const bytes = Buffer.concat([item.line, Buffer.from('\n')]);
    this.recent.push({
      seq: record.seq,
      sum: bytes.toString('latin1', bytes.length - 19, bytes.length - 3),
      bytes,
    });
    try {
      this.#state = this.builder.add(this.#state, record);
    } catch (error) {
      if (!(error instanceof MisplacedRecord)) throw error;
      const { segment, offset } = this.reader.position;
      this.report({
        kind: 'damaged',
        file: basename(this.segments.pathOf(segment)),
        offset,
        problem: error.message,
      });
      return false;
    }
    const { segment, offset } = this.reader.position;
    this.places.note(this.#state, [segment, Math.max(0, offset - bytes.length), record.seq]);
    this.newer ??= newerVersionOf(record);
    this.adopted = Math.max(this.adopted, coveredBy(record));
    return true;
  }

  /** Keeps what opening the session could do without within reach, though somebody removes the files. */
  hold(): void {
    if (this.segments.held.length > 0) this.segments.holdUpTo(this.reader.segment);
    try {
      this.#records?.hold();
    } catch {
      // Who needs it reads it then, and is told what is wrong.
    }
  }

  /** Has `damage` told of, once. */
  report(damage: JournalDamage): void {
    if (this.damage.length >= MAX_DAMAGE) return;
    if (!isAmong(damage, this.damage)) this.damage.push(damage);
  }

  /** The snapshot that may have what the journal lost: damage was found that was not there when it was made. */
  get wiser(): FileStat | undefined {
    const { damage = [], file } = this.passedOver ?? {};
    return this.damage.some(harm => !isAmong(harm, damage)) ? file : undefined;
  }

  close(): void {
    this.segments.close();
  }
}

export interface LoadOptions {
  /** Reads the whole journal, whatever the snapshot says. */
  readonly thorough?: boolean;
  /** Is told of every record that is read, which with a good snapshot are only the last. */
  readonly onRecord?: (record: SessionRecord) => void;
}

/**
 * Reads a session: its snapshot and what the journal has beyond it, or, where there is no snapshot to trust, the whole
 * journal. Writes nothing. Rejects with `not_found` or `damaged`, and throws what the disk throws.
 */
export async function loadSession(
  sessionId: string,
  ports: StorePorts,
  options: LoadOptions = {},
): Promise<LoadedSession> {
  const { thorough = false } = options;
  const reopened = thorough ? undefined : reopen(sessionId, ports);
  const snapshot = reopened === undefined ? readUsable(sessionId, ports) : undefined;
  const quick = thorough ? undefined : (reopened ?? fromSnapshot(sessionId, snapshot, ports));
  const loaded = quick ?? new LoadedSession(sessionId, ports);
  try {
    await readToEnd(loaded, ports, options.onRecord);
    if (loaded.reader.needsReload && !thorough) {
      loaded.close();
      return await loadSession(sessionId, ports, { ...options, thorough: true });
    }
    if (reopened === undefined) {
      settle(sessionId, loaded, snapshot, ports);
      loaded.passedOver = passedOver(snapshot, loaded, ports.files.lstat(ports.paths.snapshot(sessionId)));
    }
    return loaded;
  } catch (error) {
    loaded.close();
    throw error;
  }
}

async function readToEnd(
  loaded: LoadedSession,
  ports: StorePorts,
  onRecord: LoadOptions['onRecord'],
): Promise<void> {
  if (loaded.covered !== undefined && loaded.reader.isAtEnd()) return;
  const breathe = slicer(ports);
  for (const item of loaded.reader.read(false)) {
    if (loaded.take(item) && item.kind === 'record') onRecord?.(item.record);
    const pause = breathe();
    if (pause !== undefined) await pause;
  }
}

/** A snapshot of this session, whether or not it can be trusted. */
function readUsable(
  sessionId: string,
  ports: StorePorts,
): Snapshot | { readonly problem: string } | undefined {
  let snapshot: ReturnType<typeof readSnapshot>;
  try {
    snapshot = readSnapshot(ports.files, ports.paths.snapshot(sessionId));
  } catch (error) {
    if (isSessionError(error)) return { problem: error.message };
    throw error;
  }
  if (snapshot === undefined || 'problem' in snapshot) return snapshot;
  return snapshot.document['sessionId'] === sessionId
    ? snapshot
    : { problem: 'The session id in it is not the one in its name.' };
}

/** From a snapshot that is as it was written: its records are read when somebody looks at them. */
function reopen(sessionId: string, ports: StorePorts): LoadedSession | undefined {
  const snapshot = openUsable(sessionId, ports);
  if (snapshot === undefined) return undefined;
  const { position, damage, pieces } = snapshot;
  const builder = builderOf(sessionId, ports);
  const found: { loaded?: LoadedSession; isHarmed?: boolean } = {};
  const records = new RecordsOfSnapshot(sessionId, snapshot, builder, ports, (harm, file) => {
    found.isHarmed = true;
    if (found.loaded === undefined) return;
    found.loaded.passedOver = { file, damage: [] };
    found.loaded.report(harm);
  });
  const state = builder.reopen(pieces.head, records);
  records.loadUnfinished(state);
  // What still goes on is the journal's to tell.
  if (found.isHarmed === true) return undefined;
  const places = new TaskPlaces(pieces.places);
  const from = { snapshot: { position, damage }, state, places, records };
  found.loaded = new LoadedSession(sessionId, ports, from);
  return matching(found.loaded);
}

function openUsable(sessionId: string, ports: StorePorts): OpenSnapshot | undefined {
  try {
    const snapshot = openSnapshot(ports.files, ports.paths.snapshot(sessionId));
    const isUsable = snapshot?.pieces.head['sessionId'] === sessionId && isSound(snapshot);
    return isUsable ? snapshot : undefined;
  } catch (error) {
    if (isSessionError(error)) return undefined;
    throw error;
  }
}

function fromSnapshot(
  sessionId: string,
  snapshot: ReturnType<typeof readUsable>,
  ports: StorePorts,
): LoadedSession | undefined {
  if (snapshot === undefined || 'problem' in snapshot || !snapshot.intact || snapshot.position === undefined)
    return undefined;
  const state = builderOf(sessionId, ports).adopt(snapshot.document, new Date(0));
  const places = TaskPlaces.unknown(state);
  return matching(new LoadedSession(sessionId, ports, { snapshot, state, places }));
}

/** The session, if the journal is the one that its snapshot was made from. */
function matching(loaded: LoadedSession): LoadedSession | undefined {
  if (loaded.covered !== undefined && isAt(loaded.segments, loaded.covered)) return loaded;
  loaded.close();
  return undefined;
}

/** Decides what the snapshot is good for once the journal was read. */
function settle(
  sessionId: string,
  loaded: LoadedSession,
  snapshot: ReturnType<typeof readUsable>,
  ports: StorePorts,
): void {
  const hasJournal = loaded.segments.held.length > 0;
  if (snapshot === undefined || 'problem' in snapshot) {
    if (!loaded.isEmpty) return;
    if (loaded.reader.failure !== undefined)
      throw storageError(loaded.reader.failure, 'read', ports.paths.journal(sessionId, 1));
    if (hasJournal || loaded.damage.length > 0)
      throw damagedFile(basename(ports.paths.journal(sessionId, 1)), loaded.problem);
    if (snapshot !== undefined)
      throw damagedFile(basename(ports.paths.snapshot(sessionId)), snapshot.problem);
    throw new SessionError('not_found', `There is no session ${sessionId} here.`);
  }
  if (loaded.covered !== undefined) return;
  const beyond = snapshot.claims >= loaded.reader.nextSeq && snapshot.claims > loaded.adopted;
  if (loaded.isEmpty || beyond) {
    loaded.state = loaded.builder.adopt(snapshot.document, modified(sessionId, ports));
    loaded.adoption = { ...snapshot.document, ...(beyond ? { lastEventSeq: snapshot.claims } : {}) };
    loaded.newer ??= snapshot.newer;
  } else {
    // Known fields of an edited snapshot lose against the journal; what this version does not know is nowhere else.
    const { unknownFields } = loaded.builder.adopt(snapshot.document, new Date(0));
    loaded.state = { ...loaded.state, unknownFields: { ...loaded.state.unknownFields, ...unknownFields } };
  }
}

/** A snapshot that was good for nothing but, perhaps, for being kept. */
function passedOver(
  snapshot: ReturnType<typeof readUsable>,
  { adoption, covered }: LoadedSession,
  file: FileStat | undefined,
): LoadedSession['passedOver'] {
  if (snapshot === undefined || file === undefined || covered !== undefined || adoption !== undefined)
    return undefined;
  return { file, damage: 'problem' in snapshot || !snapshot.intact ? [] : snapshot.damage };
}

function modified(sessionId: string, ports: StorePorts): Date {
  return new Date(ports.files.lstat(ports.paths.snapshot(sessionId))?.mtimeMs ?? 0);
}

function builderOf(sessionId: string, ports: Pick<StorePorts, 'files' | 'paths'>): SessionBuilder {
  return new SessionBuilder(sessionId, ports.paths.root, document => findDocument(document, ports));
}
