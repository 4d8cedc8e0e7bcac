import type { ModelMessage } from 'ai';
import type { Continuation } from '../../core/ports.ts';
import type { ToolCall } from '../../core/toolCall.ts';
import { isWholeInput } from '../recordable.ts';
import type { ReplyCall } from './modelReply.ts';

/** Calls of ours that no model made. */
const NOT_BY_MODEL = new Set(['instructions', 'start_agent']);

/**
 * The conversation of a task that goes on, as far as its records have it: what the model said and did, and what came of it. What
 * it read is not in the records: it reads again what it still needs.
 */
export function restoredMessages(calls: readonly ToolCall[]): ModelMessage[] {
  const byModel = calls.filter(call => call.endedAt !== undefined && !NOT_BY_MODEL.has(call.tool));
  // What is read before the first step, the loop reads by itself.
  return byModel.filter(call => call.tool !== 'read_file' || call.stepId !== null).flatMap(messagesOf);
}

/** The call that waited, when the records have all of it; else it is for the model to make it again. */
export function pendingCall({ waited }: Continuation): ReplyCall | undefined {
  const { id, tool, input } = waited;
  if (NOT_BY_MODEL.has(tool) || !isWholeInput(input)) return undefined;
  return { id, name: tool, input, problem: undefined };
}

/** The pending call as the model made it. */
export function callMessage({ id, name, input }: ReplyCall): ModelMessage {
  return {
    role: 'assistant',
    content: [{ type: 'tool-call', toolCallId: id, toolName: name, input }],
  };
}

/** What a model is told whose pending call cannot be carried out from the records. */
export const ASK_AGAIN =
  'You were interrupted while the person was asked about your next call, and go on now. The call was not carried out, and it is not ' +
  'kept in full: make it again if you still want it.';

function messagesOf(call: ToolCall): ModelMessage[] {
  const { id, tool, input, output } = call;
  if (tool === 'message') {
    const text = output?.tail ?? '';
    return text.trim() === '' ? [] : [{ role: 'assistant', content: text }];
  }
  return [
    callMessage({ id, name: tool, input, problem: undefined }),
    {
      role: 'tool',
      content: [
        {
          type: 'tool-result',
          toolCallId: id,
          toolName: tool,
          output: { type: 'text', value: resultOf(call) },
        },
      ],
    },
  ];
}

function resultOf({ status, tool, output, exitCode, error, decision }: ToolCall): string {
  if (status !== 'completed' && tool !== 'run_command') return error ?? `It was ${status}.`;
  switch (tool) {
    case 'run_command':
      return [output?.tail ?? '', exitCode === undefined ? (error ?? '') : `[exit ${String(exitCode)}]`].join(
        '\n',
      );
    case 'ask_user':
      return decision?.text === undefined ? 'Nobody answered.' : `The person answered: ${decision.text}`;
    case 'write_file':
    case 'edit_file':
    case 'move_file':
    case 'delete_file':
      return 'Done.';
    default:
      return '[You were interrupted since, and what this gave is not kept. Call it again if you need it.]';
  }
}
