import { GOES_ON } from './interruption.ts';
import type { ApprovalQuestion, Continuation, SessionLedger, TaskOutcome } from './ports.ts';
import type { SessionState } from './state.ts';
import type { AgentTask } from './task.ts';
import type { Decision, ToolCall } from './toolCall.ts';
import { waitingCall } from './waitingTask.ts';

/** What a task is told of that its process was closed under. */
export const CLOSED =
  'The window, server or command in which the task ran was closed. What it had done is kept.';

/** What an attempt goes on from: all that the attempts before it did, and the answer that they waited for. */
export async function continuationOf(
  ledger: SessionLedger,
  task: AgentTask,
  waited: ToolCall,
  decision: Decision,
): Promise<Continuation> {
  const toolCalls: ToolCall[] = [];
  for (const { id, waitedFor } of attemptsUntil(ledger.state, task))
    toolCalls.push(...(await ledger.toolCalls(id)).filter(call => call.id !== waitedFor));
  return { task, toolCalls, waited, decision };
}

/** The attempts that led to this one by answers, oldest first, it included. */
function attemptsUntil(state: SessionState, task: AgentTask): readonly AgentTask[] {
  const before = task.continues === undefined ? undefined : state.tasks.get(task.continues);
  return before === undefined ? [task] : [...attemptsUntil(state, before), task];
}

/** A task that is stopped while it only waits for an answer can go on from there later. */
export function withQuestion(outcome: TaskOutcome, state: SessionState, taskId: string): TaskOutcome {
  if (outcome.status !== 'failed' || outcome.reason !== 'interrupted') return outcome;
  const waitedFor = waitingCall(state, taskId)?.id;
  return waitedFor === undefined ? outcome : { ...outcome, waitedFor, error: `${CLOSED} ${GOES_ON}` };
}

/** An answer that a person gave before the task went on. It holds for exactly what they were shown, by the same tool, once. */
export class GivenAnswer {
  #continues: Continuation | undefined;

  constructor(continues: Continuation | undefined) {
    this.#continues = continues;
  }

  take(call: ToolCall | undefined, question: ApprovalQuestion): Decision | undefined {
    const { waited, decision } = this.#continues ?? {};
    const isSame =
      waited !== undefined &&
      waited.tool === call?.tool &&
      waited.hash === question.hash &&
      waited.expects === question.expects;
    if (!isSame) return undefined;
    this.#continues = undefined;
    return decision;
  }
}
