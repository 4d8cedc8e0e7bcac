import { parseAnswer } from './answer.ts';
import { SessionError } from './errors.ts';
import type { TaskEvent } from './events.ts';
import { parseSessionId, unknownSession, unknownTask } from './input.ts';
import type { OpenSessions } from './openSessions.ts';
import type { Clock, ProcessTable, SessionLedger, SessionStore, VerificationCandidate } from './ports.ts';
import type { Redactor } from './redactor.ts';
import type { SessionChange } from './sessionChange.ts';
import { type SessionState, toolCallsOf } from './state.ts';
import { type AgentTask, isFinished } from './task.ts';
import type { TaskDetails } from './taskDetails.ts';
import type { RetryOptions, StartedTask, TaskLauncher } from './taskLauncher.ts';
import type { TaskVerification, VerifyTaskRequest } from './taskVerification.ts';
import { cancelledEvent, questionClosed, taskOf, waitForEnd } from './taskTurn.ts';
import type { Decision, ToolCall } from './toolCall.ts';
import { offeredQuestion } from './waitingTask.ts';

export interface TaskRegistryOptions {
  readonly store: Pick<SessionStore, 'findIds' | 'findTask' | 'readRecords'>;
  readonly sessions: OpenSessions;
  readonly launcher: TaskLauncher;
  readonly verification: TaskVerification;
  readonly processes: ProcessTable;
  readonly clock: Clock;
  readonly redactor?: Redactor | undefined;
  /** Rejects with `not_trusted` or `disposed`. */
  readonly requireWritable: () => Promise<void>;
}

/** The tasks of all sessions, by their ids: found, shown, stopped, answered and run again. */
export class TaskRegistry {
  readonly #options: TaskRegistryOptions;
  /** Tasks of this process that wait for space on the disk: a full disk cannot hold the record that says so. */
  readonly #paused = new Set<string>();

  constructor(options: TaskRegistryOptions) {
    this.#options = options;
  }

