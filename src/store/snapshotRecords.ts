import { basename } from 'node:path';
import { damagedCall, damagedPlan, damagedTask } from '../core/damagedRecords.ts';
import { CHUNK, RecordMap } from '../core/recordMap.ts';
import type { AgentPlan } from '../core/plan.ts';
import { reviveOwnPlan, reviveOwnTask, reviveOwnToolCall } from '../core/reviveRecords.ts';
import type { DocumentRecords } from '../core/sessionDocument.ts';
import type { SessionState } from '../core/state.ts';
import { type AgentTask, isFinished } from '../core/task.ts';
import type { ToolCall } from '../core/toolCall.ts';
import { isEndedCall } from '../core/toolCallReducer.ts';
import type { FileStat } from './fileSystem.ts';
import type { JournalDamage } from './journalReader.ts';
import { tasksIn } from './newestTasks.ts';
import { type RecordPage, RecordPieces } from './recordPieces.ts';
import type { SessionBuilder } from './sessionBuilder.ts';
import { isPlainObject } from './shape.ts';
import { type IdLists, SnapshotIds } from './snapshotIds.ts';
import { SnapshotJournal } from './snapshotJournal.ts';
import { type OpenSnapshot, openSnapshot } from './snapshotFile.ts';
import { type PieceList, pieceShape } from './pieceList.ts';
import type { PiecedRecords } from './snapshotPieces.ts';
import { damagedFile } from './storageError.ts';
import type { StorePorts } from './storePorts.ts';

/** What tasks, plans and calls have in common. */
interface Kind<T extends { readonly id: string }> {
  readonly pieces: PieceList;
  readonly page?: RecordPage<T> | undefined;
  readonly ids: () => readonly string[];
  readonly mapOf: (state: SessionState) => RecordMap<T>;
  readonly revive: (record: T) => T;
  /** Whether it is as it was when the snapshot was made, as far as that can be told. */
  readonly isWhole: (record: T) => boolean;
  /** What is shown in place of a record of which not all can be read. */
  readonly standIn: (id: string, known: T | undefined) => T;
}

/** Is told of damage to what a snapshot and the journal both should have, and which snapshot that is. */
export type ReportHarm = (harm: JournalDamage, snapshot: FileStat) => void;

/** The records of a snapshot that was opened by its end, and where they come from when it is no longer there. */
export class RecordsOfSnapshot implements DocumentRecords {
  readonly tasks: DocumentRecords['tasks'];
  readonly plans: DocumentRecords['plans'];
  readonly ids: SnapshotIds;
  readonly #calls: RecordPieces<ToolCall>;
  readonly #snapshot: OpenSnapshot;
  readonly #builder: SessionBuilder;
  readonly #sessionId: string;
  readonly #ports: StorePorts;
  readonly #report: ReportHarm;
  readonly #journal: SnapshotJournal;

