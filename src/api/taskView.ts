import { type PublicTask, publicTask } from '../core/publicTask.ts';
import type { SessionStats } from '../core/stats.ts';
import type { TaskDetails } from '../core/taskRegistry.ts';
import type { ToolCall } from '../core/toolCall.ts';

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

export interface TaskView extends PublicTask {
  readonly toolCalls: readonly ToolCall[];
  readonly approvals: readonly OpenQuestion[];
}

export interface TaskIds {
  readonly sessionId: string;
  readonly taskId: string;
}

/** What executing a task answers with. */
export interface Executed extends TaskIds {
  readonly task: PublicTask;
  readonly stats: SessionStats;
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
