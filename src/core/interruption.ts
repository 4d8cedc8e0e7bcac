import type { SessionEvent, TaskEvent } from './events.ts';
import type { ProcessTable } from './ports.ts';
import { type LiveTask, type SessionState, toolCallsOf } from './state.ts';
import { isFinished } from './task.ts';
import { waitingCall } from './waitingTask.ts';
import { isEndedCall } from './toolCallReducer.ts';

/** Unfinished tasks whose process is provably dead. */
export function orphans(state: SessionState, processes: ProcessTable): readonly LiveTask[] {
  return state.live.filter(live => processes.stateOf(live.owner) === 'dead');
}

/** How a task goes on that waited for an answer only. */
export const GOES_ON = 'It waited for your answer only: give it, and the task goes on from there.';

/** What closes a task whose process is gone: one result for every open call, then the task itself. Nothing runs again by itself. */
export function interruption(state: SessionState, live: LiveTask): readonly SessionEvent[] {
  const calls = toolCallsOf(state, live.taskId).filter(call => !isEndedCall(call));
  const closing = calls.map((call): TaskEvent => ({
    type: 'toolCallEnded',
    data: {
      taskId: live.taskId,
      callId: call.id,
      status: 'interrupted',
      duration: null,
      ...(call.output && { output: call.output }),
    },
  }));
  return [...closing, interruptedEvent(state, live, waitingCall(state, live.taskId)?.id)];
}

function checkInterrupted({ taskId }: LiveTask): TaskEvent {
  const error =
    'The process that verified this task ended before the command did. What it had printed is kept. Verify it again when you are ready.';
  return { type: 'verificationEnded', data: { taskId, reason: 'interrupted', error } };
}

/** What ends a task, or its verification, whose process is gone; `waitedFor`: the call whose answer was all that it waited for. */
export function interruptedEvent(state: SessionState, live: LiveTask, waitedFor?: string): TaskEvent {
  const task = state.tasks.get(live.taskId);
  if (task !== undefined && isFinished(task)) return checkInterrupted(live);
  const what = live.epoch === null ? 'waited for its turn' : 'ran';
  const next = waitedFor === undefined ? 'Retry it when you are ready.' : GOES_ON;
  return {
    type: 'taskFailed',
    data: {
      taskId: live.taskId,
      executionTime: null,
      reason: 'interrupted',
      errorCode: 'interrupted',
      error: `The process in which this task ${what} ended before the task did. What it had done is kept. ${next}`,
      ...(waitedFor !== undefined && { waitedFor }),
    },
  };
}

/** Ends the process groups of commands that outlived the process which started them. */
export async function endOrphanedProcesses(
  state: SessionState,
  gone: readonly LiveTask[],
  processes: ProcessTable,
): Promise<void> {
  const calls = gone.flatMap(live => toolCallsOf(state, live.taskId)).filter(call => !isEndedCall(call));
  await Promise.all(calls.map(async call => call.process && processes.endGroup(call.process)));
}
