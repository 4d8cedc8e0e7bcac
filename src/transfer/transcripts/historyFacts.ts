import type { SessionRecord, TaskEvent } from '../../core/events.ts';
import type { Usage } from '../../core/task.ts';

/** Who writes the records that a history becomes: so they are told from those that were added here. */
export const HISTORY_WRITER = 'import';
const RESULT = ' (result)';

/** The id of a call whose result came after the turn had been imported without it. */
export function resultId(callId: string): string {
  return `${callId}${RESULT}`;
}

/** What is on record of one turn, over all of its attempts: what was asked, said, done and changed, each under a name of its own. */
export class TurnFacts {
  /** The tasks that it became, oldest first. */
  readonly taskIds: string[] = [];
  /** What was asked. */
  readonly prompt: string;
  readonly facts = new Map<string, string>();
  /** How it ended; empty when the record of that is missing. */
  end = '';
  usage: Usage | null = null;
  readonly #calls = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  constructor(prompt: string) {
    this.prompt = prompt;
  }

  /** Whether the history did not say how it ended. */
  get isOpen(): boolean {
    return this.end === '' || this.end.startsWith('["interrupted"');
  }

  /** Takes an event in. Returns the name of the fact that it tells of; `undefined` for one that tells of none. */
  note(event: TaskEvent): string | undefined {
    switch (event.type) {
      case 'toolCallRequested': {
        const { callId, tool, input } = event.data;
        const own = callId.endsWith(RESULT) ? callId.slice(0, -RESULT.length) : callId;
        const name = tool === 'message' ? this.#nextSaid() : `call ${own}`;
        this.#calls.set(callId, name);
        return this.#set(name, [tool, input]);
      }
      case 'outputAppended':
        return this.#set(`text of ${this.#calls.get(event.data.callId) ?? ''}`, event.data.text);
      case 'toolCallEnded': {
        const { callId, taskId: _taskId, ...result } = event.data;
        return this.#set(`end of ${this.#calls.get(callId) ?? ''}`, result);
      }
      case 'planCreated':
      case 'planRevised':
        return this.#set(this.#next('plan'), event.data.plan.steps);
      case 'filesChanged':
        return this.#set(this.#next('change'), event.data.changes);
      case 'usageReported':
        this.usage = added(this.usage, event.data.usage);
        return undefined;
      case 'taskCompleted':
        this.end = '["completed"]';
        return undefined;
      case 'taskFailed':
        this.end = JSON.stringify([event.data.reason, event.data.error]);
        return undefined;
      default:
        return undefined;
    }
  }

  /** A text whose records were cut off is told again, as the same. */
  #nextSaid(): string {
    const last = `said ${String(this.#counts.get('said') ?? 0)}`;
    return this.facts.has(last) && !this.facts.has(`end of ${last}`) ? last : this.#next('said');
  }

  #next(kind: string): string {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    return `${kind} ${String(count)}`;
  }

  #set(name: string, value: unknown): string {
    this.facts.set(name, JSON.stringify(value));
    return name;
  }
}

/** The turns that records of a history tell of, in their order. */
export function turnsOf(records: readonly SessionRecord[]): readonly TurnFacts[] {
  const turns: TurnFacts[] = [];
  const byTask = new Map<string, TurnFacts>();
  for (const { event } of records) {
    if (!isOfTask(event)) continue;
    const { taskId } = event.data;
    if (event.type === 'taskCreated') {
      const { continues, description, taskType } = event.data;
      const before = continues === undefined ? undefined : byTask.get(continues);
      const turn = before ?? new TurnFacts(JSON.stringify([description, taskType]));
      if (before === undefined) turns.push(turn);
      turn.taskIds.push(taskId);
      turn.end = '';
      byTask.set(taskId, turn);
    } else byTask.get(taskId)?.note(event);
  }
  return turns;
}

function isOfTask(event: SessionRecord['event']): event is TaskEvent {
  const { data } = event;
  return typeof data === 'object' && data !== null && 'taskId' in data && !event.type.startsWith('?');
}

/** Where a history goes on from what is known of it. */
export interface Growth {
  /** The first turn of which something is new. */
  readonly from: number;
  /** Whether that turn is known in part. */
  readonly goesOn: boolean;
}

/**
 * What a history has beyond what is known: nothing where it is an older copy. `undefined` when what is known reads differently
 * in it: then it is another history.
 */
export function growthOf(known: readonly TurnFacts[], fresh: readonly TurnFacts[]): Growth | undefined {
  const nothing = { from: fresh.length, goesOn: false };
  for (const [index, was] of known.entries()) {
    const is = fresh[index];
    if (is === undefined) return nothing;
    const change = was.prompt === is.prompt ? changeOf(was, is) : 'other';
    if (change === 'same') continue;
    if (change === 'more' && index === known.length - 1) return { from: index, goesOn: true };
    if (change === 'less' && index === fresh.length - 1) return nothing;
    return undefined;
  }
  return { from: known.length, goesOn: false };
}

function changeOf(was: TurnFacts, is: TurnFacts): 'same' | 'more' | 'less' | 'other' {
  let same = 0;
  for (const [name, value] of was.facts) {
    const now = is.facts.get(name);
    if (now === value) same++;
    else if (now !== undefined) return 'other';
  }
  const gone = was.facts.size - same;
  const added = is.facts.size - same;
  if (gone > 0 && added > 0) return 'other';
  if (gone > 0) return 'less';
  if (added > 0) return 'more';
  if (was.end === is.end) return 'same';
  if (was.isOpen) return 'more';
  return is.isOpen ? 'less' : 'other';
}

function added(one: Usage | null, other: Usage): Usage {
  const sum = (a: number | null, b: number | null): number | null =>
    a === null ? b : b === null ? a : a + b;
  return {
    inputTokens: sum(one?.inputTokens ?? null, other.inputTokens),
    outputTokens: sum(one?.outputTokens ?? null, other.outputTokens),
    cost: sum(one?.cost ?? null, other.cost),
  };
}
