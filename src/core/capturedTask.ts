import type { Checkpoints } from './checkpoints.ts';
import type { SessionManager } from './sessionManager.ts';
import { type AgentTask, recordedCheckpoints } from './task.ts';
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

export interface CapturedTaskPorts {
  readonly sessions: Pick<SessionManager, 'getTask' | 'getSession'>;
  readonly checkpoints: Pick<Checkpoints, 'isKept'>;
}

/**
 * The task that has the checkpoints: it, or where it is a copy that came without any, the one that it is a copy of, if that is
 * here. Rejects with `not_found`.
 */
export async function capturedTask(
  { sessions, checkpoints }: CapturedTaskPorts,
  taskId: string,
): Promise<CapturedTask> {
  const asked = await sessions.getTask(taskId);
  let found = asked;
  for (let copies = 0; copies < MAX_COPIES; copies++) {
    const { copyOf, checkpoint, id } = found.task;
    if (checkpoint !== null || copyOf === undefined || (await checkpoints.isKept(id))) break;
    const original = await sessions.getTask(copyOf.taskId).catch(() => undefined);
    if (original?.task.sessionId !== copyOf.sessionId) {
      found = asked;
      break;
    }
    found = original;
  }
  const { task, toolCalls } = found;
  const { imported } = await sessions.getSession(task.sessionId);
  const isElsewhere = task.id !== taskId || task.copyOf !== undefined || imported !== undefined;
  return { task: asCaptured(task), toolCalls, isElsewhere };
}

/** A copy has no checkpoints of its own: those of the task that it is a copy of may have come along. */
function asCaptured(task: AgentTask): AgentTask {
  const { before, after } = recordedCheckpoints(task);
  if (task.copyOf === undefined || before === null) return task;
  return { ...task, checkpoint: before, ...(after !== null && { checkpointAfter: after }) };
}
