import { createHash } from 'node:crypto';
import type { Checkpoints } from '../core/checkpoints.ts';
import type { VerificationRecord } from '../core/events.ts';
import type {
  Clock,
  Ids,
  TaskOutcome,
  TaskRun,
  TaskRunner,
  VerificationOutcome,
  Verifier,
  VerifyRequest,
} from '../core/ports.ts';
import type { RedactedStream, Redactor } from '../core/redactor.ts';
import { type AgentTask, isFinished, type TaskType } from '../core/task.ts';
import { TextEnd } from '../core/text.ts';
import { JOURNAL_BYTES } from '../core/outputBuffer.ts';
import { type OutputSummary, TAIL_BYTES } from '../core/toolCall.ts';
import { coveredFiles } from '../workspace/coveredFiles.ts';
import type { ProgramResult } from '../workspace/processes.ts';
import type { ApprovalMemory } from './approvalMemory.ts';
import { type PermissionPolicy, Permissions } from './permissions.ts';
import { type CallOutcome, ToolCalls } from './toolCalls.ts';
import type { ToolEnvironments } from './toolEnvironments.ts';
import { verify as verifyTool } from './tools/verify.ts';
import { verificationCandidates } from './verificationCandidates.ts';

export interface VerifierOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly environments: ToolEnvironments;
  readonly policy: PermissionPolicy;
  readonly approvals: ApprovalMemory;
  /** The command in the user's own settings, as they are now. */
  readonly configured: () => string | undefined;
  /** Hides secrets in what the evidence is made of. */
  readonly redactor?: Redactor | undefined;
  /** Names the tree that a command runs on, where captures can be made. */
  readonly checkpoints?: Pick<Checkpoints, 'capture'> | undefined;
}

/** Verifies with commands, through the same permissions, records and processes as every other command. */
export class CommandVerifier implements Verifier {
  readonly #options: VerifierOptions;

  constructor(options: VerifierOptions) {
    this.#options = options;
  }

  configured(): string | undefined {
    return this.#options.configured();
  }

  candidates(workingDirectory: string): ReturnType<Verifier['candidates']> {
    return verificationCandidates(workingDirectory);
  }

  async verify(run: TaskRun, { command, instructed }: VerifyRequest): Promise<VerificationOutcome> {
    const { clock, ids, environments, policy, approvals, redactor } = this.#options;
    const heard = new HeardOutput(redactor?.stream());
    const listening = listen(run, instructed, heard);
    const covered = await coveredFiles(run.session.workingDirectory, pathsOf(run.latest()));
    const tree = await this.#treeOf(run);
    const permissions = new Permissions(listening, policy, approvals);
    const environment = environments.of(run);
    const calls = new ToolCalls({ run: listening, permissions, environment, clock, ids });
    const origin = { stepId: null, isInstruction: instructed };
    const outcome = await calls.call(verifyTool, { command }, origin);
    const result = 'result' in outcome ? outcome.result.value : undefined;
    if (result === undefined || outcome.status === 'cancelled') return stopped(outcome);
    const verification: VerificationRecord = {
      ...{ command, exitCode: result.ended === 'exit' ? result.exitCode : null, tree },
      passed: outcome.status === 'completed',
      ...heard.summary(),
      ...(covered && { covered }),
    };
    await run.record({ type: 'verificationRecorded', data: { taskId: run.task.id, verification } });
    return { status: 'recorded', verification };
  }

  /** Right after a task its own checkpoint says what there is; later the workspace is captured anew. */
  async #treeOf(run: TaskRun): Promise<string | null> {
    const task = run.latest();
    if (!isFinished(task)) return task.checkpointAfter ?? null;
    try {
      const { workingDirectory } = run.session;
      return (await this.#options.checkpoints?.capture(workingDirectory, { signal: run.signal })) ?? null;
    } catch {
      // Evidence without a tree is evidence; what is proven about the changed files does not depend on it.
      return null;
    }
  }

  async isStale(task: AgentTask, workingDirectory: string): Promise<boolean | null> {
    const then = task.verification?.covered;
    if (then === undefined) return null;
    const now = await coveredFiles(workingDirectory, pathsOf(task));
    return now === undefined ? null : now.hash !== then.hash;
  }
}

/**
 * A runner whose tasks are verified after their agent reported success: by the command that was asked for, else by the one in
 * the settings when there is work to be checked. What is not confirmed is a failure.
 */
