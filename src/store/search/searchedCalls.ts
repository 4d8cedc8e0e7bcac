import { RecordMap } from '../../core/recordMap.ts';
import type { SessionState } from '../../core/state.ts';
import type { ToolCall } from '../../core/toolCall.ts';
import { decodeLine } from '../journalLine.ts';
import { scanLines } from '../lineScanner.ts';
import type { SegmentFiles } from '../segmentFiles.ts';

const TYPE = Buffer.from('"type":"toolCall');
/** Where the type of a record is, at the latest. */
const HEAD = 256;

/**
 * The state with the calls of ended tasks, which are in the journal alone: what was asked for, and what came of it. What they
 * printed bit by bit is passed over. Yields between the records.
 */
export function* withEndedCalls(state: SessionState, segments: SegmentFiles): Generator<void, SessionState> {
  const calls = new Map<string, ToolCall>();
  for (let segment = segments.after(0); segment !== undefined; segment = segments.after(segment)) {
    const read = (buffer: Uint8Array, at: number): number => segments.read(segment, buffer, at);
    for (const { bytes } of scanLines(read, 0, segments.size(segment))) {
      if (bytes.subarray(0, HEAD).includes(TYPE)) take(bytes, calls);
      yield;
    }
  }
  for (const call of state.toolCalls) calls.set(call.id, call);
  const known = [...calls.values()].filter(call => state.tasks.get(call.taskId) !== undefined);
  return { ...state, toolCalls: RecordMap.of(known) };
}

function take(line: Buffer, calls: Map<string, ToolCall>): void {
  const decoded = decodeLine(line);
  if (decoded.kind !== 'record') return;
  const { at, event } = decoded.record;
  if (event.type === 'toolCallRequested') {
    const { taskId, callId, stepId, tool, input } = event.data;
    const requestedAt = new Date(at);
    if (!calls.has(callId))
      calls.set(callId, { id: callId, taskId, stepId, tool, input, status: 'requested', requestedAt });
  } else if (event.type === 'toolCallEnded') {
    const { taskId: _taskId, callId, ...ending } = event.data;
    const call = calls.get(callId);
    if (call !== undefined) calls.set(callId, { ...call, ...ending });
  }
}
