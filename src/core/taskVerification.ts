import { invalidInput, isSessionError, messageOf, SessionError } from './errors.ts';
import { inertLine } from './inertText.ts';
import { parseVerifyCommand, requireOwnSession, unknownSession } from './input.ts';
import type { OpenSessions } from './openSessions.ts';
import type {
  Authorship,
  ProcessTable,
  SessionLedger,
  VerificationCandidate,
  VerificationOutcome,
  Verifier,
  VerifyRequest,
} from './ports.ts';
import { recorderOf, type RunPorts, runOnLedger } from './runOnLedger.ts';
import type { RunningWork } from './runningWork.ts';
import { isOwnVerification, sealVerification } from './seals.ts';
import { type AgentTask, isFinished, type TaskOrigin } from './task.ts';
import type { StartedTask } from './taskLauncher.ts';
import type { TaskRecorder } from './taskRecorder.ts';
import { takeTurn, taskOf } from './taskTurn.ts';

export interface VerifyTaskRequest {
  /** The command; when not given the one that verified the task before, else the one that the settings say. */
  readonly command?: string | undefined;
  /** Whose words the command is; `person` when not given. */
  readonly origin?: TaskOrigin | undefined;
  /** Cancels the verification; the task stays what it is. */
  readonly signal?: AbortSignal | undefined;
}

export interface TaskVerificationOptions extends RunPorts {
  readonly sessions: OpenSessions;
  readonly verifier: Verifier;
  readonly processes: ProcessTable;
  readonly authorship: Authorship;
  readonly work: RunningWork;
}

type Stopped = Extract<VerificationOutcome, { status: 'stopped' }>;
type Reason = Stopped['reason'] | 'interrupted';

/** Verifies finished tasks again: evidence is renewed, the task's status stays. A verification has its turn as a task has. */
export class TaskVerification {
  readonly #options: TaskVerificationOptions;

  constructor(options: TaskVerificationOptions) {
    this.#options = options;
  }

  /** What the workspace of a task offers to verify it with. */
  async candidates(task: AgentTask): Promise<readonly VerificationCandidate[]> {
    const workingDirectory = await this.#folderOf(task.sessionId).catch(() => undefined);
    return workingDirectory === undefined ? [] : this.#options.verifier.candidates(workingDirectory);
  }

  /** The task with what its evidence is worth now. */
  async withStaleness(task: AgentTask): Promise<AgentTask> {
    const { verification, sessionId } = task;
    if (verification === null) return task;
    // Before a folder is trusted nothing of it is looked at.
    const workingDirectory = await this.#folderOf(sessionId).catch(() => undefined);
    const stale =
      workingDirectory === undefined ? null : await this.#options.verifier.isStale(task, workingDirectory);
    return { ...task, verification: { ...verification, stale } };
  }

