import { askForApproval } from './approval.ts';
import { CLOSED, continuationOf, GivenAnswer, withQuestion } from './continuation.ts';
import { invalidInput, messageOf, SessionError } from './errors.ts';
import type { SessionEvent, TaskEvent } from './events.ts';
import {
  parseAgent,
  parseSessionId,
  parseTaskText,
  parseTaskType,
  requireOwnSession,
  unknownSession,
} from './input.ts';
import type { OpenSessions } from './openSessions.ts';
import type {
  ApprovalPolicy,
  Authorship,
  Clock,
  Continuation,
  Ids,
  ProcessTable,
  SessionLedger,
  SessionStore,
  TaskOutcome,
  TaskRun,
  TaskRunner,
  WorkspaceGate,
} from './ports.ts';
import type { Redactor } from './redactor.ts';
import type { SessionChange } from './sessionChange.ts';
import type { AgentTask, TaskOrigin, TaskType } from './task.ts';
import { TaskRecorder } from './taskRecorder.ts';
import { cancelledEvent, questionClosed, takeTurn, taskOf } from './taskTurn.ts';
import type { Decision } from './toolCall.ts';
import { offeredQuestion, type OpenQuestion } from './waitingTask.ts';

export interface ExecuteTaskRequest {
  /** What is to be done. At most 32 KiB. */
  readonly task: string;
  /** The current session, or a new one, when not given. */
  readonly sessionId?: string | undefined;
  readonly type?: TaskType | undefined;
  /** `auto` when not given. */
  readonly agent?: string | undefined;
  /** Cancels the task. */
  readonly signal?: AbortSignal | undefined;
  /** Whose words the text is; `person` when not given. */
  readonly origin?: TaskOrigin | undefined;
  /** Rejects with `session_busy` instead of waiting for other tasks of the session. */
  readonly noWait?: boolean | undefined;
}

/** A task on record. `finished` resolves with it once it ended, failed or not, and rejects only when its end cannot be recorded. */
export interface StartedTask {
  readonly sessionId: string;
  readonly taskId: string;
  readonly finished: Promise<AgentTask>;
}

export interface TaskLauncherOptions {
  readonly store: Pick<SessionStore, 'createBlob'>;
  readonly sessions: OpenSessions;
  readonly runner: TaskRunner;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly processes: ProcessTable;
  readonly gate: WorkspaceGate;
  readonly authorship: Authorship;
  readonly approvals: ApprovalPolicy;
  readonly redactor?: Redactor | undefined;
  readonly currentOrNewSession: () => Promise<string>;
  readonly publish: (change: SessionChange) => void;
}

/** A task to run: the record of its text holds no secrets, `text` is what was given. */
interface Launch {
  readonly taskId: string;
  readonly text: string;
  readonly instructed: boolean;
  readonly continues?: Continuation | undefined;
}

interface Attempt {
  readonly attempt: number;
  readonly retryOf?: string;
  readonly continues?: Continuation;
}

