import type { AgentTask } from './task.ts';
import type { ToolCall } from './toolCall.ts';

/** A task with what its agent did. */
export interface TaskDetails {
  readonly task: AgentTask;
  readonly toolCalls: readonly ToolCall[];
  /** What it asked when its process ended, while an answer still goes on from there. */
  readonly offered?: ToolCall | undefined;
}
