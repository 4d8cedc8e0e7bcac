import { isSessionError, messageOf, SessionError } from '../../core/errors.ts';
import type { SessionEvent } from '../../core/events.ts';
import type { SessionImport } from '../../core/session.ts';
import type { SessionState } from '../../core/state.ts';
import { prepareBatch } from '../commitBatch.ts';
import type { JournalPosition } from '../journalPosition.ts';
import { JournalReader } from '../journalReader.ts';
import { trailingSum } from '../journalLine.ts';
import { JournalWriter } from '../journalWriter.ts';
import { keepOriginal } from '../keepOriginal.ts';
import { readRegular } from '../regularFile.ts';
import { SegmentFiles } from '../segmentFiles.ts';
import { type LoadedSession, loadSession } from '../sessionLoad.ts';
import type { SessionLocks } from '../sessionLock.ts';
import { MAX_SNAPSHOT } from '../snapshotFile.ts';
import { snapshotBytes } from '../snapshotText.ts';
import type { StoreFolder } from '../storeFolder.ts';
import { slicer, type StorePorts } from '../storePorts.ts';
import type { TaskPlaces } from '../taskPlaces.ts';
import { makeWhole } from '../wholeFile.ts';
import { appendRecords, type Extend, readKnown } from './extendSession.ts';
import { type ArrivingFile, badArchive, StagedFiles } from './stagedFiles.ts';

/** A session that was made elsewhere, as it arrives. */
export interface Arrival {
  readonly sessionId: string;
  readonly imported: SessionImport;
  /** Its journal, its snapshot, its outputs, in any order. */
  readonly files: AsyncIterable<ArrivingFile> | Iterable<ArrivingFile>;
  /**
   * What belongs to the session and is kept elsewhere is put there, once all of it was read and before anything is in place.
   * Where it rejects, nothing is.
   */
  readonly prepare?: (state: SessionState) => Promise<void>;
  /** Where the session is here from the same source with other records: what these lack of it. */
  readonly extend?: Extend;
}

export interface Arrived {
  readonly sessionId: string;
  /**
   * `present`: it is here already with the same records, and nothing was changed. `extended`: it is here, and what was new was
   * added.
   */
  readonly outcome: 'imported' | 'present' | 'extended';
  /** The session as it is here now. */
  readonly state: SessionState;
}

/**
 * Takes in sessions that were made elsewhere, all or nothing. Files are written aside, read as any session is, marked as
 * imported, and moved in place under the session's lock: outputs first, the first segment of the journal after the others,
 * so that whatever is interrupted, no part of it is taken for a session.
 */
export class Arrivals {
  readonly #ports: StorePorts;
  readonly #folder: StoreFolder;
  readonly #locks: SessionLocks;

  constructor(ports: StorePorts, folder: StoreFolder, locks: SessionLocks) {
    this.#ports = ports;
    this.#folder = folder;
    this.#locks = locks;
  }

