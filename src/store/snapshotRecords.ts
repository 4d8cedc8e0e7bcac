import { basename } from 'node:path';
import { CHUNK, type RecordMap } from '../core/recordMap.ts';
import { reviveOwnPlan, reviveOwnTask } from '../core/reviveRecords.ts';
import type { DocumentRecords } from '../core/sessionDocument.ts';
import type { SessionState } from '../core/state.ts';
import { JournalReader } from './journalReader.ts';
import { RecordPiece } from './recordPiece.ts';
import { SegmentFiles } from './segmentFiles.ts';
import { MisplacedRecord, type SessionBuilder } from './sessionBuilder.ts';
import { type OpenSnapshot, openSnapshot } from './snapshotFile.ts';
import { damagedFile } from './storageError.ts';
import type { StorePorts } from './storePorts.ts';

/** The tasks and plans of a snapshot that was opened by its end, and where they come from when it is no longer there. */
export class RecordsOfSnapshot implements DocumentRecords {
  readonly tasks: DocumentRecords['tasks'];
  readonly plans: DocumentRecords['plans'];
  readonly ids: DocumentRecords['ids'];
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
    this.ids = snapshot.pieces.ids;
    this.tasks = this.#recordsOf('tasks', state => state.tasks, reviveOwnTask);
    this.plans = this.#recordsOf('plans', state => state.plans, reviveOwnPlan);
  }

  /** Loads what may still change: then what is left on disk has only tasks that ended, and these stay as they are. */
  loadUnfinished({ live, tasks, plans }: SessionState): void {
    for (const { taskId } of live) {
      const plan = tasks.get(taskId)?.plan;
      if (plan !== undefined) plans.get(plan.id);
    }
  }

  #recordsOf<T extends { readonly id: string }>(
    key: 'tasks' | 'plans',
    mapOf: (state: SessionState) => RecordMap<T>,
    revive: (record: T) => T,
  ): RecordPiece<T>[] {
    const { file, pieces } = this.#snapshot;
    const { ids, [key]: records } = pieces;
    const reader = {
      read: (index: number) => file.read(records[index]),
      recover: (index: number) => {
        const own = ids[key].load().slice(index * CHUNK, (index + 1) * CHUNK);
        return this.#recover(own, mapOf);
      },
      revive,
    };
    return records.map((_, index) => new RecordPiece(reader, index));
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
    this.#rebuilt ??= this.#rebuild();
    const rebuilt = of(this.#rebuilt);
    if (rebuilt.length === ids.length) return rebuilt;
    const path = this.#ports.paths.snapshot(this.#sessionId);
    throw damagedFile(
      basename(path),
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

  #rebuild(): SessionState | undefined {
    const { files, logger, paths } = this.#ports;
    logger.debug(`The snapshot of ${this.#sessionId} is not what it was; its journal is read.`);
    const segments = new SegmentFiles(files, segment => paths.journal(this.#sessionId, segment));
    let state: SessionState | undefined;
    try {
      for (const item of new JournalReader(segments).read(false)) {
        if (item.kind === 'record') state = this.#added(state, item.record);
      }
      return state;
    } finally {
      segments.close();
    }
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
