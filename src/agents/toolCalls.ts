import { isSessionError } from '../core/errors.ts';
import type { TaskEvent } from '../core/events.ts';
import type { Clock, Ids, TaskRun } from '../core/ports.ts';
import type { Decision } from '../core/toolCall.ts';
import { WorkspaceError } from '../workspace/workspaceError.ts';
import type { ActionClass } from './permissionRequest.ts';
import type { Permissions, Ruling } from './permissions.ts';
import { fileEvents, recordableInput } from './recordable.ts';
import type { CallPort, PreparedCall, Tool, ToolEnvironment, ToolInput, ToolResult } from './tools/tool.ts';

/** How a call ended. Only `completed` and `failed` with a result have acted. */
export type CallOutcome<V> =
  | { readonly status: 'completed'; readonly result: ToolResult<V> }
  | { readonly status: 'failed'; readonly error: WorkspaceError; readonly result?: ToolResult<V> }
  | { readonly status: 'denied'; readonly error: WorkspaceError; readonly decision: Decision }
  | { readonly status: 'cancelled'; readonly error: WorkspaceError; readonly result?: ToolResult<V> };

export interface CallOrigin {
  readonly stepId: string | null;
  /** Whether the task's text says exactly this, or a model chose it. */
  readonly isInstruction: boolean;
}

export interface ToolCallsOptions {
  readonly run: TaskRun;
  readonly permissions: Permissions;
  readonly environment: ToolEnvironment;
  readonly clock: Clock;
  readonly ids: Ids;
}

type EndStatus = Extract<TaskEvent, { type: 'toolCallEnded' }>['data']['status'];

/**
 * Carries out the actions of one task: what is wanted is recorded, then who allowed it, then it happens, then what came of it.
 * Every call ends with one record. Rejects only when that record cannot be kept.
 */
export class ToolCalls {
  readonly #options: ToolCallsOptions;

  constructor(options: ToolCallsOptions) {
    this.#options = options;
  }

  async call<V>(tool: Tool<V>, input: ToolInput, origin: CallOrigin): Promise<CallOutcome<V>> {
    const { run, environment, permissions } = this.#options;
    if (run.signal.aborted) return { status: 'cancelled', error: cancelled() };
    const call = new Call(this.#options, tool.name, input, origin);
    let prepared: PreparedCall<V>;
    try {
      prepared = await tool.prepare(input, environment);
    } catch (error) {
      return this.#refused(call, error);
    }
    const ruling = await permissions.decide({
      ...{ callId: call.id, tool: tool.name, class: prepared.class, args: prepared.args },
      subject: () => prepared.subject(),
      isInstruction: origin.isInstruction,
      announce: () => call.announce(),
    });
    await call.decided(ruling);
    if (!ruling.decision.allowed)
      return this.#denied(call, prepared.title ?? `Using ${tool.name}`, ruling, prepared.class);
    return this.#act(call, prepared, ruling.args);
  }

  /** Has a text from elsewhere shown in full and approved, once a task. Resolves with the denial, if it is one. */
  async approveText(text: string): Promise<WorkspaceError | undefined> {
    const { permissions } = this.#options;
    if (!permissions.needsTextApproval) return undefined;
    const call = new Call(this.#options, 'instructions', { text }, { stepId: null, isInstruction: false });
    const ruling = await permissions.approveText(call.id, text, () => call.announce());
    await call.decided(ruling);
    if (!ruling.decision.allowed) {
      return (await this.#denied(call, 'What the text asks for', ruling, 'execute')).error;
    }
    await call.ended('completed', { duration: 0 });
    return undefined;
  }

  async #act<V>(
    call: Call,
    prepared: PreparedCall<V>,
    allowedArgs: readonly string[] | undefined,
  ): Promise<CallOutcome<V>> {
    const { clock } = this.#options;
    const started = clock.monotonic();
    const elapsed = (): number => Math.round(clock.monotonic() - started);
    let result: ToolResult<V>;
    try {
      result = await prepared.act(call.port, allowedArgs);
    } catch (error) {
      // What cannot be recorded ends the task, not the call.
      if (isSessionError(error)) throw error;
      const failure = asFailure(error);
      const status = failure.code === 'cancelled' ? 'cancelled' : 'failed';
      await call.ended(status, { duration: elapsed(), error: failure.message });
      return { status, error: failure };
    }
    const { failure, exitCode } = result;
    const status =
      failure === undefined ? 'completed' : failure.code === 'cancelled' ? 'cancelled' : 'failed';
    const ending = {
      duration: elapsed(),
      ...(exitCode === undefined ? {} : { exitCode }),
      ...(failure === undefined ? {} : { error: failure.message }),
    };
    await call.ended(status, ending, result);
    return failure === undefined || status === 'completed'
      ? { status: 'completed', result }
      : { status, error: failure, result };
  }

  /** What cannot be done exactly is not done; a path that leads outside is a permission that nobody has. */
  async #refused<V>(call: Call, error: unknown): Promise<CallOutcome<V>> {
    if (isSessionError(error)) throw error;
    const failure = asFailure(error);
    if (failure.code === 'outside' || failure.code === 'protected') {
      const ruling = this.#options.permissions.refuse(failure.message);
      await call.decided(ruling);
      await call.ended('denied', { duration: null, error: failure.message });
      return { status: 'denied', error: failure, decision: ruling.decision };
    }
    const status = failure.code === 'cancelled' ? 'cancelled' : 'failed';
    await call.ended(status, { duration: null, error: failure.message });
    return { status, error: failure };
  }

  async #denied(
    call: Call,
    title: string,
    { decision, isLaw }: Ruling,
    actionClass: ActionClass,
  ): Promise<Extract<CallOutcome<never>, { status: 'denied' }>> {
    const code = actionClass === 'protected' ? 'protected' : 'denied';
    const reason = decision.reason ?? 'No reason was given.';
    const advice = ADVICE[decision.by === 'rule' && isLaw !== true ? 'rule' : code];
    const error = new WorkspaceError(
      code,
      `${title} was not allowed: ${reason} Nothing was changed by it. ${advice}`,
    );
    await call.ended('denied', { duration: null, error: error.message });
    return { status: 'denied', error, decision };
  }
}

