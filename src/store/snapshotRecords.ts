import { basename } from 'node:path';
import { CHUNK, RecordMap } from '../core/recordMap.ts';
import { reviveOwnPlan, reviveOwnTask, reviveOwnToolCall } from '../core/reviveRecords.ts';
import type { DocumentRecords } from '../core/sessionDocument.ts';
import type { SessionState } from '../core/state.ts';
import type { ToolCall } from '../core/toolCall.ts';
import { isAt } from './journalPosition.ts';
import { JournalReader } from './journalReader.ts';
import { RecordPieces } from './recordPieces.ts';
import { SegmentFiles } from './segmentFiles.ts';
import { MisplacedRecord, type SessionBuilder } from './sessionBuilder.ts';
import { SnapshotIds } from './snapshotIds.ts';
import { type OpenSnapshot, openSnapshot } from './snapshotFile.ts';
import { damagedFile } from './storageError.ts';
import type { StorePorts } from './storePorts.ts';

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
  #rebuilt: SessionState | undefined;

  constructor(sessionId: string, snapshot: OpenSnapshot, builder: SessionBuilder, ports: StorePorts) {
    this.#sessionId = sessionId;
    this.#ports = ports;
    this.#snapshot = snapshot;
    this.#builder = builder;
    this.ids = this.#idsOf(snapshot.pieces);
    this.tasks = this.#recordsOf('tasks', state => state.tasks, reviveOwnTask);
    this.plans = this.#recordsOf('plans', state => state.plans, reviveOwnPlan);
    this.#calls = new RecordPieces({
      read: index => snapshot.file.read(snapshot.pieces.toolCalls?.records[index]),
      recover: index => [...this.#exactly().toolCalls].slice(index * CHUNK, (index + 1) * CHUNK),
      revive: reviveOwnToolCall,
    });
  }

  get toolCalls(): DocumentRecords['toolCalls'] {
    const { toolCalls } = this.#snapshot.pieces;
    if (toolCalls === undefined) return undefined;
    const load = (): readonly string[] =>
      toolCalls.records.flatMap((_, index) => this.#calls.load(index).map(({ id }) => id));
    return RecordMap.from({ size: toolCalls.count, load }, this.#calls);
  }

  /** Reads what the next change needs, though the file may be gone by then. */
  hold(): void {
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
    for (const index of this.#snapshot.pieces.toolCalls?.records.keys() ?? []) this.#calls.hold(index);
  }

  #recordsOf<T extends { readonly id: string }>(
    key: 'tasks' | 'plans',
    mapOf: (state: SessionState) => RecordMap<T>,
    revive: (record: T) => T,
  ): RecordPieces<T> {
    const { file, pieces } = this.#snapshot;
    const { records } = pieces[key];
    return new RecordPieces({
      read: index => file.read(records[index]),
      recover: index => {
        const own = this.ids[key].load().slice(index * CHUNK, (index + 1) * CHUNK);
        return this.#recover(own, mapOf);
      },
      revive,
    });
  }

  #idsOf({ tasks, plans, ids }: OpenSnapshot['pieces']): SnapshotIds {
    const counts = { tasks: tasks.count, plans: plans.count };
    return 'piece' in ids
      ? new SnapshotIds(counts, {
          read: () => this.#snapshot.file.read(ids.piece),
          recover: () => this.#exactly().metadata,
        })
      : new SnapshotIds(counts, { read: () => undefined, recover: () => ids });
  }

  /** What the snapshot was made from, if the journal is still that one: what has its place says no other journal. */
  #exactly(): SessionState {
    const { position } = this.#snapshot;
    const isOurs = this.#readJournal(segments => isAt(segments, position));
    const state = isOurs ? this.#fromJournal() : undefined;
    if (state === undefined) throw this.#goneError();
    return state;
  }

  /** From the snapshot that took the place of this one, else from the journal. */
  #recover<T extends { readonly id: string }>(
    ids: readonly string[],
    mapOf: (state: SessionState) => RecordMap<T>,
  ): readonly T[] {
    const of = (state: SessionState | undefined): readonly T[] => {
      const map = state && mapOf(state);
      return ids.flatMap(id => map?.get(id) ?? []);
    };
    const replaced = of(this.#replacement());
    if (replaced.length === ids.length) return replaced;
    const rebuilt = of(this.#fromJournal());
    if (rebuilt.length === ids.length) return rebuilt;
    throw this.#goneError();
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
          new RecordsOfSnapshot(this.#sessionId, present, this.#builder, this.#ports),
        )
      : undefined;
  }

  /** What the journal says up to where the snapshot was made. */
  #fromJournal(): SessionState | undefined {
    this.#rebuilt ??= this.#readJournal(segments => this.#rebuild(segments));
    return this.#rebuilt;
  }

  #readJournal<T>(read: (segments: SegmentFiles) => T): T {
    const { files, paths } = this.#ports;
    const segments = new SegmentFiles(files, segment => paths.journal(this.#sessionId, segment));
    try {
      return read(segments);
    } finally {
      segments.close();
    }
  }

  #rebuild(segments: SegmentFiles): SessionState | undefined {
    this.#ports.logger.debug(`The snapshot of ${this.#sessionId} is not what it was; its journal is read.`);
    let state: SessionState | undefined;
    for (const item of new JournalReader(segments).read(false)) {
      const isCovered = item.kind === 'record' && item.record.seq <= this.#snapshot.position.seq;
      if (isCovered) state = this.#added(state, item.record);
    }
    return state;
  }

  #added(
    state: SessionState | undefined,
    record: Parameters<SessionBuilder['add']>[1],
  ): SessionState | undefined {
    try {
      return this.#builder.add(state, record);
    } catch (error) {
      if (error instanceof MisplacedRecord) return state;
      throw error;
    }
  }
}
