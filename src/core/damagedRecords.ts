import type { AgentPlan } from './plan.ts';
import { type AgentTask, isFinished } from './task.ts';
import { blankTask } from './taskReducer.ts';

const PROBLEM =
  'What was recorded of this task is damaged and cannot be read again. The other tasks of the session are unharmed.';

/** What stands for a task that ended, and of which nothing or only the beginning can be read. */
export function damagedTask(
  id: string,
  known: AgentTask | undefined,
  sessionId: string,
  at: Date,
): AgentTask {
  if (known !== undefined && isFinished(known)) return known;
  const task = known ?? blankTask(id, sessionId, at);
  return { ...task, status: 'failed', reason: 'error', errorCode: 'damaged', error: PROBLEM };
}

/** What stands for a plan of which nothing can be read. */
export function damagedPlan(id: string, known: AgentPlan | undefined, sessionId: string): AgentPlan {
  return known ?? { id, taskId: '', sessionId, version: 1, steps: [] };
}
