import { join } from 'node:path';
import { messageOf } from '../../core/errors.ts';
import { ofUnknownOwners } from '../../core/takeOver.ts';
import { orphans } from '../../core/interruption.ts';
import type { SessionState } from '../../core/state.ts';
import { fileOwner } from '../sessionLock.ts';
import type { StorePorts } from '../storePorts.ts';
import { counted, type Findings } from './findings.ts';
import { checkJournal, type DamagedPlaces, type JournalCheck } from './journalCheck.ts';
import { differingFields, readSnapshotOf, type SnapshotContent, stateOf } from './snapshotCheck.ts';

const REPAIR =
  'Everything else of this session is intact. `coding-agent doctor --repair` rewrites the file and keeps this one beside it.';
const ADOPTED = 'The first write to the session puts it into a journal.';

export interface SessionFindings {
  readonly state: SessionState | undefined;
  readonly records: number;
  readonly lost: number;
  /** Whether `--repair` has something to rewrite. */
  readonly isRepairable: boolean;
}

export interface SessionCheckParts {
  /** With the folder, `sessions/` or `trash/`, that the session is in. */
  readonly ports: StorePorts;
  readonly findings: Findings;
}

/** Reads every file of a session and tells what is wrong with them. Writes nothing. */
export async function checkSession(sessionId: string, parts: SessionCheckParts): Promise<SessionFindings> {
  const { ports } = parts;
  const snapshot = readSnapshotOf(sessionId, ports);
  const wanted = snapshot !== undefined && !('problem' in snapshot) ? snapshot.claims : 0;
  const { verdict } = fileOwner(ports.paths.lock(sessionId), ports);
  const settled = verdict === 'free' || verdict === 'dead';
  const journal = await checkJournal(sessionId, ports, { wanted, settled });
  const check = new SessionCheck(sessionId, snapshot, journal, parts);
  check.tell();
  const state = journal.state ?? check.snapshotState();
  // What a newer version wrote is that version's to repair.
  const isNewer =
    journal.newer !== undefined ||
    (snapshot !== undefined && !('problem' in snapshot) && snapshot.newer !== undefined);
  return {
    state,
    records: journal.records,
    lost: journal.lost,
    isRepairable: check.isRepairable && !isNewer,
  };
}

class SessionCheck {
  isRepairable = false;
  readonly #sessionId: string;
  readonly #snapshot: SnapshotContent;
  readonly #journal: JournalCheck;
  readonly #parts: SessionCheckParts;

  constructor(sessionId: string, snapshot: SnapshotContent, journal: JournalCheck, parts: SessionCheckParts) {
    this.#sessionId = sessionId;
    this.#snapshot = snapshot;
    this.#journal = journal;
    this.#parts = parts;
  }

  tell(): void {
    this.#tellOfJournal();
    this.#tellOfSnapshot();
    if (this.#journal.state !== undefined) this.#tellOfState(this.#journal.state);
  }

  /** What a session without a journal is. */
  snapshotState(): SessionState | undefined {
    const snapshot = this.#snapshot;
    return snapshot === undefined || 'problem' in snapshot
      ? undefined
      : stateOf(this.#sessionId, snapshot, this.#parts.ports);
  }

  #tellOfJournal(): void {
    const { damage, hasFiles, state, failure, newer, late, unfinished } = this.#journal;
    const path = this.#path(1);
    const isUnreadable = hasFiles && state === undefined && newer === undefined;
    for (const places of damage) if (places.kind !== 'torn' || !isUnreadable) this.#tellOfDamage(places);
    if (failure !== undefined)
      this.#damage('unreadable', path, `It cannot be read: ${messageOf(failure)}. Nothing was changed.`);
    else if (isUnreadable && damage.every(({ kind }) => kind === 'torn'))
      this.#damage('unreadable', path, 'No record can be read from it. It stays where it is.');
    if (newer !== undefined)
      this.#info('newerVersion', path, `A newer version (format ${newer}) wrote it; it can be read only.`);
    if (late > 0) {
      const what = `${counted(late, 'record')} came from a run that had lost its right; they count for nothing.`;
      this.#parts.findings.info('lateRecords', path, what, { sessionId: this.#sessionId, count: late });
    }
    if (unfinished !== undefined)
      this.#info(
        'tornWrite',
        unfinished.file,
        'Its last line is being written, or was cut off before it was acknowledged.',
      );
  }