export function createVerifyingRunner(runner: TaskRunner, verifier: Verifier): TaskRunner {
  return {
    typeOf: text => runner.typeOf(text),
    async run(run) {
      const outcome = await runner.run(run);
      if (outcome.status !== 'completed' || run.signal.aborted) return outcome;
      const request = run.verify ?? fromSettings(verifier, run);
      if (request === undefined) return outcome;
      return verdict(outcome, request, await verifier.verify(run, request));
    },
  };
}

/** A command's or a git step's own exit code says whether it worked; what changed files, or claims to have, is checked. */
const CHECKED_TYPES: readonly TaskType[] = ['code'];

function fromSettings(verifier: Verifier, run: TaskRun): VerifyRequest | undefined {
  const command = verifier.configured();
  const { type, filesChanged } = run.latest();
  const isWork = CHECKED_TYPES.includes(type) || filesChanged.length > 0;
  return command === undefined || !isWork ? undefined : { command, instructed: true };
}

type Completed = Extract<TaskOutcome, { status: 'completed' }>;

function verdict(
  outcome: Completed,
  { command }: VerifyRequest,
  verification: VerificationOutcome,
): TaskOutcome {
  const { result } = outcome;
  const kept = 'What it changed is kept.';
  if (verification.status === 'stopped') {
    const { reason, error } = verification;
    const message = `The agent reported success, but that was not verified: ${error} ${kept}`;
    return { status: 'failed', reason, errorCode: ERROR_CODES[reason], error: message, result };
  }
  const { passed, exitCode } = verification.verification;
  if (passed) return outcome;
  const how = exitCode === null ? 'was stopped before it ended' : `ended with exit code ${exitCode}`;
  const error = `The agent reported success, but the verification "${command}" ${how}. ${kept} Read its output, put right what it names, then verify again or retry.`;
  return { status: 'failed', reason: 'verification', errorCode: 'verification_failed', error, result };
}

const ERROR_CODES = { denied: 'denied', cancelled: 'cancelled', error: 'verification_not_started' } as const;

function stopped(outcome: CallOutcome<ProgramResult>): VerificationOutcome {
  if (outcome.status === 'completed')
    return { status: 'stopped', reason: 'error', error: 'Nothing was run.' };
  const reason = outcome.status === 'failed' ? 'error' : outcome.status;
  return { status: 'stopped', reason, error: outcome.error.message };
}

function pathsOf({ filesChanged }: AgentTask): string[] {
  return filesChanged.flatMap(({ path, from }) => (from === undefined ? [path] : [path, from]));
}

/** The run, with the verification's own permission, overheard. */
function listen(run: TaskRun, instructed: boolean, heard: HeardOutput): TaskRun {
  const { task, session, earlier, signal } = run;
  return {
    ...{ task, session, earlier, signal, instructed },
    latest: () => run.latest(),
    record: (...events) => run.record(...events),
    ask: (callId, question) => run.ask(callId, question),
    output: (callId, text) => {
      heard.push(callId, text);
      return run.output(callId, text);
    },
  };
}

/** The output as the records have it: without secrets. */
class HeardOutput {
  readonly #hash = createHash('sha256');
  readonly #redacted: RedactedStream | undefined;
  #callId: string | undefined;
  readonly #tail = new TextEnd(TAIL_BYTES);
  #bytes = 0;

  constructor(redacted: RedactedStream | undefined) {
    this.#redacted = redacted;
  }

  push(callId: string, text: string): void {
    this.#callId = callId;
    this.#take(this.#redacted?.push(text) ?? text);
  }

  /** Called once, at the end. */
  summary(): Pick<VerificationRecord, 'outputHash' | 'output' | 'callId'> {
    this.#take(this.#redacted?.end() ?? '');
    const outputHash = this.#hash.digest('hex');
    const output: OutputSummary = {
      ...{ bytes: this.#bytes, tail: this.#tail.text },
      ...(this.#bytes > JOURNAL_BYTES ? { blob: outputHash } : {}),
    };
    return { outputHash, output, ...(this.#callId === undefined ? {} : { callId: this.#callId }) };
  }

  #take(text: string): void {
    if (text === '') return;
    this.#hash.update(text);
    this.#bytes += Buffer.byteLength(text);
    this.#tail.push(text);
  }
}
