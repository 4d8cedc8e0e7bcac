import type { TaskEvent } from './events.ts';
import type { SessionState } from './state.ts';
import type { AgentTask } from './task.ts';
import { closeCalls, reduceToolCallEvent } from './toolCallReducer.ts';

/**
 * What may still happen to a finished task: it is verified again. Its status, times and changes stay what they are; its
 * evidence is renewed. While that goes on the task is `live`, so that it has its turn, its owner and its run right.
 */
export function reduceFinishedTask(
  state: SessionState,
  task: AgentTask,
  event: TaskEvent,
  at: Date,
): SessionState {
  const { taskId } = event.data;
  const live = state.live.find(entry => entry.taskId === taskId);
  if (event.type === 'verificationRequested') {
    if (live !== undefined) return state;
    const { command, seal, owner } = event.data;
    const { verifySeal: _seal, ...rest } = idle(task);
    const asked = { ...rest, verify: command, ...(seal === undefined ? {} : { verifySeal: seal }) };
    return {
      ...put(state, { ...asked, verifying: true, updatedAt: at }),
      live: [...state.live, { taskId, owner, epoch: null }],
    };
  }
  if (live === undefined) return state;
  switch (event.type) {
    case 'verificationStarted': {
      const { owner, epoch } = event.data;
      const others = state.live.filter(entry => entry !== live);
      return {
        ...put(state, { ...task, updatedAt: at }),
        live: [{ taskId, owner, epoch }, ...others],
        epoch,
      };
    }
    case 'verificationRecorded':
      return put(state, { ...task, verification: { ...event.data.verification, at }, updatedAt: at });
    case 'verificationEnded':
      return {
        ...put(state, { ...idle(task), updatedAt: at }),
        live: state.live.filter(entry => entry !== live),
        toolCalls: closeCalls(
          state.toolCalls,
          taskId,
          event.data.reason === 'interrupted' ? 'interrupted' : 'cancelled',
          at,
        ),
      };
    case 'cancelRequested':
      return put(state, { ...task, cancelRequested: true, updatedAt: at });
    case 'taskAwaited':
      return put(state, withAwaiting({ ...task, updatedAt: at }, event.data.awaiting));
    case 'approvalRequested':
    case 'approvalDecided':
      return {
        ...put(
          state,
          withAwaiting({ ...task, updatedAt: at }, event.type === 'approvalRequested' ? 'approval' : null),
        ),
        toolCalls: reduceToolCallEvent(state.toolCalls, event, at),
      };
    case 'toolCallRequested':
    case 'processStarted':
    case 'outputAppended':
    case 'toolCallEnded':
      return { ...state, toolCalls: reduceToolCallEvent(state.toolCalls, event, at) };
    default:
      return state;
  }
}

/** The task with what it waits for, or with nothing. */
export function withAwaiting(task: AgentTask, awaiting: AgentTask['awaiting'] | null): AgentTask {
  const { awaiting: _before, ...rest } = task;
  return awaiting === null || awaiting === undefined ? rest : { ...rest, awaiting };
}

/** Without what only an ongoing verification has: a wish to cancel the task itself is told by its reason. */
function idle(task: AgentTask): AgentTask {
  const { verifying: _verifying, cancelRequested: _cancelled, awaiting: _awaiting, ...rest } = task;
  return rest;
}

function put(state: SessionState, task: AgentTask): SessionState {
  return { ...state, tasks: state.tasks.set(task) };
}