  #tellOfDamage({ kind, file, offset, problem, places, lost }: DamagedPlaces): void {
    const { findings, ports } = this.#parts;
    const path = join(ports.paths.sessions, file);
    const details = { sessionId: this.#sessionId, offset };
    const where = places === 1 ? `at byte ${offset}` : `in ${places} places, first at byte ${offset}`;
    if (kind === 'torn') {
      const what = `A write was cut off before it was acknowledged, ${where}. Nothing is lost by that.`;
      findings.info('tornWrite', path, what, { ...details, count: places });
      return;
    }
    this.isRepairable ||= this.#journal.newer === undefined && this.#journal.state !== undefined;
    if (kind === 'missing') {
      const what = `${counted(lost, 'record')} of the journal ${lost === 1 ? 'is' : 'are'} missing, ${where}. ${problem} ${REPAIR}`;
      findings.damage('missingRecords', path, what, { ...details, count: lost });
    } else if (kind === 'conflict') {
      const what = `${counted(places, 'record')} of a second history ${where}. The first one counts. ${REPAIR}`;
      findings.damage('twoHistories', path, what, { ...details, count: places });
    } else {
      const cost = lost === 0 ? 'No record number is lost by that.' : `It costs ${counted(lost, 'record')}.`;
      const rest = this.#journal.state === undefined ? 'The file stays where it is.' : REPAIR;
      const readable = this.#journal.records > 0 || this.#journal.state !== undefined;
      findings.damage(
        readable ? 'damagedRecords' : 'unreadable',
        path,
        `${problem} That is ${where}. ${cost} ${rest}`,
        { ...details, count: lost },
      );
    }
  }