  /**
   * Puts the wish on record and starts when it is its turn. `finished` resolves with the task and its new evidence, whatever that
   * says; it rejects with `denied`, `cancelled`, `disposed` or `storage_failed` when there is none.
   */
  async start(task: AgentTask, request: VerifyTaskRequest): Promise<StartedTask> {
    const { sessions, gate, authorship, processes, redactor, work } = this.#options;
    const { id: taskId, sessionId } = task;
    if (!isFinished(task))
      throw new SessionError(
        'task_not_finished',
        'This task has not ended yet. Wait for it, then verify it.',
      );
    const verify = await this.#requestFor(task, request);
    await gate.requireTrust();
    const [ledger, hold] = await sessions.hold(sessionId);
    try {
      requireOwnSession(ledger.state.metadata);
      await gate.resolveWorkingDirectory(ledger.state.metadata.workingDirectory);
      const command = redactor?.redact(verify.command) ?? verify.command;
      const seal = verify.instructed ? await sealVerification(authorship, sessionId, command) : undefined;
      const data = { taskId, command, ...(seal && { seal }), owner: processes.self };
      await ledger.commit(state => {
        if (state.deleted) throw unknownSession(sessionId);
        if (state.live.some(live => live.taskId === taskId))
          throw new SessionError('conflict', 'This task is being verified already. Nothing was recorded.');
        return [{ type: 'verificationRequested', data }];
      });
      const finished = work
        .run(ledger, taskId, request.signal, signal => this.#run(ledger, taskId, verify, signal))
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

  /** Which command, and whether it is the person's own: one that is merely on record is asked for first. */
  async #requestFor(
    task: AgentTask,
    { command, origin = 'person' }: VerifyTaskRequest,
  ): Promise<VerifyRequest> {
    const { authorship, redactor, verifier } = this.#options;
    if (command !== undefined)
      return { command: parseVerifyCommand(command), instructed: origin === 'person' };
    const configured = verifier.configured();
    const recorded = task.verification?.command ?? task.verify;
    // The settings are the person's own words, whoever asks.
    if (configured !== undefined && (recorded ?? configured) === configured)
      return { command: parseVerifyCommand(configured), instructed: true };
    if (recorded === undefined) throw await this.#nothingToRun(task);
    if (redactor?.isRedacted(recorded) === true)
      throw invalidInput('command', 'The command held a secret, which was not kept. Give the command anew.');
    const own = recorded === task.verify && (await isOwnVerification(authorship, task));
    return { command: parseVerifyCommand(recorded), instructed: own && origin === 'person' };
  }

  async #nothingToRun(task: AgentTask): Promise<SessionError> {
    const offered = (await this.candidates(task)).map(({ command }) => `"${inertLine(command)}"`);
    const offer = offered.length === 0 ? '' : ` This workspace offers ${offered.join(', ')}.`;
    return invalidInput(
      'command',
      `It is not known with which command this task is to be verified. Nothing was run.${offer} Name one, or set one in your settings (verify).`,
    );
  }

  async #run(
    ledger: SessionLedger,
    taskId: string,
    verify: VerifyRequest,
    signal: AbortSignal,
  ): Promise<AgentTask> {
    const { clock, processes } = this.#options;
    const epoch = await takeTurn(ledger, taskId, processes, clock, signal, 'verificationStarted');
    if (epoch === null) return this.#neverStarted(ledger, taskId, signal);
    const recorder = recorderOf(this.#options, ledger, taskId, epoch, signal);
    try {
      const outcome = await this.#verify(ledger, recorder, taskId, verify, signal);
      const why = outcome.status === 'recorded' ? undefined : stoppedBy(outcome, signal);
      await this.#end(recorder, taskId, why);
      if (why !== undefined) throw refusal(why.reason, why.error);
      return taskOf(ledger, taskId);
    } finally {
      recorder.dispose();
    }
  }

  async #verify(
    ledger: SessionLedger,
    recorder: TaskRecorder,
    taskId: string,
    verify: VerifyRequest,
    signal: AbortSignal,
  ): Promise<VerificationOutcome> {
    try {
      const text = taskOf(ledger, taskId).description;
      const request = { taskId, text, instructed: verify.instructed };
      const run = await runOnLedger(this.#options, ledger, recorder, request, signal);
      return await this.#options.verifier.verify(run, verify);
    } catch (error) {
      return { status: 'stopped', reason: signal.aborted ? 'cancelled' : 'error', error: messageOf(error) };
    }
  }

  /** Somebody cancelled it while it waited, or judged this process dead. */
  async #neverStarted(ledger: SessionLedger, taskId: string, signal: AbortSignal): Promise<never> {
    const why = stoppedBy(
      { status: 'stopped', reason: 'cancelled', error: 'The verification was cancelled. Nothing was run.' },
      signal,
    );
    await ledger.commit(state =>
      state.live.some(live => live.taskId === taskId)
        ? [{ type: 'verificationEnded', data: { taskId, ...why } }]
        : [],
    );
    throw refusal(why.reason, why.error);
  }

  /** Somebody who judged this process dead may have closed it: then theirs stands. */
  async #end(recorder: TaskRecorder, taskId: string, why: Why | undefined): Promise<void> {
    try {
      await recorder.record({ type: 'verificationEnded', data: { taskId, ...why } });
    } catch (error) {
      if (!isSessionError(error) || error.code !== 'conflict') throw error;
    }
  }

  async #folderOf(sessionId: string): Promise<string> {
    const { sessions, gate } = this.#options;
    await gate.requireTrust();
    const stored = await sessions.use(sessionId, ledger => ledger.state.metadata.workingDirectory);
    return gate.resolveWorkingDirectory(stored);
  }
}

interface Why {
  readonly reason: Reason;
  readonly error: string;
}

function stoppedBy({ reason, error }: Stopped, signal: AbortSignal): Why {
  if (!signal.aborted) return { reason, error };
  const closed = isSessionError(signal.reason) && signal.reason.code === 'disposed';
  return closed
    ? { reason: 'interrupted', error: 'The window, server or command that verified the task was closed.' }
    : { reason: 'cancelled', error: 'The verification was cancelled. What it had printed is kept.' };
}

const CODES = {
  denied: 'denied',
  cancelled: 'cancelled',
  interrupted: 'disposed',
  error: 'storage_failed',
} as const;

function refusal(reason: Reason, error: string): SessionError {
  return new SessionError(CODES[reason], error);
}
