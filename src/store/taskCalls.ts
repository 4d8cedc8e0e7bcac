import type { SessionRecord } from '../core/events.ts';
import { type SessionState, toolCallsOf } from '../core/state.ts';
import { type AgentTask, isFinished } from '../core/task.ts';
import type { ToolCall } from '../core/toolCall.ts';
import type { JournalPosition } from './journalPosition.ts';
import { type JournalDamage, JournalReader } from './journalReader.ts';
import { SegmentFiles } from './segmentFiles.ts';
import type { SessionBuilder } from './sessionBuilder.ts';
import { isPlainObject } from './shape.ts';
import { slicer, type StorePorts } from './storePorts.ts';

export interface TaskCallsParts {
  readonly sessionId: string;
  readonly builder: SessionBuilder;
  readonly ports: StorePorts;
  /** Is told of what is damaged where the calls are: some may be missing. */
  readonly report: (damage: JournalDamage) => void;
}

/**
 * What a finished task did, from the journal: the records from `from` on, as far as they concern the task, up to the last one
 * that changed it. Where its beginning is not found there, everything is read.
 */
export async function readToolCalls(
  task: AgentTask,
  from: JournalPosition | undefined,
  parts: TaskCallsParts,
): Promise<readonly ToolCall[]> {
  const { builder, ports, report, sessionId } = parts;
  const segments = new SegmentFiles(ports.files, segment => ports.paths.journal(sessionId, segment));
  const breathe = slicer(ports);
  const calls = new TaskCalls(task, builder);
  const damage: JournalDamage[] = [];
  try {
    for (const item of new JournalReader(segments, from).read(false)) {
      if (item.kind === 'record') calls.take(item.record);
      // Before that, reading may have begun in the middle of a line.
      if (item.kind === 'damage' && (calls.hasBegun || from === undefined)) damage.push(item.damage);
      if (calls.isComplete) break;
      const pause = breathe();
      if (pause !== undefined) await pause;
    }
  } finally {
    segments.close();
  }
  if (!calls.hasBegun && from !== undefined) return readToolCalls(task, undefined, parts);
  for (const harm of damage) report(harm);
  return calls.all;
}

/** What all tasks of a session did, oldest first, from the journal. */
export async function readAllToolCalls({
  builder,
  ports,
  report,
  sessionId,
}: TaskCallsParts): Promise<readonly ToolCall[]> {
  const segments = new SegmentFiles(ports.files, segment => ports.paths.journal(sessionId, segment));
  const breathe = slicer(ports);
  const calls = new KeptCalls();
  let state: SessionState | undefined;
  try {
    for (const item of new JournalReader(segments).read(false)) {
      if (item.kind === 'damage') report(item.damage);
      if (item.kind !== 'record') continue;
      if (letsGo(item.record)) calls.keep(state?.toolCalls);
      state = builder.addIfPlaced(state, item.record);
      const pause = breathe();
      if (pause !== undefined) await pause;
    }
  } finally {
    segments.close();
  }
  calls.keep(state?.toolCalls);
  return calls.all;
}

/** Calls that a state has, and those that it let go of. */
class KeptCalls {
  readonly #calls = new Map<string, ToolCall>();

  get all(): readonly ToolCall[] {
    return [...this.#calls.values()];
  }

  keep(calls: Iterable<ToolCall> = []): void {
    for (const call of calls) this.#calls.set(call.id, call);
  }
}

/** Whether calls may leave the state with this record. */
function letsGo({ event: { type } }: SessionRecord): boolean {
  return type === 'taskStarted' || type === 'snapshotAdopted';
}

/** The calls of one task, put together again from the records that concern it. */
class TaskCalls {
  hasBegun = false;
  readonly #task: AgentTask;
  readonly #builder: SessionBuilder;
  readonly #calls = new KeptCalls();
  #state: SessionState | undefined;

  constructor(task: AgentTask, builder: SessionBuilder) {
    this.#task = task;
    this.#builder = builder;
  }

  get all(): readonly ToolCall[] {
    this.#keep();
    return this.#calls.all;
  }

  /** Whether the task is as it is known to be: nothing that concerns it comes any more. */
  get isComplete(): boolean {
    const task = this.#state?.tasks.get(this.#task.id);
    const isLive = this.#state?.live.some(({ taskId }) => taskId === this.#task.id) ?? false;
    return task !== undefined && isFinished(task) && !isLive && isAsLate(task, this.#task);
  }

  take(record: SessionRecord): void {
    const { type, data } = record.event;
    const isOwn = isPlainObject(data) && data['taskId'] === this.#task.id;
    const isTakenIn = type === 'snapshotAdopted';
    // Who had the right to run when decides which records count; an import ends what ran elsewhere.
    const isAboutRuns = type === 'sessionTakenOver' || type === 'sessionImported';
    if (!isOwn && !letsGo(record) && !isAboutRuns) return;
    if (letsGo(record)) this.#keep();
    this.#state = this.#builder.addIfPlaced(this.#state, record);
    this.hasBegun ||= type === 'taskCreated' && isOwn;
    this.hasBegun ||= isTakenIn && this.#state?.tasks.get(this.#task.id) !== undefined;
  }

  #keep(): void {
    if (this.#state !== undefined) this.#calls.keep(toolCallsOf(this.#state, this.#task.id));
  }
}

/** Whether a finished task is the same in all that may change after its end. */
function isAsLate(one: AgentTask, other: AgentTask): boolean {
  const late = ({ updatedAt, verification, undone, restoring }: AgentTask): string =>
    JSON.stringify([updatedAt, verification, undone, restoring]);
  return late(one) === late(other);
}