  #tellOfSnapshot(): void {
    const { ports } = this.#parts;
    const path = ports.paths.snapshot(this.#sessionId);
    const snapshot = this.#snapshot;
    const { state, hasFiles, lastSeq, newer } = this.#journal;
    if (snapshot === undefined) {
      if (state !== undefined) this.#stale(path, 'There is none; opening the session makes it anew.');
      return;
    }
    if ('problem' in snapshot) {
      const isFile = ports.files.lstat(path)?.kind === 'file';
      if (state === undefined && !hasFiles)
        this.#damage('unreadable', path, `${snapshot.problem} There is no journal.`);
      else if (!isFile) this.#damage('unreadable', path, snapshot.problem);
      else {
        this.isRepairable ||= state !== undefined;
        const what = `${snapshot.problem} It is made anew from the journal when the session is opened, and this one is kept beside.`;
        this.#info('unreadableSnapshot', path, what);
      }
      return;
    }
    if (snapshot.newer !== undefined && newer === undefined)
      this.#info(
        'newerVersion',
        path,
        `A newer version (format ${snapshot.newer}) wrote it; it can be read only.`,
      );
    if (state === undefined || this.#isAhead(snapshot.claims)) {
      if (snapshot.position === undefined)
        this.#info('seedStyle', path, `It was not made from a journal. ${ADOPTED}`);
      else this.#tellOfAhead(path, snapshot.claims - lastSeq);
      return;
    }
    this.#tellOfContent(path, snapshot);
  }

  /** Whether a snapshot covers more than the journal has, and was not adopted by it. */
  #isAhead(claims: number): boolean {
    return claims > this.#journal.lastSeq && claims > this.#journal.adopted;
  }

  #tellOfAhead(path: string, count: number): void {
    this.isRepairable ||= this.#journal.newer === undefined;
    const missing = `${counted(count, 'record')} that it covers ${count === 1 ? 'is' : 'are'} not in the journal any more`;
    const what = `${missing}. What they came to is in it, and counts. \`coding-agent doctor --repair\` puts that on record.`;
    const details = { sessionId: this.#sessionId, count };
    this.#parts.findings.damage('snapshotAhead', path, what, details);
  }

  #tellOfContent(
    path: string,
    snapshot: Exclude<SnapshotContent, undefined | { readonly problem: string }>,
  ): void {
    const { lastSeq, lost, stateAtWanted } = this.#journal;
    const state = stateAtWanted ?? this.#journal.state;
    if (state === undefined) return;
    const fields = differingFields(this.#sessionId, snapshot, state, this.#parts.ports);
    const details = {
      sessionId: this.#sessionId,
      ...(fields.length > 0 && { fields, count: fields.length }),
    };
    const { findings } = this.#parts;
    if (!snapshot.intact) {
      this.isRepairable = true;
      const edited =
        fields.length === 0
          ? 'Nothing that counts was changed.'
          : `The journal counts, so this is passed over: ${fields.join(', ')}.`;
      findings.info('editedSnapshot', path, `It was changed outside this program. ${edited}`, details);
    } else if (fields.length > 0) {
      this.isRepairable = true;
      const why =
        lost > 0
          ? 'It was written when the journal was whole, and still has what the lost records came to'
          : 'It says something else than the journal';
      findings.info('differentSnapshot', path, `${why}: ${fields.join(', ')}.`, details);
    } else if (snapshot.claims < lastSeq) {
      this.#stale(
        path,
        `It lacks the newest ${counted(lastSeq - snapshot.claims, 'record')}; opening the session renews it.`,
      );
    }
  }

  #tellOfState(state: SessionState): void {
    const { ports } = this.#parts;
    const { processes } = ports;
    const path = this.#path(1);
    for (const { taskId } of orphans(state, processes))
      this.#info(
        'interruptedTask',
        path,
        `Task ${taskId} is on record as not ended, and its process is dead. Opening the session closes it.`,
      );
    for (const { taskId, owner } of ofUnknownOwners(state, processes)) {
      const who = `process ${owner.pid} on ${owner.host}`;
      this.#info(
        'foreignTask',
        path,
        `Task ${taskId} belongs to ${who}, which cannot be judged from here. If it no longer runs: \`coding-agent doctor --take-over\`.`,
      );
    }
    if (state.deleted !== this.#isInTrash)
      this.#info(
        'interruptedDeletion',
        path,
        'Moving it to the trash or back was interrupted. Delete or restore it once more.',
      );
    for (const [blob, call] of this.#journal.outputs) {
      if (ports.files.lstat(ports.paths.blob(blob)) !== undefined) continue;
      this.#damage(
        'missingBlob',
        ports.paths.blob(blob),
        `The output of call ${call.callId} of task ${call.taskId} is not there any more; its last lines are in the journal.`,
      );
    }
  }

  #stale(path: string, problem: string): void {
    // In the trash nobody renews it, and nobody needs it.
    if (!this.#isInTrash) this.#info('staleSnapshot', path, problem);
  }

  #info(kind: Parameters<Findings['info']>[0], path: string, problem: string): void {
    this.#parts.findings.info(kind, path, problem, { sessionId: this.#sessionId });
  }

  #damage(kind: Parameters<Findings['damage']>[0], path: string, problem: string): void {
    this.#parts.findings.damage(kind, path, problem, { sessionId: this.#sessionId });
  }

  get #isInTrash(): boolean {
    const { sessions, trash } = this.#parts.ports.paths;
    return sessions === trash;
  }

  #path(segment: number): string {
    return this.#parts.ports.paths.journal(this.#sessionId, segment);
  }
}
