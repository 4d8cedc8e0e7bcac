import { join } from 'node:path';
import { messageOf, SessionError } from '../../core/errors.ts';
import type { DiskUse, DoctorReport, Repair, SessionCheck } from '../../core/doctorReport.ts';
import type { SessionState } from '../../core/state.ts';
import { ofUnknownOwners } from '../../core/takeOver.ts';
import { CatalogSource } from '../catalogSource.ts';
import type { IndexFolder } from '../indexFolder.ts';
import { problemOf } from '../regularFile.ts';
import { fileOwner, type SessionLocks } from '../sessionLock.ts';
import type { StoreFolder } from '../storeFolder.ts';
import { slicer, type StorePorts } from '../storePorts.ts';
import { WorkReport } from '../workReport.ts';
import { BlobCheck } from './blobCheck.ts';
import { Findings } from './findings.ts';
import { FolderCheck, type SessionFileNames, type SortedFolder } from './folderCheck.ts';
import { IndexCheck } from './indexCheck.ts';
import { checkLocks } from './lockCheck.ts';
import { checkSession, type SessionFindings } from './sessionCheck.ts';
import { SessionRepair } from './sessionRepair.ts';

export interface DoctorParts {
  readonly ports: StorePorts;
  readonly folder: StoreFolder;
  readonly locks: SessionLocks;
  readonly index: IndexFolder | undefined;
  /** What this process itself is about to write is no finding: it is waited for, or with `settle` written now. */
  readonly own: { readonly closed: () => Promise<void>; readonly settle: () => Promise<void> };
}

export interface DoctorCheck {
  readonly repair: boolean;
  /** Told the state of each session that can be read, in the trash too, perhaps twice. */
  readonly onState?: ((state: SessionState) => void) | undefined;
  /** Ends it between two sessions. */
  readonly signal?: AbortSignal | undefined;
}

/** Checks everything in `.coding-agent`, and repairs it when asked to. Checking writes nothing, whatever it finds. */
export class Doctor {
  readonly #parts: DoctorParts;

  constructor(parts: DoctorParts) {
    this.#parts = parts;
  }

