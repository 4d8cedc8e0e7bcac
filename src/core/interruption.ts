import type { SessionEvent, TaskEvent } from './events.ts';
import type { ProcessTable } from './ports.ts';
import { type LiveTask, type SessionState, toolCallsOf } from './state.ts';
import { isEndedCall } from './toolCallReducer.ts';

/** Unfinished tasks whose process is provably dead. */
export function orphans(state: SessionState, processes: ProcessTable): readonly LiveTask[] {
  return state.live.filter(live => processes.stateOf(live.owner) === 'dead');
}

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
  return [...closing, interruptedEvent(live)];
}

/** What ends a task whose process is gone. */
export function interruptedEvent(live: LiveTask): TaskEvent {
  const what = live.epoch === null ? 'waited for its turn' : 'ran';
  return {
    type: 'taskFailed',
    data: {
      taskId: live.taskId,
      executionTime: null,
      reason: 'interrupted',
      errorCode: 'interrupted',
      error: `The process in which this task ${what} ended before the task did. What it had done is kept. Retry it when you are ready.`,
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
