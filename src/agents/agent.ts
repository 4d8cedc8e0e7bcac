import type { TaskOutcome, TaskRun } from '../core/ports.ts';
import type { Permissions } from './permissions.ts';
import type { ToolCalls } from './toolCalls.ts';
import type { ToolEnvironment } from './tools/tool.ts';

/** What an agent gets to carry out one task. Every action goes through `calls`. */
export interface AgentRun {
  readonly run: TaskRun;
  readonly calls: ToolCalls;
  readonly permissions: Permissions;
  readonly environment: ToolEnvironment;
}

/** Somebody who carries tasks out. */
export interface Agent {
  /** `direct`, `model`, `acp:NAME`. */
  readonly name: string;
  /** The model that it works with, when it has one. */
  readonly model: string | null;
  /** Whether it works without asking for permission; then the task is marked. */
  readonly isUnsupervised: boolean;
  /** Why it cannot do this, in a sentence; `undefined` when it can. Quick, acts on nothing, never throws. */
  refusal(text: string): string | undefined;
  /**
   * Carries the task out. Failures are outcomes: it rejects only with a `SessionError`, when something cannot be recorded or
   * the task was cancelled while it waited. When it resolves, nothing of it runs any more.
   */
  carryOut(run: AgentRun): Promise<TaskOutcome>;
}