  async check(wanted: DoctorCheck): Promise<DoctorReport> {
    if (wanted.repair) this.#parts.folder.requireWritable();
    await this.#parts.own.closed();
    const report = await new Examination(this.#parts, wanted).run();
    if (report.repairs.length === 0) return report;
    // What is told is what there is now, kept originals and second histories included.
    return {
      ...(await new Examination(this.#parts, { ...wanted, repair: false }).run()),
      repairs: report.repairs,
    };
  }

  /** Takes away the locks of owners that cannot be judged from here; resolves with the sessions concerned. */
  async takeOverLocks(): Promise<readonly string[]> {
    const { folder, locks, ports } = this.#parts;
    folder.requireWritable();
    const concerned = new Set<string>();
    for (const [sessionId] of await this.#sessions()) {
      if (fileOwner(ports.paths.lock(sessionId), ports).verdict !== 'unknown') continue;
      if (locks.takeOver(sessionId)) concerned.add(sessionId);
      else
        throw new SessionError(
          'storage_failed',
          `The lock of session ${sessionId} could not be taken over: it changed meanwhile, or cannot be removed. Nothing of the session was changed. Look again.`,
          { file: ports.paths.lock(sessionId) },
        );
    }
    return [...concerned];
  }

  /** Writes what the sessions of this process have due, so that nothing which a take-over did is found unfinished. */
  settle(): Promise<void> {
    return this.#parts.own.settle();
  }

  /** The sessions with unfinished tasks whose processes cannot be judged from here. */
  async ownedElsewhere(): Promise<readonly string[]> {
    const { ports } = this.#parts;
    const source = new CatalogSource(ports);
    const found: string[] = [];
    for (const [sessionId] of await this.#sessions()) {
      const state = await source.stateOf(sessionId);
      if (state !== undefined && ofUnknownOwners(state, ports.processes).length > 0) found.push(sessionId);
    }
    return found;
  }

  async #sessions(): Promise<ReadonlyMap<string, SessionFileNames>> {
    const { folder, ports } = this.#parts;
    if (!folder.exists()) return new Map();
    return (await new FolderCheck(ports, new Findings(ports.paths)).sort(ports.paths.sessions)).sessions;
  }
}

interface Looked {
  /** `undefined`: its files could not be read to the end. */
  readonly result: SessionFindings | undefined;
  readonly findings: Findings;
}

class Examination {
  readonly #parts: DoctorParts;
  readonly #wanted: DoctorCheck;
  readonly #findings: Findings;
  readonly #folder: FolderCheck;
  readonly #blobs: BlobCheck;
  readonly #index: IndexCheck;
  readonly #repairs: Repair[] = [];
  readonly #sessions: SessionCheck[] = [];

  constructor(parts: DoctorParts, wanted: DoctorCheck) {
    const { ports, index } = parts;
    this.#parts = parts;
    this.#wanted = wanted;
    this.#findings = new Findings(ports.paths);
    this.#folder = new FolderCheck(ports, this.#findings);
    this.#blobs = new BlobCheck(ports, this.#findings);
    this.#index = new IndexCheck(index, new CatalogSource(ports));
  }

  async run(): Promise<DoctorReport> {
    const { files, paths } = this.#parts.ports;
    const use = { sessions: 0, blobs: 0, checkpoints: 0, trash: 0, locks: 0, other: 0 };
    const stat = files.lstat(paths.folder);
    if (stat !== undefined && stat.kind !== 'directory') {
      this.#findings.damage('foreignFile', paths.folder, `${problemOf(stat)} Nothing in it was read.`);
    } else if (stat !== undefined) {
      const { blobs, checkpoints, locks, sessions, trash } = await this.#folder.parts();
      if (blobs) await this.#within(paths.blobs, () => this.#blobs.read());
      if (sessions) use.sessions = await this.#checkSessions(paths.sessions);
      if (trash) use.trash = await this.#checkSessions(paths.trash);
      if (blobs) this.#blobs.tell();
      use.blobs = this.#blobs.bytes;
      if (locks)
        await this.#within(paths.locks, async () => {
          use.locks = await checkLocks(this.#parts.ports, this.#findings);
        });
      if (checkpoints) use.checkpoints = await this.#folder.sizeOf(join(paths.folder, 'checkpoints'));
      use.other = this.#folder.otherBytes;
    }
    this.#compareIndex();
    return this.#report(use);
  }

  /** A folder that cannot be read is told of; the others are. */
  async #within(path: string, action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.#findings.damage('unreadable', path, `It cannot be read: ${messageOf(error)}.`);
    }
  }

  async #checkSessions(directory: string): Promise<number> {
    let sorted: SortedFolder | undefined;
    await this.#within(directory, async () => {
      sorted = await this.#folder.sort(directory);
    });
    if (sorted === undefined) return 0;
    let total = sorted.otherBytes;
    const breathe = slicer(this.#parts.ports);
    const report = new WorkReport(this.#parts.ports, 'check');
    let checked = 0;
    try {
      for (const [sessionId, names] of sorted.sessions) {
        total += await this.#checkSession(sessionId, names, directory);
        report.tell(++checked, sorted.sessions.size);
        await breathe();
        if (this.#wanted.signal?.aborted === true) throw cancelled();
      }
    } finally {
      report.end();
    }
    // What a stray file refers to is kept as well.
    for (const path of sorted.otherFiles) await this.#refer(path, new Set());
    return total;
  }

  async #refer(path: string, seen: Set<string>, sessionId?: string): Promise<number> {
    let bytes = 0;
    await this.#within(path, async () => {
      bytes = await this.#blobs.refer(path, seen, sessionId);
    });
    return bytes;
  }

  async #checkSession(sessionId: string, names: SessionFileNames, directory: string): Promise<number> {
    const { ports } = this.#parts;
    const inTrash = directory === ports.paths.trash;
    const here = inTrash ? { ...ports, paths: ports.paths.inTrash() } : ports;
    const seen = new Set<string>();
    let outputBytes = 0;
    for (const name of names.all) outputBytes += await this.#refer(join(directory, name), seen, sessionId);
    const checked = await this.#examine(sessionId, here);
    if (checked?.state !== undefined) this.#wanted.onState?.(checked.state);
    if (!inTrash) this.#index.compare(sessionId, checked?.state);
    this.#folder.tellOfSegments(sessionId, names, directory);
    this.#sessions.push({
      sessionId,
      title: checked?.state?.metadata.title ?? null,
      place: inTrash ? 'trash' : 'sessions',
      records: checked?.records ?? 0,
      lostRecords: checked?.lost ?? 0,
      bytes: names.bytes,
      outputBytes,
    });
    return names.bytes;
  }

  /** Checks a session; where it is to be repaired and can be, repairs it and checks it again. */
  async #examine(sessionId: string, ports: StorePorts): Promise<SessionFindings | undefined> {
    const checked = await this.#look(sessionId, ports);
    if (!this.#wanted.repair || checked.result?.isRepairable !== true) return this.#told(checked);
    const { folder, locks } = this.#parts;
    // What a full or read-only disk says to that is thrown, not told among what was found.
    this.#repairs.push(...(await new SessionRepair(sessionId, { ports, folder, locks }).run()));
    return this.#told(await this.#look(sessionId, ports));
  }

  async #look(sessionId: string, ports: StorePorts): Promise<Looked> {
    const findings = new Findings(ports.paths);
    try {
      return { result: await checkSession(sessionId, { ports, findings }), findings };
    } catch (error) {
      const path = ports.paths.journal(sessionId, 1);
      findings.damage('unreadable', path, `It cannot be checked: ${messageOf(error)}`, { sessionId });
      return { result: undefined, findings };
    }
  }

  #told({ result, findings }: Looked): SessionFindings | undefined {
    this.#findings.all.push(...findings.all);
    return result;
  }

  #compareIndex(): void {
    const result = this.#index.result();
    if (result === undefined) return;
    const { count, problem } = result;
    this.#findings.all.push({ severity: 'info', kind: 'staleIndex', file: 'index', count, problem });
  }

  #report(use: Omit<DiskUse, 'total'>): DoctorReport {
    const { all: findings } = this.#findings;
    const total = Object.values(use).reduce((sum, bytes) => sum + bytes, 0);
    const isDamaged = findings.some(({ severity }) => severity === 'damage');
    return {
      root: this.#parts.ports.paths.root,
      severity: isDamaged ? 'damage' : findings.length > 0 ? 'info' : 'none',
      findings,
      sessions: this.#sessions,
      disk: { ...use, total },
      repairs: this.#repairs,
    };
  }
}

function cancelled(): SessionError {
  return new SessionError(
    'cancelled',
    'The check was cancelled. What was repaired by then is, nothing else was changed.',
  );
}
