import { CLOSED, continuationOf, withQuestion } from './continuation.ts';
import { invalidInput, isSessionError, messageOf, SessionError } from './errors.ts';
import type { SessionEvent, TaskEvent } from './events.ts';
import {
  parseAgent,
  parseSessionId,
  parseTaskText,
  parseTaskType,
  requireOwnSession,
  parseVerifyCommand,
  unknownSession,
} from './input.ts';
import type { OpenSessions } from './openSessions.ts';
import type {
  Authorship,
  Continuation,
  ProcessTable,
  SessionLedger,
  TaskOutcome,
  TaskRunner,
  VerifyRequest,
} from './ports.ts';
import { recorderOf, type RunPorts, type RunRequest, runOnLedger } from './runOnLedger.ts';
import type { RunningWork } from './runningWork.ts';
import { isOwnText, isOwnVerification, sealText, sealVerification } from './seals.ts';
import type { SessionState } from './state.ts';
import type { AgentTask, TaskOrigin, TaskType } from './task.ts';
import type { TaskRecorder } from './taskRecorder.ts';
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
  /** A command that verifies the task after it reported success; what the settings say when not given. */
  readonly verify?: string | undefined;
  /** Whose words the text and the verification are; `person` when not given. */
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

export interface TaskLauncherOptions extends RunPorts {
  readonly sessions: OpenSessions;
  readonly runner: TaskRunner;
  readonly processes: ProcessTable;
  readonly authorship: Authorship;
  readonly work: RunningWork;
  readonly currentOrNewSession: () => Promise<string>;
}

interface Attempt {
  readonly attempt: number;
  readonly retryOf?: string;
  readonly continues?: Continuation;
  /** Whether the verification is the person's own, when that differs from the text's. */
  readonly ownVerify?: boolean;
}

/** How a task is run again. */
export interface RetryOptions {
  /** Another agent than the first attempt asked for. */
  readonly agent?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Records tasks, waits for their turn, has them carried out, and records how they ended. */
export class TaskLauncher {
  readonly #options: TaskLauncherOptions;
  constructor(options: TaskLauncherOptions) {
    this.#options = options;
  }

  async start(
    request: ExecuteTaskRequest,
    { continues, ...attempt }: Attempt = { attempt: 1 },
  ): Promise<StartedTask> {
    const { runner, gate, sessions, ids, authorship, redactor, work } = this.#options;
    const text = parseTaskText(request.task);
    const description = redactor?.redact(text) ?? text;
    const taskType = request.type === undefined ? runner.typeOf(text) : parseTaskType(request.type);
    const agent = parseAgent(request.agent ?? 'auto');
    const command = request.verify === undefined ? undefined : parseVerifyCommand(request.verify);
    if (request.sessionId !== undefined) parseSessionId(request.sessionId);
    await gate.requireTrust();
    const sessionId = request.sessionId ?? (await this.#options.currentOrNewSession());
    const [ledger, hold] = await sessions.hold(sessionId);
    try {
      requireOwnSession(ledger.state.metadata);
      await gate.resolveWorkingDirectory(ledger.state.metadata.workingDirectory);
      const origin = request.origin ?? 'person';
      const instructed = origin === 'person';
      const { ownVerify = instructed, ...numbered } = attempt;
      const verify: VerifyRequest | undefined =
        command === undefined ? undefined : { command, instructed: ownVerify };
      const seal = instructed ? await sealText(authorship, sessionId, description) : undefined;
      const taskId = `task-${sessionId.slice(0, 8)}-${ids.hex(8)}`;
      const data = {
        ...{ taskId, taskType, description, origin, agent, ...numbered },
        ...(continues && { continues: continues.task.id }),
        ...(seal && { seal }),
        ...(verify && (await this.#recordable(sessionId, verify))),
        owner: this.#options.processes.self,
      };
      await this.#create(ledger, data, request.noWait ?? false);
      const launch = { taskId, text, instructed, verify, continues };
      const finished = work
        .run(ledger, taskId, request.signal, signal => this.#run(ledger, launch, signal))
        .finally(() => {
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
  async retry(
    task: AgentTask,
    { agent, signal }: RetryOptions = {},
    continues?: Continuation,
  ): Promise<StartedTask> {
    const { authorship, redactor } = this.#options;
    const own = task.origin === 'person' && (await isOwnText(authorship, task));
    const ownVerify = await isOwnVerification(authorship, task);
    const { description, verify, sessionId, type } = task;
    if (redactor?.isRedacted(description) === true || redactor?.isRedacted(verify ?? '') === true) {
      throw invalidInput(
        'task',
        'The text held a secret, which was not kept. Run the task anew and type the secret again.',
      );
    }
    const origin = own ? 'person' : 'foreign';
    const request = {
      task: description,
      verify,
      sessionId,
      type,
      agent: agent ?? task.agent,
      origin,
      signal,
    } as const;
    return this.start(request, {
      ...{ attempt: task.attempt + 1, retryOf: task.retryOf ?? task.id, ownVerify },
      ...(continues && { continues }),
    });
  }

  /** Goes on where a task stopped that waited for this answer when its process ended, as a new attempt. */
  async goOn(
    ledger: SessionLedger,
    { task, call: waited }: OpenQuestion,
    decision: Decision,
  ): Promise<StartedTask> {
    return this.retry(task, {}, await continuationOf(ledger, task, waited, decision));
  }

  /** What the record of the task says about its verification: no secrets, and the proof that it is the person's own. */
  async #recordable(
    sessionId: string,
    { command, instructed }: VerifyRequest,
  ): Promise<{ verify: string; verifySeal?: string }> {
    const { authorship, redactor } = this.#options;
    const verify = redactor?.redact(command) ?? command;
    const verifySeal = instructed ? await sealVerification(authorship, sessionId, verify) : undefined;
    return { verify, ...(verifySeal && { verifySeal }) };
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
      return [...reopened, { type: 'taskCreated', data: { ...data, attempt: attemptOf(state, data) } }];
    });
  }

  async #run(ledger: SessionLedger, launch: RunRequest, signal: AbortSignal): Promise<AgentTask> {
    const { clock, processes } = this.#options;
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
    const recorder = recorderOf(this.#options, ledger, taskId, epoch, signal);
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
    launch: RunRequest,
    signal: AbortSignal,
  ): Promise<TaskOutcome> {
    const { runner } = this.#options;
    try {
      const run = await runOnLedger(this.#options, ledger, recorder, launch, signal);
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
      if (!isSessionError(error) || error.code !== 'conflict') throw error;
    }
  }
}

/** Attempts of one task are numbered in the order of their creation, whichever of them was tried again. */
function attemptOf(state: SessionState, { attempt, retryOf }: Pick<Attempt, 'attempt' | 'retryOf'>): number {
  if (retryOf === undefined) return attempt;
  const siblings = [...state.tasks].filter(task => task.id === retryOf || task.retryOf === retryOf);
  return 1 + Math.max(attempt - 1, ...siblings.map(task => task.attempt));
}

type Failure = Omit<Extract<TaskOutcome, { status: 'failed' }>, 'status' | 'result'>;

function stopped(signal: AbortSignal): Failure {
  const closed = isSessionError(signal.reason) && signal.reason.code === 'disposed';
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
  const errorCode = isSessionError(error) ? error.code : 'internal';
  return { status: 'failed', reason: 'error', errorCode, error: messageOf(error) };
}
