import { join, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { SessionError } from '../../core/errors.ts';
import type { SessionEvent } from '../../core/events.ts';
import type { Repair } from '../../core/doctorReport.ts';
import { toDocument } from '../../core/sessionDocument.ts';
import { recordableDocument } from '../adoptedDocument.ts';
import { decodeLine, encodeRecord } from '../journalLine.ts';
import { JournalWriter } from '../journalWriter.ts';
import { keepConflictCopy } from '../lostRecords.ts';
import { type LoadedSession, loadSession } from '../sessionLoad.ts';
import type { SessionLocks } from '../sessionLock.ts';
import { snapshotBytes } from '../snapshotText.ts';
import { parseFileName } from '../../core/sessionFileName.ts';
import type { StoreFolder } from '../storeFolder.ts';
import type { StorePorts } from '../storePorts.ts';
import { makeWhole } from '../wholeFile.ts';
import { counted } from './findings.ts';
import { linesOfSecondHistory, rewriteJournal } from './journalRewrite.ts';
import { keepOriginal } from '../keepOriginal.ts';
import { readSnapshotOf } from './snapshotCheck.ts';

type JsonObject = Readonly<Record<string, unknown>>;

export interface SessionRepairParts {
  /** With the folder, `sessions/` or `trash/`, that the session is in. */
  readonly ports: StorePorts;
  readonly folder: StoreFolder;
  readonly locks: SessionLocks;
}

/**
 * Rewrites what is damaged of one session, under its append lock. Whatever is rewritten stays beside as
 * `{name}.damaged-{n}`; whatever interrupts this, the old file or the new one has the name.
 */
export class SessionRepair {
  readonly #parts: SessionRepairParts;
  readonly #sessionId: string;
  readonly #repairs: Repair[] = [];

  constructor(sessionId: string, parts: SessionRepairParts) {
    this.#sessionId = sessionId;
    this.#parts = parts;
  }

  async run(): Promise<readonly Repair[]> {
    const { folder, locks, ports } = this.#parts;
    folder.requireWritable();
    await folder.ensure(ports.paths.sessions);
    const lock = await locks.acquire(this.#sessionId);
    try {
      const adoption = await this.#repairJournal();
      if (adoption !== undefined) await this.#adopt(adoption);
      await this.#renewSnapshot();
      return this.#repairs;
    } finally {
      lock.release();
    }
  }

  /** Resolves with the document that has to be put on record, because it knows more than the journal. */
  async #repairJournal(): Promise<JsonObject | undefined> {
    const { ports } = this.#parts;
    const quick = await loadSession(this.#sessionId, ports);
    quick.close();
    const thorough = await loadSession(this.#sessionId, ports, { thorough: true });
    try {
      requireKnown(thorough);
      const damage = thorough.damage.filter(({ kind }) => kind !== 'torn');
      const damaged = [...new Set(damage.map(({ file }) => segmentOf(file)))].sort((a, b) => a - b);
      const { paths, files } = ports;
      const isFile = (segment: number): boolean =>
        files.lstat(paths.journal(this.#sessionId, segment))?.kind === 'file';
      const segments = damaged.filter(isFile);
      if (damage.some(({ kind }) => kind === 'conflict')) await this.#keepSecondHistory(thorough, segments);
      const rewritten = await rewriteJournal(this.#sessionId, thorough.reader, segments, ports);
      for (const { segment, original, lost } of rewritten) {
        const what =
          lost === 0
            ? 'Rewritten without what could not be read.'
            : `Rewritten; ${counted(lost, 'record')} could not be saved.`;
        this.#note(paths.journal(this.#sessionId, segment), what, original);
      }
      // An intact snapshot that was made before the damage still has what the lost records came to.
      const document = rewritten.length > 0 ? wiser(quick, thorough) : undefined;
      return thorough.adoption !== undefined && this.#isFromJournal() ? thorough.adoption : document;
    } finally {
      thorough.close();
    }
  }

  /** Whether the snapshot was made from a journal: one that was not is adopted by the first write, not by a repair. */
  #isFromJournal(): boolean {
    const snapshot = readSnapshotOf(this.#sessionId, this.#parts.ports);
    return snapshot !== undefined && !('problem' in snapshot) && snapshot.position !== undefined;
  }

  async #keepSecondHistory(loaded: LoadedSession, segments: readonly number[]): Promise<void> {
    const { ports } = this.#parts;
    const paths = segments.map(segment => ports.paths.journal(this.#sessionId, segment));
    const lines = [...linesOfSecondHistory(loaded.reader, paths, ports)];
    if (lines.length === 0) return;
    const name = await keepConflictCopy(this.#sessionId, lines, ports);
    const what = `Holds ${counted(lines.length, 'record')} of the second history. Keep it until you do not need it.`;
    this.#note(join(ports.paths.sessions, name), what);
  }

  async #adopt(adoption: JsonObject): Promise<void> {
    const { folder, ports } = this.#parts;
    const { clock, paths, processes } = ports;
    const loaded = await loadSession(this.#sessionId, ports, { thorough: true });
    try {
      const document = await recordableDocument(adoption, ports, folder);
      const event: SessionEvent = { type: 'snapshotAdopted', data: { document } };
      const seq = loaded.reader.nextSeq;
      const bytes = encodeRecord({ seq, at: clock.now().toISOString(), writer: processes.self.nonce, event });
      const decoded = decodeLine(bytes.subarray(0, -1));
      if (decoded.kind === 'damaged') throw new SessionError('damaged', decoded.problem);
      const lines = [{ seq, sum: decoded.sum, bytes }];
      const writer = new JournalWriter(ports, segment => paths.journal(this.#sessionId, segment));
      try {
        const { segment } = loaded.reader;
        const isNew = loaded.segments.held.length === 0;
        const { stored, failure } = isNew ? await writer.begin(lines) : await writer.append(segment, lines);
        if (stored === 0) throw failure;
        const path = paths.journal(this.#sessionId, isNew ? 1 : segment);
        this.#note(path, 'What only the snapshot knew is on record now.');
      } finally {
        writer.close();
      }
    } finally {
      loaded.close();
    }
  }

  async #renewSnapshot(): Promise<void> {
    const { ports } = this.#parts;
    const path = ports.paths.snapshot(this.#sessionId);
    const loaded = await loadSession(this.#sessionId, ports, { thorough: true });
    try {
      const { state, reader, damage, places } = loaded;
      const stat = ports.files.lstat(path);
      if (reader.position.seq === 0 || loaded.adoption !== undefined || reader.failure !== undefined) return;
      if (stat !== undefined && stat.kind !== 'file') return;
      const content = [...snapshotBytes(state, { position: reader.position, damage, places })];
      const original = stat === undefined ? undefined : await keepOriginal(path, ports);
      const file = await makeWhole(path, content, ports);
      ports.files.close(file.descriptor);
      this.#note(path, 'Made anew from the journal.', original);
    } finally {
      loaded.close();
    }
  }

  #note(path: string, what: string, original?: string): void {
    const file = relative(this.#parts.ports.paths.folder, path).replaceAll('\\', '/');
    this.#repairs.push({
      sessionId: this.#sessionId,
      file,
      ...(original !== undefined && { original }),
      what,
    });
  }
}

function requireKnown({ newer }: LoadedSession): void {
  if (newer === undefined) return;
  throw new SessionError(
    'newer_version',
    `A newer version (format ${newer}) wrote this session; it is not repaired.`,
  );
}

/** What an intact snapshot knows beyond the journal of the records that it covers. */
function wiser(quick: LoadedSession, thorough: LoadedSession): JsonObject | undefined {
  if (quick.covered === undefined) return undefined;
  const document = asJson(toDocument(quick.state));
  if (thorough.isEmpty) return document;
  return isDeepStrictEqual(document, asJson(toDocument(thorough.state))) ? undefined : document;
}

function segmentOf(file: string): number {
  const name = parseFileName(file);
  return name.kind === 'journal' ? name.segment : 1;
}

function asJson(document: object): JsonObject {
  return JSON.parse(JSON.stringify(document)) as JsonObject;
}
