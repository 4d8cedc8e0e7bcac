import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { TaskEvent } from '../../src/core/events.ts';
import type { ApprovalQuestion, Ids, TaskRun, VerifyRequest } from '../../src/core/ports.ts';
import { reduceTaskEvent } from '../../src/core/taskReducer.ts';
import { emptyState, type SessionState, toolCallsOf } from '../../src/core/state.ts';
import type { AgentTask, TaskType } from '../../src/core/task.ts';
import type { Decision, ToolCall } from '../../src/core/toolCall.ts';

export const randomIds: Ids = {
  uuid: () => randomUUID(),
  hex: length => randomBytes(length).toString('hex').slice(0, length),
};

export interface RecordingRunOptions {
  readonly text: string;
  readonly workingDirectory: string;
  readonly agent?: string;
  readonly type?: TaskType;
  readonly verify?: VerifyRequest;
  readonly instructed?: boolean;
  readonly signal?: AbortSignal;
  readonly earlier?: readonly AgentTask[];
  /** Answers questions; a denial by nobody when not given. */
  readonly answer?: (question: ApprovalQuestion) => Decision;
  /** Sees every event before it is kept; may throw. */
  readonly onEvent?: (event: TaskEvent) => void;
}

/** A run that keeps what it is told, reduced like a journal's records. */
export class RecordingRun implements TaskRun {
  readonly events: TaskEvent[] = [];
  readonly questions: ApprovalQuestion[] = [];
  readonly outputs = new Map<string, string>();
  readonly instructed: boolean;
  readonly verify: VerifyRequest | undefined;
  readonly earlier: readonly AgentTask[];
  readonly signal: AbortSignal;
  readonly #options: RecordingRunOptions;
  #state: SessionState;

  constructor(options: RecordingRunOptions) {
    this.#options = options;
    this.verify = options.verify;
    this.instructed = options.instructed ?? true;
    this.earlier = options.earlier ?? [];
    this.signal = options.signal ?? new AbortController().signal;
    this.#state = emptyState(randomUUID(), options.workingDirectory, new Date());
    const owner = { pid: 1, start: null, host: 'h', boot: null, pidNamespace: null, nonce: 'n' };
    this.#reduce({
      type: 'taskCreated',
      data: {
        ...{
          taskId: 'task-1',
          taskType: options.type ?? 'code',
          description: options.text,
          origin: 'person',
        },
        ...{ agent: options.agent ?? 'auto', attempt: 1, owner },
      },
    });
    this.#reduce({ type: 'taskStarted', data: { taskId: 'task-1', epoch: 1, owner } });
  }

  get task(): AgentTask {
    const task = this.#state.tasks.get('task-1');
    if (task === undefined) throw new Error('no task');
    return task;
  }

  latest(): AgentTask {
    return this.task;
  }

  get session(): TaskRun['session'] {
    return this.#state.metadata;
  }

  get calls(): ToolCall[] {
    return toolCallsOf(this.#state, 'task-1');
  }

  /** All that was printed. */
  get printed(): string {
    return [...this.outputs.values()].join('');
  }

  /** The types of all events in order. */
  get types(): string[] {
    return this.events.map(event => event.type);
  }

  async record(...events: readonly TaskEvent[]): Promise<void> {
    await Promise.resolve();
    for (const event of events) {
      this.#options.onEvent?.(event);
      JSON.stringify(event);
      this.events.push(event);
      this.#reduce(event);
    }
  }

  async output(callId: string, text: string): Promise<void> {
    await Promise.resolve();
    this.outputs.set(callId, (this.outputs.get(callId) ?? '') + text);
  }

  async ask(callId: string, question: ApprovalQuestion): Promise<Decision> {
    this.questions.push(question);
    await this.record({
      type: 'approvalRequested',
      data: { taskId: 'task-1', callId, approvalId: 'a', ...question },
    });
    const nobody: Decision = {
      allowed: false,
      by: 'none',
      scope: 'once',
      reason: 'Nobody can be asked here.',
    };
    const decision = this.#options.answer?.(question) ?? nobody;
    await this.record({ type: 'approvalDecided', data: { taskId: 'task-1', callId, decision } });
    return decision;
  }

  #reduce(event: TaskEvent): void {
    const at = new Date();
    const record = { seq: 1, at: at.toISOString(), writer: 'test', event };
    this.#state = reduceTaskEvent(this.#state, event, record, at);
  }
}

/** SHA-256, hex. */
export function hashOf(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}
