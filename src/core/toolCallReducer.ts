import type { TaskEvent } from './events.ts';
import { RecordMap } from './recordMap.ts';
import { byteLength, lastBytes } from './text.ts';
import { TAIL_BYTES, type ToolCall } from './toolCall.ts';

const ENDED = new Set<ToolCall['status']>(['completed', 'failed', 'denied', 'cancelled', 'interrupted']);

/** Whether the call has its one result. */
export function isEndedCall(call: ToolCall): boolean {
  return ENDED.has(call.status);
}

type ToolCallEvent = Extract<
  TaskEvent,
  {
    type:
      | 'toolCallRequested'
      | 'approvalRequested'
      | 'approvalDecided'
      | 'processStarted'
      | 'outputAppended'
      | 'toolCallEnded'
      | 'taskCompleted'
      | 'taskFailed';
  }
>;

/** The calls after one more event. A call that has its result never changes. */
export function reduceToolCallEvent(
  calls: RecordMap<ToolCall>,
  event: ToolCallEvent,
  at: Date,
): RecordMap<ToolCall> {
  if (event.type === 'taskCompleted' || event.type === 'taskFailed') {
    const interrupted = event.type === 'taskFailed' && event.data.reason === 'interrupted';
    const status = interrupted ? 'interrupted' : 'cancelled';
    return closeCalls(calls, event.data.taskId, status, at, { keepsQuestion: interrupted });
  }
  if (event.type === 'toolCallRequested') {
    const { taskId, callId, stepId, tool, input } = event.data;
    if (calls.get(callId) !== undefined) return calls;
    return calls.set({ id: callId, taskId, stepId, tool, input, status: 'requested', requestedAt: at });
  }
  const call = calls.get(event.data.callId);
  if (call === undefined || isEndedCall(call)) return calls;
  return calls.set(changeCall(call, event, at));
}

/** The calls without those of tasks that ended: a task that starts makes room. */
export function withoutEnded(
  calls: RecordMap<ToolCall>,
  isFinished: (taskId: string) => boolean,
): RecordMap<ToolCall> {
  const kept = [...calls].filter(call => !isFinished(call.taskId));
  return kept.length === calls.size ? calls : RecordMap.of(kept);
}

function changeCall(
  call: ToolCall,
  event: Exclude<ToolCallEvent, { type: 'toolCallRequested' | 'taskCompleted' | 'taskFailed' }>,
  at: Date,
): ToolCall {
  switch (event.type) {
    case 'approvalRequested': {
      // An answer is bound to what was shown: it is none to another question about the same call.
      const { decision: _decision, ...asked } = withoutQuestion(call);
      return {
        ...asked,
        status: 'awaiting_approval',
        approvalId: event.data.approvalId,
        subject: event.data.subject,
        hash: event.data.hash,
        ...(event.data.expects && { expects: event.data.expects }),
        ...(event.data.onceOnly && { onceOnly: event.data.onceOnly }),
      };
    }
    case 'approvalDecided': {
      const { decision } = event.data;
      return { ...withoutQuestion(call), decision, status: decision.allowed ? 'running' : 'requested' };
    }
    case 'processStarted':
      return { ...call, process: event.data.process };
    case 'outputAppended':
      return { ...call, output: appendOutput(call.output, event.data.text) };
    case 'toolCallEnded': {
      const { taskId: _taskId, callId: _callId, ...ending } = event.data;
      // What was asked is still told: a person may answer later, and another attempt goes on.
      const rest = ending.status === 'interrupted' ? call : withoutQuestion(call);
      return { ...rest, ...ending, endedAt: at };
    }
  }
}

function withoutQuestion(call: ToolCall): ToolCall {
  const {
    approvalId: _id,
    subject: _subject,
    hash: _hash,
    expects: _expects,
    onceOnly: _once,
    ...rest
  } = call;
  return rest;
}

function appendOutput(output: ToolCall['output'], text: string): NonNullable<ToolCall['output']> {
  return {
    bytes: (output?.bytes ?? 0) + byteLength(text),
    tail: lastBytes((output?.tail ?? '') + text, TAIL_BYTES),
  };
}

/** What ends leaves no call open. */
export function closeCalls(
  calls: RecordMap<ToolCall>,
  taskId: string,
  status: 'interrupted' | 'cancelled',
  at: Date,
  { keepsQuestion = false } = {},
): RecordMap<ToolCall> {
  let next = calls;
  for (const call of calls.newestFirst()) {
    if (call.taskId !== taskId) break;
    if (!isEndedCall(call)) {
      const rest = keepsQuestion ? call : withoutQuestion(call);
      next = next.set({ ...rest, status, endedAt: at, duration: null });
    }
  }
  return next;
}