  constructor(
    sessionId: string,
    snapshot: OpenSnapshot,
    builder: SessionBuilder,
    ports: StorePorts,
    report: ReportHarm,
  ) {
    this.#report = report;
    this.#sessionId = sessionId;
    this.#ports = ports;
    this.#snapshot = snapshot;
    this.#builder = builder;
    this.#journal = new SnapshotJournal(sessionId, snapshot.position, builder, ports);
    this.ids = this.#idsOf(snapshot.pieces);
    const { live, updatedAt } = snapshot.pieces.head;
    const wereLive = new Set(
      Array.isArray(live) ? live.map(entry => isPlainObject(entry) && entry['taskId']) : [],
    );
    const at = new Date(String(updatedAt));
    const { tasks, plans, toolCalls } = snapshot.pieces;
    this.tasks = this.#recordsOf({
      pieces: tasks.records,
      page: this.#newestOf(snapshot.pieces),
      ids: () => this.ids.tasks.load(),
      mapOf: state => state.tasks,
      revive: reviveOwnTask,
      // The record of its end may be what is damaged.
      isWhole: task => isFinished(task) || wereLive.has(task.id),
      standIn: (id, known) => damagedTask(id, known, sessionId, at),
    });
    this.plans = this.#recordsOf({
      pieces: plans.records,
      ids: () => this.ids.plans.load(),
      mapOf: state => state.plans,
      revive: reviveOwnPlan,
      isWhole: () => true,
      standIn: id => this.#plansOfTasks().get(id) ?? damagedPlan(id, sessionId),
    });
    this.#calls = this.#recordsOf({
      pieces: toolCalls?.records ?? [],
      ids: () => this.#recoveredCallIds(),
      mapOf: state => state.toolCalls,
      revive: reviveOwnToolCall,
      isWhole: call => isEndedCall(call) || wereLive.has(call.taskId),
      standIn: (id, known) => damagedCall(id, known, this.ids.tasks.load().at(-1) ?? '', at),
    });
  }

  get toolCalls(): DocumentRecords['toolCalls'] {
    const { toolCalls } = this.#snapshot.pieces;
    if (toolCalls === undefined) return undefined;
    const load = (): readonly string[] =>
      indicesOf(toolCalls).flatMap(index => this.#calls.load(index).map(({ id }) => id));
    return RecordMap.from({ size: toolCalls.count, load }, this.#calls);
  }

  /** Reads what the next change needs, though the file may be gone by then; all of a file that is not large. */
  hold(): void {
    this.#snapshot.file.hold();
    this.ids.hold();
    this.#holdCalls();
  }

  /** Loads what may still change: then what is left on disk has only tasks that ended, and these stay as they are. */
  loadUnfinished({ live, tasks, plans }: SessionState): void {
    for (const { taskId } of live) {
      const plan = tasks.get(taskId)?.plan;
      if (plan !== undefined) plans.get(plan.id);
    }
    if (live.length > 0) this.#holdCalls();
  }

  #holdCalls(): void {
    const { toolCalls } = this.#snapshot.pieces;
    if (toolCalls !== undefined) for (const index of indicesOf(toolCalls)) this.#calls.hold(index);
  }

  #recordsOf<T extends { readonly id: string }>(kind: Kind<T>): RecordPieces<T> {
    return new RecordPieces({
      read: index => this.#snapshot.file.read(kind.pieces.at(index)),
      recover: index => this.#recover(index, kind),
      revive: kind.revive,
      page: kind.page,
    });
  }

  #newestOf({ tasks, newest }: OpenSnapshot['pieces']): RecordPage<AgentTask> | undefined {
    if (newest === undefined) return undefined;
    const load = (): readonly AgentTask[] | undefined => {
      const line = this.#snapshot.file.read(newest.records.at(0));
      const found = line && tasksIn(line.toString());
      return found?.length === newest.count ? found : undefined;
    };
    return { from: tasks.count - newest.count, load };
  }

  #idsOf({ tasks, plans, ids }: OpenSnapshot['pieces']): SnapshotIds {
    const counts = { tasks: tasks.count, plans: plans.count };
    return 'piece' in ids
      ? new SnapshotIds(counts, {
          read: () => this.#snapshot.file.read(ids.piece),
          recover: () => this.#recoveredIds(),
        })
      : new SnapshotIds(counts, { read: () => undefined, recover: () => ids });
  }

  /** From the journal, or, where that is damaged and has others, from the records themselves: each must be where it is. */
  #recoveredIds(): IdLists {
    const { tasks, plans } = this.#exactly().metadata;
    const { pieces } = this.#snapshot;
    if (tasks.length === pieces.tasks.count && plans.length === pieces.plans.count) return { tasks, plans };
    return {
      tasks: this.#idsInPieces(pieces.tasks, this.tasks, tasks),
      plans: this.#idsInPieces(pieces.plans, this.plans, plans),
    };
  }

  /** Those that can be read, and in place of the others what of `known` is not among them. */
  #idsInPieces(
    pieced: PiecedRecords,
    source: Pick<RecordPieces<{ readonly id: string }>, 'load'>,
    known: readonly string[],
  ): readonly string[] {
    const { file } = this.#snapshot;
    const found = indicesOf(pieced).map(index =>
      file.read(pieced.records.at(index)) === undefined ? [] : source.load(index).map(({ id }) => id),
    );
    const present = new Set(found.flat());
    const next = known.filter(id => !present.has(id)).values();
    return found.flatMap((ids, index) => {
      if (ids.length > 0) return ids;
      const length = Math.min(CHUNK, pieced.count - index * CHUNK);
      return Array.from({ length }, (_, at) => next.next().value ?? `damaged ${index * CHUNK + at}`);
    });
  }

  /** A task has its plan, too. */
  #plansOfTasks(): ReadonlyMap<string, AgentPlan> {
    const tasks = indicesOf(this.#snapshot.pieces.tasks).flatMap(index => this.tasks.load(index));
    return new Map(tasks.flatMap(({ plan }) => (plan === undefined ? [] : [[plan.id, plan]])));
  }

  /** The same for the calls, of which a snapshot has no list: those of a damaged journal may be others, though as many. */
  #recoveredCallIds(): readonly string[] {
    const ids = [...this.#exactly().toolCalls].map(({ id }) => id);
    const { toolCalls } = this.#snapshot.pieces;
    const isDamaged = this.#journal.upToSnapshot().damage.length > 0;
    return isDamaged && toolCalls !== undefined ? this.#idsInPieces(toolCalls, this.#calls, ids) : ids;
  }

  /** What the snapshot was made from, if the journal is still that one: what has its place says no other journal. */
  #exactly(): SessionState {
    const { state } = this.#journal.isInPlace() ? this.#journal.upToSnapshot() : {};
    if (state === undefined) throw this.#goneError();
    return state;
  }

  /**
   * From the snapshot that took the place of this one, else from the journal. What is damaged in both, and was so when they were
   * opened, has something that stands for it: it costs nothing but itself.
   */
  #recover<T extends { readonly id: string }>(index: number, kind: Kind<T>): readonly T[] {
    const { pieces, mapOf, isWhole, standIn } = kind;
    const ids = kind.ids().slice(index * CHUNK, (index + 1) * CHUNK);
    const of = (state: SessionState | undefined): readonly T[] => {
      const map = state && mapOf(state);
      return ids.flatMap(id => map?.get(id) ?? []);
    };
    const replaced = of(this.#replacement());
    if (replaced.length === ids.length) return replaced;
    const { state, damage } = this.#journal.upToSnapshot();
    const found = of(state);
    const isSound = (record: T): boolean => damage.length === 0 || isWhole(record);
    const whole = found.filter(isSound);
    const lost = ids.length - whole.length;
    // Whoever takes files away may bring them back.
    if (lost > 0 && (!this.#journal.isInPlace() || !this.#isInPlace())) throw this.#goneError();
    this.#tellOf(damage, pieces.at(index), lost);
    if (lost === 0) return whole;
    const known = new Map(found.map(record => [record.id, record]));
    return ids.map(id => {
      const record = known.get(id);
      return record !== undefined && isSound(record) ? record : standIn(id, record);
    });
  }

  /** Also when nothing is lost: what a damaged journal has of a record may be less than the snapshot had. */
  #tellOf(damage: readonly JournalDamage[], piece: unknown, lost: number): void {
    const { stat } = this.#snapshot.file;
    for (const harm of damage) this.#report(harm, stat);
    if (lost === 0) return;
    const file = basename(this.#ports.paths.snapshot(this.#sessionId));
    const problem = `${lost} of the records here can be read neither from it nor from the journal.`;
    const offset = pieceShape.accepts(piece) ? piece[0] : 0;
    this.#report({ kind: 'damaged', file, offset, problem }, stat);
  }

  /** Whether the snapshot is the one that was opened. */
  #isInPlace(): boolean {
    const { files, paths } = this.#ports;
    return openSnapshot(files, paths.snapshot(this.#sessionId))?.file.isSame(this.#snapshot.file) === true;
  }

  #goneError(): Error {
    return damagedFile(
      basename(this.#ports.paths.snapshot(this.#sessionId)),
      'It was changed or removed while the session was open, and so was its journal.',
    );
  }

  #replacement(): SessionState | undefined {
    const { files, paths } = this.#ports;
    const present = openSnapshot(files, paths.snapshot(this.#sessionId));
    const isOther =
      present?.pieces.head['sessionId'] === this.#sessionId && !present.file.isSame(this.#snapshot.file);
    return isOther
      ? this.#builder.reopen(
          present.pieces.head,
          new RecordsOfSnapshot(this.#sessionId, present, this.#builder, this.#ports, this.#report),
        )
      : undefined;
  }
}

function indicesOf({ records }: PiecedRecords): readonly number[] {
  return Array.from({ length: records.length }, (_, index) => index);
}