const ADVICE = {
  protected: 'Change such files in the editor, or with a command.',
  rule: 'A permission rule of the user says so: nothing but another rule allows it.',
  denied: 'Allow it when asked, or approve it in advance with --yes, then retry.',
};

/** The records of one call. What was wanted goes with the first record that says what became of it. */
class Call {
  readonly id: string;
  readonly #options: ToolCallsOptions;
  #requested: TaskEvent | undefined;

  constructor(options: ToolCallsOptions, tool: string, input: ToolInput, { stepId }: CallOrigin) {
    this.id = `call-${options.ids.hex(16)}`;
    this.#options = options;
    const { id: taskId } = options.run.task;
    this.#requested = {
      type: 'toolCallRequested',
      data: { taskId, callId: this.id, stepId, tool, input: recordableInput(input) },
    };
  }

  get port(): CallPort {
    const { run } = this.#options;
    const ids = { taskId: run.task.id, callId: this.id };
    return {
      started: process => run.record({ type: 'processStarted', data: { ...ids, process } }),
      output: text => run.output(this.id, text),
    };
  }

  async decided({ decision, isRecorded }: Ruling): Promise<void> {
    const { run } = this.#options;
    if (isRecorded) return;
    const data = { taskId: run.task.id, callId: this.id, decision };
    await this.#record({ type: 'approvalDecided', data });
  }

  async ended(
    status: EndStatus,
    ending: { duration: number | null; exitCode?: number | null; error?: string },
    result?: Pick<ToolResult<unknown>, 'changes' | 'commits'>,
  ): Promise<void> {
    const taskId = this.#options.run.task.id;
    const commits = (result?.commits ?? []).map((commit): TaskEvent => ({
      type: 'commitMade',
      data: { taskId, commit },
    }));
    const files = fileEvents(taskId, result?.changes ?? []);
    await this.#record(
      { type: 'toolCallEnded', data: { taskId, callId: this.id, status, ...ending } },
      ...files,
      ...commits,
    );
  }

  async #record(...events: readonly TaskEvent[]): Promise<void> {
    const first = this.#requested === undefined ? [] : [this.#requested];
    this.#requested = undefined;
    await this.#options.run.record(...first, ...events);
  }

  /** Puts what is wanted on record before somebody is asked about it. */
  async announce(): Promise<void> {
    if (this.#requested !== undefined) await this.#record();
  }
}

function cancelled(): WorkspaceError {
  return new WorkspaceError('cancelled', 'The task was cancelled. What it had done is kept.');
}

function asFailure(error: unknown): WorkspaceError {
  if (error instanceof WorkspaceError) return error;
  const what = error instanceof Error ? error.message : String(error);
  return new WorkspaceError(
    'internal',
    `It failed in a way that nobody expected: ${what}. Retry it, and report it if it happens again.`,
    error,
  );
}