  /** A task as it is now, what its evidence is worth included. */
  async get(taskId: string): Promise<TaskDetails> {
    const details = await this.#use(taskId, async ledger => {
      const toolCalls = await ledger.toolCalls(taskId);
      const task = this.#view(taskOf(ledger, taskId));
      return { task, toolCalls, offered: offeredOf(ledger.state, taskId) };
    });
    return { ...details, task: await this.#options.verification.withStaleness(details.task) };
  }

  async list(sessionId: string): Promise<readonly AgentTask[]> {
    return this.#options.sessions.use(parseSessionId(sessionId), ledger => {
      if (ledger.state.deleted) throw unknownSession(sessionId);
      return [...ledger.state.tasks].map(task => this.#view(task));
    });
  }

  /** Runs a finished task's text again, as a new attempt. */
  async retry(taskId: string, options: RetryOptions): Promise<StartedTask> {
    const task = await this.#look(taskId);
    if (!isFinished(task))
      throw new SessionError('task_not_finished', 'This task has not ended yet. Cancel it first, or wait.');
    return this.#options.launcher.retry(task, options);
  }

  async verify(taskId: string, request: VerifyTaskRequest): Promise<StartedTask> {
    return this.#options.verification.start(await this.#look(taskId), request);
  }

  async verificationCandidates(taskId: string): Promise<readonly VerificationCandidate[]> {
    return this.#options.verification.candidates(await this.#look(taskId));
  }

  /** Stops a task or its verification, whichever process runs it, and resolves with its record once that ended. */
  async cancel(taskId: string): Promise<AgentTask> {
    return this.#change(taskId, async ledger => {
      await ledger.commit(state => {
        const live = state.live.find(entry => entry.taskId === taskId);
        if (live === undefined)
          throw new SessionError('task_not_running', 'This task has ended already. Nothing was changed.');
        if (live.epoch === null) return [closingEvent(state, taskId)];
        return [{ type: 'cancelRequested', data: { taskId } }];
      });
      await waitForEnd(ledger, taskId, this.#options.processes, this.#options.clock);
    });
  }

  /**
   * Answers what a waiting task asks. `conflict` when somebody answered first or it asks no more, `not_found` when it never asked
   * that. The answer to what a task asked that ended with its process starts the attempt that goes on: then the result is that one.
   */
  async decideApproval(taskId: string, approvalId: string, decision: Decision): Promise<AgentTask> {
    await this.#options.requireWritable();
    return this.#use(taskId, async ledger => {
      const { redactor, launcher } = this.#options;
      const offered = offeredQuestion(ledger.state);
      if (offered?.task.id === taskId && offered.call.approvalId === approvalId) {
        const answer = parseAnswer(offered.call, decision, redactor);
        return taskOf(ledger, (await launcher.goOn(ledger, offered, answer)).taskId);
      }
      if (!(await this.#hasAsked(ledger, taskId, approvalId)))
        throw new SessionError('not_found', 'This task asked nothing of that id. Nothing was changed.');
      await ledger.commit(state => {
        const call = toolCallsOf(state, taskId).find(entry => entry.approvalId === approvalId);
        if (call?.status !== 'awaiting_approval') throw questionClosed();
        const answer = parseAnswer(call, decision, redactor);
        return [{ type: 'approvalDecided', data: { taskId, callId: call.id, decision: answer } }];
      });
      return this.#view(taskOf(ledger, taskId));
    });
  }

  /** What was answered is told by the journal alone, which is not read for what is open. */
  async #hasAsked({ state }: SessionLedger, taskId: string, approvalId: string): Promise<boolean> {
    if (toolCallsOf(state, taskId).some(call => call.approvalId === approvalId)) return true;
    for await (const records of this.#options.store.readRecords(state.metadata.sessionId, 0))
      for (const { event } of records)
        if (event.type === 'approvalRequested' && event.data.taskId === taskId)
          if (event.data.approvalId === approvalId) return true;
    return false;
  }

  /** Keeps in mind which tasks are paused. */
  notice(change: SessionChange): void {
    if (change.kind !== 'paused') return;
    if (change.error === null) this.#paused.delete(change.taskId);
    else this.#paused.add(change.taskId);
  }

  #look(taskId: string): Promise<AgentTask> {
    return this.#use(taskId, ledger => this.#view(taskOf(ledger, taskId)));
  }

  #view(task: AgentTask): AgentTask {
    return this.#paused.has(task.id) ? { ...task, awaiting: 'storage' } : task;
  }

  async #use<T>(taskId: string, action: (ledger: SessionLedger) => T | Promise<T>): Promise<T> {
    return this.#options.sessions.use(await this.#sessionOf(taskId), action);
  }

  async #change(taskId: string, action: (ledger: SessionLedger) => Promise<void>): Promise<AgentTask> {
    await this.#options.requireWritable();
    return this.#use(taskId, async ledger => {
      await action(ledger);
      return this.#view(taskOf(ledger, taskId));
    });
  }

  async #sessionOf(taskId: unknown): Promise<string> {
    if (typeof taskId !== 'string' || taskId === '') throw unknownTask(String(taskId));
    const prefix = /^task-([0-9a-f]{8})-/.exec(taskId)?.[1];
    const { store, sessions } = this.#options;
    const candidates = prefix === undefined ? [] : await store.findIds(prefix);
    for (const sessionId of candidates) {
      if (await sessions.use(sessionId, ledger => ledger.state.tasks.get(taskId) !== undefined))
        return sessionId;
    }
    const found = await store.findTask(taskId);
    if (found === undefined) throw unknownTask(taskId);
    return found;
  }
}

function offeredOf(state: SessionState, taskId: string): ToolCall | undefined {
  const offered = offeredQuestion(state);
  return offered?.task.id === taskId ? offered.call : undefined;
}

/** What closes a task, or the verification of one, that waits for its turn. */
function closingEvent(state: SessionState, taskId: string): TaskEvent {
  const task = state.tasks.get(taskId);
  if (task === undefined || !isFinished(task)) return cancelledEvent(taskId, null);
  const error = 'The verification was cancelled. Nothing was run.';
  return { type: 'verificationEnded', data: { taskId, reason: 'cancelled', error } };
}
