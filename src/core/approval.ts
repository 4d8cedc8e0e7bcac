import { SessionError } from './errors.ts';
import type { TaskEvent } from './events.ts';
import type { ApprovalPolicy, ApprovalQuestion, Clock, Ids, SessionLedger } from './ports.ts';
import type { TaskRecorder } from './taskRecorder.ts';
import type { Decision } from './toolCall.ts';

export interface ApprovalOptions {
  readonly ledger: SessionLedger;
  readonly recorder: TaskRecorder;
  readonly taskId: string;
  readonly callId: string;
  readonly policy: ApprovalPolicy;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly signal: AbortSignal;
  /** What a person answered already to exactly this question, before the task went on. */
  readonly given?: Decision | undefined;
}

/** Puts a question on record and waits until somebody, in this process or another, has put the answer there. */
export async function askForApproval(
  options: ApprovalOptions,
  question: ApprovalQuestion,
): Promise<Decision> {
  const { recorder, taskId, callId, policy, ids } = options;
  const approvalId = `approval-${ids.hex(16)}`;
  const asked: TaskEvent = { type: 'approvalRequested', data: { taskId, callId, approvalId, ...question } };
  if (options.given !== undefined) {
    const decided = { taskId, callId, decision: options.given };
    await recorder.record(asked, { type: 'approvalDecided', data: decided });
    return options.given;
  }
  await recorder.record(asked);
  if (!policy.canAsk()) return deny(options, 'Nobody can be asked here.');
  const answer = await waitForDecision(options);
  return answer ?? deny(options, 'Nobody answered in time.');
}

async function deny({ recorder, taskId, callId }: ApprovalOptions, reason: string): Promise<Decision> {
  const decision: Decision = { allowed: false, by: 'none', scope: 'once', reason };
  await recorder.record({ type: 'approvalDecided', data: { taskId, callId, decision } });
  return decision;
}

/** The decision once it is recorded; `undefined` when the time is up. Rejects when the task is cancelled. */
function waitForDecision({
  ledger,
  callId,
  policy,
  clock,
  signal,
}: ApprovalOptions): Promise<Decision | undefined> {
  return new Promise((resolve, reject) => {
    const check = (): void => {
      const decision = ledger.state.toolCalls.get(callId)?.decision;
      if (decision !== undefined)
        settle(() => {
          resolve(decision);
        });
    };
    const abort = (): void => {
      settle(() => {
        reject(new SessionError('cancelled', 'The task was cancelled while it waited for an answer.'));
      });
    };
    const subscription = ledger.onDidAppend(check);
    const timer =
      policy.timeoutMs === null
        ? undefined
        : clock.setTimeout(() => {
            settle(() => {
              resolve(undefined);
            });
          }, policy.timeoutMs);
    const settle = (how: () => void): void => {
      subscription.dispose();
      timer?.dispose();
      signal.removeEventListener('abort', abort);
      how();
    };
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    else check();
  });
}