/** Records tasks, waits for their turn, has them carried out, and records how they ended. */
export class TaskLauncher {
  readonly #options: TaskLauncherOptions;
  readonly #running = new Set<{
    readonly controller: AbortController;
    readonly finished: Promise<unknown>;
  }>();

  constructor(options: TaskLauncherOptions) {
    this.#options = options;
  }

  async start(
    request: ExecuteTaskRequest,
    { continues, ...attempt }: Attempt = { attempt: 1 },
  ): Promise<StartedTask> {
    const { runner, gate, sessions, ids, authorship } = this.#options;
    const text = parseTaskText(request.task);
    const description = this.#options.redactor?.redact(text) ?? text;
    const taskType = request.type === undefined ? runner.typeOf(text) : parseTaskType(request.type);
    const agent = parseAgent(request.agent ?? 'auto');
    if (request.sessionId !== undefined) parseSessionId(request.sessionId);
    await gate.requireTrust();
    const sessionId = request.sessionId ?? (await this.#options.currentOrNewSession());
    const [ledger, hold] = await sessions.hold(sessionId);
    try {
      requireOwnSession(ledger.state.metadata);
      await gate.resolveWorkingDirectory(ledger.state.metadata.workingDirectory);
      const origin = request.origin ?? 'person';
      const seal =
        origin === 'person' ? await authorship.seal(sealedText(sessionId, description)) : undefined;
      const taskId = `task-${sessionId.slice(0, 8)}-${ids.hex(8)}`;
      const from = continues && { continues: continues.task.id };
      const data = {
        taskId,
        taskType,
        description,
        origin,
        agent,
        ...attempt,
        ...from,
        ...(seal && { seal }),
      };
      await this.#create(ledger, { ...data, owner: this.#options.processes.self }, request.noWait ?? false);
      const finished = this.#launch(
        ledger,
        { taskId, text, instructed: origin === 'person', continues },
        request.signal,
      ).finally(() => {
        hold.dispose();
      });
      finished.catch(() => undefined);
      return { sessionId, taskId, finished };
    } catch (error) {
      hold.dispose();
      throw error;
    }
  }

  /** Runs a finished task's text again, as its sibling. A recorded text is the person's own only with their seal. */
  async retry(task: AgentTask, signal?: AbortSignal, continues?: Continuation): Promise<StartedTask> {
    const own = await this.#options.authorship.isOwn(sealedText(task.sessionId, task.description), task.seal);
    const origin = own && task.origin === 'person' ? 'person' : 'foreign';
    const { description, sessionId, type, agent } = task;
    if (this.#options.redactor?.isRedacted(description) === true) {
      throw invalidInput(
        'task',
        'The text held a secret, which was not kept. Run the task anew and type the secret again.',
      );
    }
    const request = { task: description, sessionId, type, agent, origin, ...(signal && { signal }) } as const;
    const attempt = { attempt: task.attempt + 1, retryOf: task.retryOf ?? task.id };
    return this.start(request, continues === undefined ? attempt : { ...attempt, continues });
  }

  /** Goes on where a task stopped that waited for this answer when its process ended, as a new attempt. */
  async goOn(
    ledger: SessionLedger,
    { task, call: waited }: OpenQuestion,
    decision: Decision,
  ): Promise<StartedTask> {
    return this.retry(task, undefined, continuationOf(ledger.state, task, waited, decision));
  }

  /** Stops everything that runs in this process and resolves when all of it is recorded. Never rejects. */
  async close(): Promise<void> {
    const running = [...this.#running];
    for (const { controller } of running)
      controller.abort(new SessionError('disposed', 'The host was closed.'));
    await Promise.allSettled(running.map(run => run.finished));
  }

  async #create(
    ledger: SessionLedger,
    data: Extract<TaskEvent, { type: 'taskCreated' }>['data'],
    noWait: boolean,
  ): Promise<void> {
    await ledger.commit(state => {
      if (state.deleted) throw unknownSession(state.metadata.sessionId);
      // Of two that answer at once, one goes on.
      if (data.continues !== undefined && offeredQuestion(state)?.task.id !== data.continues)
        throw questionClosed();
      if (noWait && state.live.length > 0) {
        throw new SessionError(
          'session_busy',
          'Another task of this session is running. Nothing was recorded. Try again when it is done.',
        );
      }
      const reopened: SessionEvent[] =
        state.metadata.status === 'active' ? [] : [{ type: 'sessionReopened', data: {} }];
      return [...reopened, { type: 'taskCreated', data }];
    });
  }

  async #launch(ledger: SessionLedger, launch: Launch, signal?: AbortSignal): Promise<AgentTask> {
    const { taskId } = launch;
    const controller = new AbortController();
    const cancel = (): void => {
      controller.abort(new SessionError('cancelled', 'The task was cancelled.'));
    };
    signal?.addEventListener('abort', cancel);
    if (signal?.aborted === true) cancel();
    const subscription = ledger.onDidAppend(() => {
      if (ledger.state.tasks.get(taskId)?.cancelRequested === true) cancel();
    });
    const finished = this.#run(ledger, launch, controller.signal);
    const entry = { controller, finished };
    this.#running.add(entry);
    try {
      return await finished;
    } finally {
      this.#running.delete(entry);
      subscription.dispose();
      signal?.removeEventListener('abort', cancel);
    }
  }

  async #run(ledger: SessionLedger, launch: Launch, signal: AbortSignal): Promise<AgentTask> {
    const { clock, processes, store, publish, redactor } = this.#options;
    const { taskId } = launch;
    const epoch = await takeTurn(ledger, taskId, processes, clock, signal);
    if (epoch === null) {
      if (signal.aborted) {
        await ledger.commit(state =>
          state.live.some(live => live.taskId === taskId) ? [endOfWait(taskId, signal)] : [],
        );
      }
      return taskOf(ledger, taskId);
    }
    const { sessionId } = ledger.state.metadata;
    const recorder = new TaskRecorder({
      ...{ ledger, taskId, epoch, clock, signal, redactor },
      createBlob: () => store.createBlob(),
      onOutput: (callId, text) => {
        publish({ kind: 'output', sessionId, taskId, callId, text });
      },
      onPause: error => {
        publish({ kind: 'paused', sessionId, taskId, error });
      },
    });
    try {
      const started = clock.monotonic();
      const outcome = await this.#carryOut(ledger, recorder, launch, signal);
      const time = Math.round(clock.monotonic() - started);
      await this.#end(recorder, taskId, withQuestion(outcome, ledger.state, taskId), time);
    } finally {
      recorder.dispose();
    }
    return taskOf(ledger, taskId);
  }

  async #carryOut(
    ledger: SessionLedger,
    recorder: TaskRecorder,
    { taskId, text, instructed, continues }: Launch,
    signal: AbortSignal,
  ): Promise<TaskOutcome> {
    const { runner, clock, ids, approvals: policy, gate } = this.#options;
    const given = new GivenAnswer(continues);
    try {
      const workingDirectory = await gate.resolveWorkingDirectory(ledger.state.metadata.workingDirectory);
      const run: TaskRun = {
        task: { ...taskOf(ledger, taskId), description: text },
        latest: () => taskOf(ledger, taskId),
        instructed,
        session: { ...ledger.state.metadata, workingDirectory },
        earlier: [...ledger.state.tasks].filter(task => task.id !== taskId && task.startedAt !== undefined),
        signal,
        continues,
        record: (...events) => recorder.record(...events),
        output: (callId, text) => recorder.output(callId, text),
        ask: (callId, question) =>
          askForApproval(
            {
              ...{ ledger, recorder, taskId, callId, policy, clock, ids, signal },
              given: given.take(ledger.state.toolCalls.get(callId), question),
            },
            question,
          ),
      };
      const outcome = await runner.run(run);
      return signal.aborted && outcome.status === 'failed' ? { ...outcome, ...stopped(signal) } : outcome;
    } catch (error) {
      return signal.aborted ? { status: 'failed', ...stopped(signal) } : failedBy(error);
    }
  }

  /** Somebody who judged this process dead may have closed the task: then theirs stands. */
  async #end(
    recorder: TaskRecorder,
    taskId: string,
    outcome: TaskOutcome,
    executionTime: number,
  ): Promise<void> {
    try {
      if (outcome.status === 'completed') {
        await recorder.record({
          type: 'taskCompleted',
          data: { taskId, executionTime, result: outcome.result ?? null },
        });
        return;
      }
      const { status: _status, ...failure } = outcome;
      await recorder.record({ type: 'taskFailed', data: { taskId, executionTime, ...failure } });
    } catch (error) {
      if (!(error instanceof SessionError) || error.code !== 'conflict') throw error;
    }
  }
}

function sealedText(sessionId: string, description: string): string {
  return JSON.stringify([sessionId, description]);
}

type Failure = Omit<Extract<TaskOutcome, { status: 'failed' }>, 'status' | 'result'>;

function stopped(signal: AbortSignal): Failure {
  const closed = signal.reason instanceof SessionError && signal.reason.code === 'disposed';
  const error = closed
    ? `${CLOSED} Retry it when you are ready.`
    : 'The task was cancelled. What it had done is kept. Retry it when you are ready.';
  const reason = closed ? 'interrupted' : 'cancelled';
  return { reason, errorCode: reason, error };
}

function endOfWait(taskId: string, signal: AbortSignal): TaskEvent {
  const event = cancelledEvent(taskId, null);
  return { ...event, data: { ...event.data, ...stopped(signal) } };
}

function failedBy(error: unknown): TaskOutcome {
  const errorCode = error instanceof SessionError ? error.code : 'internal';
  return { status: 'failed', reason: 'error', errorCode, error: messageOf(error) };
}
