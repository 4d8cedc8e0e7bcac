import { type PublicTask, publicTask } from './publicTask.ts';
import type { TaskDetails } from './taskDetails.ts';
import type { ToolCall } from './toolCall.ts';

/** What a waiting task asks. */
export interface OpenQuestion {
  readonly approvalId: string;
  readonly callId: string;
  readonly tool: string;
  readonly subject: string;
  readonly hash: string;
  /** `text`: answered in words, else allowed or denied. */
  readonly expects?: 'text';
  /** It can be allowed for this time only. */
  readonly onceOnly?: true;
}

/** A single task as programs are shown it: with what its agent did, and what it waits for. */
export interface TaskView extends PublicTask {
  readonly toolCalls: readonly ToolCall[];
  readonly approvals: readonly OpenQuestion[];
}

export function taskView({ task, toolCalls, offered }: TaskDetails): TaskView {
  const open = toolCalls.filter(call => call.status === 'awaiting_approval' || call.id === offered?.id);
  return { ...publicTask(task), toolCalls, approvals: open.flatMap(openQuestion) };
}

function openQuestion(call: ToolCall): OpenQuestion[] {
  const { id, tool, approvalId, subject, hash, expects, onceOnly } = call;
  if (approvalId === undefined) return [];
  const answer = { ...(expects && { expects }), ...(onceOnly && { onceOnly }) };
  return [{ approvalId, callId: id, tool, subject: subject ?? '', hash: hash ?? '', ...answer }];
}
