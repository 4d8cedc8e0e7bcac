import type { AgentPlan } from './plan.ts';
import type { AgentTask } from './task.ts';
import { blankTask } from './taskReducer.ts';
import type { ToolCall } from './toolCall.ts';

const PROBLEM =
  'What was recorded of this task is damaged and cannot be read again. The other tasks of the session are unharmed.';
const PLAN_PROBLEM = 'What was recorded of this plan is damaged and cannot be read again.';
const CALL_PROBLEM = 'What was recorded of this call is damaged and cannot be read again.';

/** What stands for a task that ended, and of which nothing or only the beginning can be read. */
export function damagedTask(
  id: string,
  known: AgentTask | undefined,
  sessionId: string,
  at: Date,
): AgentTask {
  const task = known ?? blankTask(id, sessionId, at);
  return { ...task, status: 'failed', reason: 'error', errorCode: 'damaged', error: PROBLEM };
}

/** What stands for a plan of which nothing can be read; its task is not known either. */
export function damagedPlan(id: string, sessionId: string): AgentPlan {
  const step = { id: 'damaged', title: PLAN_PROBLEM, status: 'failed' } as const;
  return { id, taskId: '', sessionId, version: 1, steps: [step] };
}

/** What stands for a call that has its result, and of which nothing or only the beginning can be read. */
export function damagedCall(id: string, known: ToolCall | undefined, taskId: string, at: Date): ToolCall {
  const call = known ?? { id, taskId, stepId: null, tool: 'damaged', input: {}, requestedAt: at };
  return { ...call, status: 'failed', endedAt: at, duration: null, error: CALL_PROBLEM };
}
