import type { SessionRecord } from '../../core/events.ts';
import type { SessionState } from '../../core/state.ts';
import { sha256 } from '../eventShapes.ts';
import type { DamageKind, JournalDamage } from '../journalReader.ts';
import { LoadedSession } from '../sessionLoad.ts';
import { slicer, type StorePorts } from '../storePorts.ts';

/** Damage of one kind in one file. */
export interface DamagedPlaces {
  readonly kind: DamageKind;
  readonly file: string;
  /** Where it is first, and what is wrong there. */
  readonly offset: number;
  readonly problem: string;
  places: number;
  /** Record numbers that this cost. */
  lost: number;
}

export interface OutputOwner {
  readonly callId: string;
  readonly taskId: string;
}

/** What a journal says when it is read from its first byte to its last. */
export interface JournalCheck {
  /** `undefined`: no record can be read. */
  readonly state: SessionState | undefined;
  /** The state when the record `wanted` was reached, or the last one where there are fewer. */
  readonly stateAtWanted: SessionState | undefined;
  readonly hasFiles: boolean;
  readonly records: number;
  readonly lost: number;
  readonly lastSeq: number;
  /** The highest number that an adopted document covers. */
  readonly adopted: number;
  /** Records by runs that had lost their right. */
  readonly late: number;
  /** The version of its format where that is newer than ours. */
  readonly newer: number | undefined;
  readonly damage: readonly DamagedPlaces[];
  /** The large outputs of its calls, by their hashes. */
  readonly outputs: ReadonlyMap<string, OutputOwner>;
  /** Unfinished bytes at the end, which a living process may still be writing. */
  readonly unfinished: { readonly file: string; readonly offset: number } | undefined;
  /** Why a file could not be read at all. */
  readonly failure: unknown;
}

export interface JournalCheckOptions {
  /** The record number for `stateAtWanted`. */
  readonly wanted: number;
  /** Nobody is appending now: an unfinished end stays unfinished. */
  readonly settled: boolean;
}

/** Reads a whole journal, in memory that does not grow with it but by the session's own state. */
export async function checkJournal(
  sessionId: string,
  ports: StorePorts,
  { wanted, settled }: JournalCheckOptions,
): Promise<JournalCheck> {
  const loaded = new LoadedSession(sessionId, ports);
  const tally = new Tally();
  const breathe = slicer(ports);
  const outputs = new Map<string, OutputOwner>();
  let stateAtWanted: SessionState | undefined;
  try {
    for (const item of loaded.reader.read(settled)) {
      const before = loaded.isEmpty ? undefined : loaded.state;
      if (item.kind === 'record' && item.record.seq > wanted) stateAtWanted ??= before;
      const counts = loaded.take(item);
      if (item.kind === 'damage') tally.damaged(item.damage);
      else if (item.kind === 'newer') tally.passed(loaded.reader.nextSeq - 1);
      else {
        tally.record(item.record, before, counts ? undefined : loaded.damage.at(-1));
        if (counts) noteOutputs(item.record, loaded.state, outputs);
      }
      const pause = breathe();
      if (pause !== undefined) await pause;
    }
    const { reader, segments } = loaded;
    const state = loaded.isEmpty ? undefined : loaded.state;
    const held = segments.held.includes(reader.segment);
    const unfinished = held && segments.size(reader.segment) > reader.offset;
    return {
      ...{ state, stateAtWanted: stateAtWanted ?? state, hasFiles: segments.held.length > 0 },
      ...tally.end(reader.nextSeq - 1),
      outputs,
      ...{ lastSeq: reader.nextSeq - 1, adopted: loaded.adopted, newer: loaded.newer },
      unfinished: unfinished ? { file: segments.pathOf(reader.segment), offset: reader.offset } : undefined,
      failure: reader.failure,
    };
  } finally {
    loaded.close();
  }
}

/** The outputs that a record tells of: of a call that ended, or of all that a document has. */
function noteOutputs({ event }: SessionRecord, state: SessionState, outputs: Map<string, OutputOwner>): void {
  const calls = event.type === 'snapshotAdopted' ? state.toolCalls : [];
  for (const { id, taskId, output } of calls) note(output?.blob, id, taskId);
  if (event.type !== 'toolCallEnded') return;
  const { callId, taskId, output } = event.data;
  note(output?.blob, callId, taskId);

  function note(blob: unknown, id: string, owner: string): void {
    if (sha256.accepts(blob)) outputs.set(blob, { callId: id, taskId: owner });
  }
}

class Tally {
  readonly #damage = new Map<string, DamagedPlaces>();
  /** Damage since the last record: what it cost shows in the number of the next. */
  #pending: DamagedPlaces[] = [];
  #records = 0;
  #late = 0;
  #last = 0;

  damaged({ kind, file, offset, problem }: JournalDamage): DamagedPlaces {
    const key = `${kind} ${file}`;
    const entry = this.#damage.get(key) ?? { kind, file, offset, problem, places: 0, lost: 0 };
    entry.places++;
    this.#damage.set(key, entry);
    if (kind !== 'conflict') this.#pending.push(entry);
    return entry;
  }

  record(
    record: SessionRecord,
    before: SessionState | undefined,
    misplaced: JournalDamage | undefined,
  ): void {
    this.passed(record.seq);
    if (misplaced !== undefined) {
      this.#records--;
      this.damaged(misplaced).lost++;
      this.#pending = [];
    } else if (isLate(record, before)) this.#late++;
  }

  /** A record with this number was passed. */
  passed(seq: number): void {
    this.#attribute(seq - this.#last - 1);
    this.#records++;
    this.#last = Math.max(this.#last, seq);
  }

  end(lastSeq: number): Pick<JournalCheck, 'records' | 'lost' | 'late' | 'damage'> {
    this.#attribute(lastSeq - this.#last);
    const lost = Math.max(0, lastSeq - this.#records);
    return { records: this.#records, lost, late: this.#late, damage: [...this.#damage.values()] };
  }

  #attribute(lost: number): void {
    const costly = this.#pending.filter(({ kind }) => kind !== 'torn');
    this.#pending = [];
    let rest = Math.max(0, lost);
    for (const [index, entry] of costly.entries()) {
      const share = index === costly.length - 1 ? rest : Math.min(1, rest);
      entry.lost += share;
      rest -= share;
    }
  }
}

/** Whether a record was written under a run right that a newer one had made void. */
function isLate({ epoch, event }: SessionRecord, before: SessionState | undefined): boolean {
  if (epoch === undefined || before === undefined || event.type === 'taskStarted') return false;
  return !before.live.some(live => live.epoch === epoch);
}
