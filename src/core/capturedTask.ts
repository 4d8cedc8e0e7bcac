import type { SessionManager } from './sessionManager.ts';
import type { AgentTask } from './task.ts';
import type { ToolCall } from './toolCall.ts';

/** Why the contents of a task that was done elsewhere are not known. */
export const NOT_HERE =
  'This was done elsewhere, and its checkpoints did not come along. Export the session there with them, and import it again.';
export const NOT_ENDED =
  'This was done elsewhere, and the workspace was not captured after it: only which files changed is known.';

/** Forks of forks are followed so far: what an imported record says may lead in a circle. */
const MAX_COPIES = 20;

export interface CapturedTask {
  readonly task: AgentTask;
  readonly toolCalls: readonly ToolCall[];
  /** Whether it was done in another session or on another machine: what is in the folder now says nothing about it. */
  readonly isElsewhere: boolean;
}

/** The task that has the checkpoints: it, or the one that it is a copy of, where that is here. Rejects with `not_found`. */
export async function capturedTask(
  sessions: Pick<SessionManager, 'getTask' | 'getSession'>,
  taskId: string,
): Promise<CapturedTask> {
  const asked = await sessions.getTask(taskId);
  let found = asked;
  for (let copies = 0; copies < MAX_COPIES && found.task.checkpoint === null; copies++) {
    const { copyOf } = found.task;
    const original = copyOf && (await sessions.getTask(copyOf.taskId).catch(() => undefined));
    if (original === undefined || original.task.sessionId !== copyOf?.sessionId) break;
    found = original;
  }
  const { task, toolCalls } = found.task.checkpoint === null ? asked : found;
  const { imported } = await sessions.getSession(task.sessionId);
  return { task, toolCalls, isElsewhere: task.id !== taskId || imported !== undefined };
}
