import type { SessionState } from './state.ts';
import { toolCallsOf } from './state.ts';
import type { AgentTask } from './task.ts';
import type { ToolCall } from './toolCall.ts';
import { isEndedCall } from './toolCallReducer.ts';

/** A question that waits for a person, and the task that asks or asked it. */
export interface OpenQuestion {
  readonly task: AgentTask;
  readonly call: ToolCall;
}

/** The call that stands for an external agent's process: it acts by calls of its own. */
const CARRIER = 'start_agent';

/** The call whose answer a task waits for while nothing else of it is in flight: from there it can go on later. */
export function waitingCall(state: SessionState, taskId: string): ToolCall | undefined {
  const open = toolCallsOf(state, taskId).filter(call => !isEndedCall(call));
  const [waiting, ...others] = open.filter(call => call.status === 'awaiting_approval');
  const isAtWork = open.some(call => call.status === 'running' && call.tool !== CARRIER);
  return others.length > 0 || isAtWork ? undefined : waiting;
}

/**
 * What a session asks a person: the question of the task at work; or the one that its newest task waited for when its process
 * ended, as long as nothing else was begun since. Answering the latter goes on where that task stopped.
 */
export function openQuestion(state: SessionState): OpenQuestion | undefined {
  return liveQuestion(state) ?? offeredQuestion(state);
}

/** The question that is left of a task which ended with its process. */
export function offeredQuestion(state: SessionState): OpenQuestion | undefined {
  const { status, imported } = state.metadata;
  const isOpen = status === 'active' && !state.deleted && imported === undefined;
  if (!isOpen || state.live.length > 0) return undefined;
  const [task] = state.tasks.newestFirst();
  const call = task?.waitedFor === undefined ? undefined : state.toolCalls.get(task.waitedFor);
  return task === undefined || call?.approvalId === undefined ? undefined : { task, call };
}

/** Only the task at work can ask, and its calls are the newest. */
function liveQuestion(state: SessionState): OpenQuestion | undefined {
  const running = state.live.find(live => live.epoch !== null)?.taskId;
  const task = running === undefined ? undefined : state.tasks.get(running);
  if (task === undefined) return undefined;
  for (const call of state.toolCalls.newestFirst()) {
    if (call.taskId !== task.id) return undefined;
    if (call.status === 'awaiting_approval' && call.approvalId !== undefined) return { task, call };
  }
  return undefined;
}
