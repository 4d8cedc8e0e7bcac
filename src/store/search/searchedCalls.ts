import { RecordMap } from '../../core/recordMap.ts';
import type { SessionState } from '../../core/state.ts';
import type { ToolCall } from '../../core/toolCall.ts';
import { decodeLine } from '../journalLine.ts';

const TYPE = Buffer.from('"type":"toolCall');
/** Where the type of a record is, at the latest. */
const HEAD = 256;

/**
 * The calls of a session, what was asked for and what came of it: those of ended tasks are in the journal alone, and are taken
 * from its lines as they go by.
 */
export class SearchedCalls {
  readonly #state: SessionState;
  /** Calls leave the state when the next task starts. */
  readonly #areInState: boolean;
  readonly #calls = new Map<string, ToolCall>();

  constructor(state: SessionState) {
    this.#state = state;
    this.#areInState = state.tasks.size <= 1;
  }

  /** What a call printed bit by bit is passed over. */
  take(line: Buffer): void {
    if (this.#areInState || !line.subarray(0, HEAD).includes(TYPE)) return;
    const decoded = decodeLine(line);
    if (decoded.kind !== 'record') return;
    const { at, event } = decoded.record;
    if (event.type === 'toolCallRequested') {
      const { taskId, callId, stepId, tool, input } = event.data;
      const requestedAt = new Date(at);
      if (!this.#calls.has(callId) && this.#state.tasks.get(taskId) !== undefined)
        this.#calls.set(callId, {
          ...{ id: callId, taskId, stepId, tool, input },
          ...{ status: 'requested', requestedAt },
        });
    } else if (event.type === 'toolCallEnded') {
      const { taskId: _taskId, callId, ...ending } = event.data;
      const call = this.#calls.get(callId);
      if (call !== undefined) this.#calls.set(callId, { ...call, ...ending });
    }
  }

  get(callId: string): ToolCall | undefined {
    return this.#state.toolCalls.get(callId) ?? this.#calls.get(callId);
  }

  /** The state with all calls of the lines that went by. */
  state(): SessionState {
    if (this.#calls.size === 0) return this.#state;
    for (const call of this.#state.toolCalls) this.#calls.set(call.id, call);
    return { ...this.#state, toolCalls: RecordMap.of(this.#calls.values()) };
  }
}
