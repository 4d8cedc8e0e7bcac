import type { TaskEvent } from './events.ts';
import type { AgentTask } from './task.ts';

type RestoreEvent = Extract<TaskEvent, { type: 'restoreStarted' | 'restoreFailed' | 'taskUndone' }>;

export function isRestoreEvent(event: TaskEvent): event is RestoreEvent {
  return event.type === 'restoreStarted' || event.type === 'restoreFailed' || event.type === 'taskUndone';
}

/** A task whose changes are being taken back or brought back, or were, or were not after all. */
export function restoredTask(task: AgentTask, event: RestoreEvent, at: Date): AgentTask {
  const { restoring: _restoring, ...rest } = { ...task, updatedAt: at };
  if (event.type === 'restoreFailed') return rest;
  if (event.type === 'restoreStarted') {
    const { taskId: _taskId, ...restoring } = event.data;
    return { ...rest, restoring };
  }
  const { undone: _undone, ...done } = rest;
  return event.data.undone ? { ...done, undone: { at, checkpoint: event.data.checkpoint } } : done;
}

export function checkpointFields({
  moment,
  checkpoint,
  problem,
}: Extract<TaskEvent, { type: 'checkpointTaken' }>['data']): Partial<AgentTask> {
  const why = problem === undefined ? {} : { checkpointProblem: problem };
  if (moment === 'before') return { checkpoint, ...why };
  return { ...(checkpoint === null ? {} : { checkpointAfter: checkpoint }), ...why };
}