  /** Rejects with `bad_archive`, `conflict`, `newer_version`, as writing does, or with what reading a file threw. */
  async receive(arrival: Arrival): Promise<Arrived> {
    const { sessionId, imported, files, prepare } = arrival;
    this.#folder.requireWritable();
    await this.#folder.ensure(this.#ports.paths.locks);
    const staged = new StagedFiles(sessionId, this.#ports);
    try {
      for await (const file of files) await staged.put(file);
      const loaded = await loadUnharmed(sessionId, staged.ports);
      try {
        const lock = await this.#locks.acquire(sessionId);
        try {
          const known = await this.#present(arrival, staged);
          if (known !== undefined) return { sessionId, ...known };
          const state = await this.#mark(loaded, imported, staged.ports);
          await prepare?.(state);
          await this.#moveIn(sessionId, staged);
          return { sessionId, outcome: 'imported', state };
        } finally {
          lock.release();
        }
      } finally {
        loaded.close();
      }
    } finally {
      await staged.discard();
    }
  }

  /** The session of this id that is here, with what it lacked; `conflict` when it is here with other records. */
  async #present(
    { sessionId, imported, extend }: Arrival,
    staged: StagedFiles,
  ): Promise<Omit<Arrived, 'sessionId'> | undefined> {
    const { files, paths } = this.#ports;
    const inTrash = paths.inTrash();
    const isAt = (path: string): boolean => files.lstat(path) !== undefined;
    if (isAt(inTrash.journal(sessionId, 1)) || isAt(inTrash.snapshot(sessionId)))
      throw conflict(sessionId, 'is in the trash. Restore it, or remove it for good.');
    if (!isAt(paths.journal(sessionId, 1)) && !isAt(paths.snapshot(sessionId))) return undefined;
    const here = await loadHere(sessionId, this.#ports);
    if (here.deleted) throw conflict(sessionId, 'was deleted here. Restore it first.');
    if (
      here.metadata.imported?.hash === imported.hash ||
      (await hasSameRecords(sessionId, staged.ports, this.#ports))
    )
      return { outcome: 'present', state: here };
    const { from, source } = here.metadata.imported ?? {};
    if (extend === undefined || from !== imported.from || source !== imported.source)
      throw conflict(sessionId, 'is here with other records. Export both, and delete the one that is wrong.');
    return this.#extend(sessionId, imported, extend, staged);
  }

  /** Adds what is new: outputs first, then the records that refer to them. */
  async #extend(
    sessionId: string,
    imported: SessionImport,
    extend: Extend,
    staged: StagedFiles,
  ): Promise<Omit<Arrived, 'sessionId'>> {
    const known = await readKnown(sessionId, this.#ports);
    try {
      const { loaded, records } = known;
      // A write that was cut off before it was acknowledged is no damage.
      const isDamaged = loaded.damage.some(({ kind }) => kind !== 'torn');
      if (isDamaged || loaded.newer !== undefined || loaded.reader.failure !== undefined)
        throw conflict(sessionId, 'is here, damaged. Let the doctor look at it.');
      const more = extend(records);
      if (more === undefined)
        throw conflict(
          sessionId,
          'is here, and what was imported of it reads differently now. Fork or export what is here, delete it, and import it anew.',
        );
      if (more.length === 0) return { outcome: 'present', state: loaded.state };
      await this.#moveBlobs(staged);
      return { outcome: 'extended', state: await appendRecords(known, more, imported, this.#ports) };
    } finally {
      known.loaded.close();
    }
  }

  /** Adds the record that says where it came from, and makes its snapshot. */
  async #mark(loaded: LoadedSession, imported: SessionImport, ports: StorePorts): Promise<SessionState> {
    const { sessionId } = loaded.state.metadata;
    const decide = ({ deleted }: SessionState): SessionEvent[] => [
      ...(deleted ? [{ type: 'sessionRestored' as const, data: {} }] : []),
      { type: 'sessionImported', data: imported },
    ];
    let failure: unknown;
    const commit = {
      decide,
      epoch: undefined,
      resolve: () => undefined,
      reject: (error: unknown) => (failure = error),
    };
    const [prepared] = await prepareBatch([commit], loaded, ports, this.#folder);
    if (prepared === undefined) throw failure;
    const writer = new JournalWriter(ports, segment => ports.paths.journal(sessionId, segment));
    try {
      const { lines } = prepared;
      const isNew = loaded.segments.held.length === 0;
      const written = await (isNew ? writer.begin(lines) : writer.append(loaded.reader.segment, lines));
      if (written.stored < lines.length) throw written.failure;
      const { seq = 0, sum = '' } = lines.at(-1) ?? {};
      await writeSnapshot(
        prepared.state,
        { segment: written.segment, offset: written.offset, seq, sum },
        loaded.places,
        ports,
      );
      return prepared.state;
    } finally {
      writer.close();
    }
  }

  async #moveBlobs(staged: StagedFiles): Promise<void> {
    const { files, paths } = this.#ports;
    const from = staged.ports.paths;
    const blobs = await staged.blobs();
    if (blobs.length === 0) return;
    await this.#folder.ensure(paths.blobs);
    for (const hash of blobs)
      if (files.lstat(paths.blob(hash)) === undefined) files.rename(from.blob(hash), paths.blob(hash));
    await files.syncDirectory(paths.blobs);
  }

  async #moveIn(sessionId: string, staged: StagedFiles): Promise<void> {
    const { files, paths } = this.#ports;
    const from = staged.ports.paths;
    await this.#folder.ensure(paths.sessions);
    await this.#moveBlobs(staged);
    const moved: string[] = [];
    try {
      // Segments without a first one are what an interrupted move left: they stay, under another name.
      for (const segment of segmentsOf(sessionId, this.#ports)) {
        const left = paths.journal(sessionId, segment);
        await keepOriginal(left, this.#ports);
        files.unlink(left);
      }
      for (const segment of segmentsOf(sessionId, staged.ports).toReversed()) {
        const target = paths.journal(sessionId, segment);
        files.rename(from.journal(sessionId, segment), target);
        moved.push(target);
      }
    } catch (error) {
      // Without its first segment it is no session yet. Outputs stay: somebody else may refer to them by now.
      for (const path of moved) files.unlink(path);
      throw error;
    }
    await files.syncDirectory(paths.sessions);
    try {
      files.rename(from.snapshot(sessionId), paths.snapshot(sessionId));
    } catch (error) {
      this.#ports.logger.warn(`An imported session has no snapshot yet: ${messageOf(error)}`);
    }
  }
}

/** What is staged, if every byte of it is a session's. */
async function loadUnharmed(sessionId: string, ports: StorePorts): Promise<LoadedSession> {
  const loaded = await loadSession(sessionId, ports, { thorough: true }).catch((error: unknown) => {
    if (!isSessionError(error)) throw error;
    throw badArchive(
      error.code === 'not_found' ? `Session ${sessionId} is not in it.` : error.message,
      error,
    );
  });
  // Nobody goes on writing it: a line without its end stays one.
  for (const item of loaded.reader.read(true)) loaded.take(item);
  const [damage] = loaded.damage;
  if (damage === undefined && loaded.newer === undefined && loaded.reader.failure === undefined)
    return loaded;
  loaded.close();
  if (loaded.newer !== undefined) {
    const what = 'The session was written by a newer version of this program. Nothing was changed.';
    throw new SessionError('newer_version', `${what} Update, then import it again.`);
  }
  throw badArchive(
    `${damage?.problem ?? 'A file of it cannot be read.'} Repair the session where it was exported (doctor --repair), and export it again.`,
  );
}

async function loadHere(sessionId: string, ports: StorePorts): Promise<SessionState> {
  try {
    const loaded = await loadSession(sessionId, ports);
    loaded.close();
    return loaded.state;
  } catch (error) {
    if (isSessionError(error) && error.code === 'damaged')
      throw conflict(sessionId, 'is here, damaged. Let the doctor look at it.');
    throw error;
  }
}

/** Whether all that arrives is here already; what came since, and the mark of another import, does not count. */
async function hasSameRecords(sessionId: string, arriving: StorePorts, here: StorePorts): Promise<boolean> {
  const wanted = await sumsOf(sessionId, arriving);
  if (wanted.length === 0) {
    const [one, other] = [arriving, here].map(({ files, paths }) =>
      readRegular(files, paths.snapshot(sessionId), MAX_SNAPSHOT),
    );
    return one !== undefined && other?.equals(one) === true;
  }
  const known = await sumsOf(sessionId, here);
  return wanted.length <= known.length && wanted.every((sum, index) => sum === known[index]);
}

/** The sums of all records, in order, without import marks at the end. */
async function sumsOf(sessionId: string, ports: StorePorts): Promise<string[]> {
  const segments = new SegmentFiles(ports.files, segment => ports.paths.journal(sessionId, segment));
  const breathe = slicer(ports);
  const sums: string[] = [];
  let marks = 0;
  try {
    for (const item of new JournalReader(segments).read(true)) {
      if (item.kind !== 'record') continue;
      sums.push(trailingSum(item.line) ?? '');
      marks = item.record.event.type === 'sessionImported' ? marks + 1 : 0;
      await breathe();
    }
  } finally {
    segments.close();
  }
  return sums.slice(0, sums.length - marks);
}

async function writeSnapshot(
  state: SessionState,
  position: JournalPosition,
  places: TaskPlaces,
  ports: StorePorts,
): Promise<void> {
  const content = snapshotBytes(state, { position, damage: [], places });
  const path = ports.paths.snapshot(state.metadata.sessionId);
  const { descriptor } = await makeWhole(path, content, ports);
  ports.files.close(descriptor);
}

function segmentsOf(sessionId: string, { files, paths }: StorePorts): number[] {
  const segments = new SegmentFiles(files, segment => paths.journal(sessionId, segment));
  const found: number[] = [];
  for (let at = segments.after(0); at !== undefined; at = segments.after(at)) found.push(at);
  return found;
}

function conflict(sessionId: string, what: string): SessionError {
  return new SessionError('conflict', `Session ${sessionId} ${what} Nothing was changed.`);
}
