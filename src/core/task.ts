import type { AgentPlan } from './plan.ts';
import type { ProcessOwner } from './processOwner.ts';
import type { OutputSummary } from './toolCall.ts';

export type TaskType = 'code' | 'git' | 'file' | 'command';
export type TaskStatus = 'pending' | 'running' | 'completed' | 'failed';

/** Why a task failed. `interrupted`: its process died. `verification`: the agent reported success, the check did not. */
export type FailureReason = 'error' | 'cancelled' | 'interrupted' | 'denied' | 'timeout' | 'verification';

/** What a running task waits for; absent while it works. */
export type Awaiting = 'approval' | 'input' | 'storage';

/**
 * Whose words the task's text is. `person`: typed by the user, or sent with a run token: an explicit instruction is its own
 * permission. `foreign`: from a model, another extension, an import: shown in full and asked for.
 */
export type TaskOrigin = 'person' | 'foreign';

export interface FileChange {
  /** Relative to the session's working directory, with `/`. */
  readonly path: string;
  readonly kind: 'added' | 'modified' | 'deleted' | 'renamed';
  /** The former path of a renamed file. */
  readonly from?: string;
  /** SHA-256 of the content before and after, hex; absent where there was no file. */
  readonly before?: string;
  readonly after?: string;
  /** Lines added and removed; absent for binary files. */
  readonly added?: number;
  readonly removed?: number;
  /** Git's mode before and after (`100644`, `100755`: may be run, `120000`: a link), when they differ. */
  readonly mode?: { readonly before: string; readonly after: string };
  /** Somebody else (an editor, another task) was at work on it at the same time: whose the change is cannot be told. */
  readonly shared?: boolean;
}

/** That a task's changes are taken back at present. */
export interface TaskUndone {
  readonly at: Date;
  /** The workspace right before they were: taking the undo back restores from it. */
  readonly checkpoint: string;
}

/** An undo, or the undo of one, that has begun: it is finished or taken back, whatever happens to its process. */
export interface TaskRestore {
  /** Whether the task's changes are being taken back (`true`) or brought back. */
  readonly undone: boolean;
  /** The workspace right before it. */
  readonly checkpoint: string;
  /** Files that were changed since are overwritten. */
  readonly force: boolean;
  readonly owner: ProcessOwner;
}

export interface Usage {
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** US dollars; `null` when the price is unknown. */
  readonly cost: number | null;
}

/** The evidence that a task did what it reported. */
export interface Verification {
  readonly command: string;
  readonly exitCode: number | null;
  /** SHA-256 of the whole output, hex. */
  readonly outputHash: string;
  /** Hash of the tree that the command ran on; `null` where there is none. */
  readonly tree: string | null;
  readonly at: Date;
  readonly passed: boolean;
  /** The tool call that ran it. */
  readonly callId?: string;
  /** The end of the output, and where all of it is when it is large. */
  readonly output?: OutputSummary;
  /** What it proves something about; absent when the task changed no file that can be told. */
  readonly covered?: CoveredFiles;
  /**
   * Whether files that it covered changed since; `null` when that cannot be told. Never recorded: it is found out when a single
   * task is read, and absent elsewhere.
   */
  readonly stale?: boolean | null;
}

/** The content of the files that a task changed, at the moment when the verification began. */
export interface CoveredFiles {
  readonly files: number;
  /** SHA-256 over their paths and contents, hex. */
  readonly hash: string;
}

/** One thing that a person asked for, who carried it out, and what came of it. */
export interface AgentTask {
  /** Opaque. */
  readonly id: string;
  readonly sessionId: string;
  readonly type: TaskType;
  /** The text as it was given. */
  readonly description: string;
  readonly status: TaskStatus;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** What the agent reports; `{summary: string}` at least for the built-in ones. */
  readonly result?: unknown;
  /** The message of a failure: what happened, what was kept, what to do next. */
  readonly error?: string;
  /** The newest version of the plan. */
  readonly plan?: AgentPlan;
  readonly origin: TaskOrigin;
  /** Proof, by the user's own key, that `origin` is true: a record alone grants nothing when its task is run again. */
  readonly seal?: string;
  /** Whether somebody asked for it to be cancelled. */
  readonly cancelRequested?: boolean;
  /** Present exactly while `status` is `failed`. */
  readonly reason?: FailureReason;
  /** Stable code of a failure, such as `no_agent` or `exit_code`. */
  readonly errorCode?: string;
  readonly awaiting?: Awaiting;
  /** The call whose question was all that it waited for when its process ended: answering that goes on from there. */
  readonly waitedFor?: string;
  /** Who was asked for (`auto`, `direct`, ...) until the task starts, then who carries it out. */
  readonly agent: string;
  readonly model: string | null;
  /** The agent's own id of the conversation, when it keeps one: a later task of the session goes on with it. */
  readonly agentSession?: string;
  /** From 1; a retry is a new task whose `retryOf` is the first attempt's id. */
  readonly attempt: number;
  readonly retryOf?: string;
  /** The attempt that it goes on from: a person answered what that one had asked, or a history went on after it was imported. */
  readonly continues?: string;
  readonly startedAt?: Date;
  readonly endedAt?: Date;
  /** Milliseconds on a monotonic clock from start to end; `null` until then and when its process died. */
  readonly executionTime: number | null;
  readonly usage: Usage | null;
  readonly filesChanged: readonly FileChange[];
  /** Hashes of the commits that the task made. */
  readonly commits: readonly string[];
  /** The workspace before the task, in `.coding-agent/checkpoints`; `null` when it was not captured. */
  readonly checkpoint: string | null;
  /** The same after it; absent while it runs, when its process died, and when nothing was captured. */
  readonly checkpointAfter?: string;
  /** Why a checkpoint is missing. */
  readonly checkpointProblem?: string;
  /** Present while its changes are taken back. */
  readonly undone?: TaskUndone;
  /** Present while an undo is at work, and when its process died before it was done. */
  readonly restoring?: TaskRestore;
  /** Whether an agent that cannot ask for permission worked on it. */
  readonly unsupervised: boolean;
  /** The newest evidence. That of an ended task may be renewed: its status stays. */
  readonly verification: Verification | null;
  /** The command that was asked for to verify it. */
  readonly verify?: string;
  /** Proof, by the user's own key, that a person asked for that command. */
  readonly verifySeal?: string;
  /** The task of another session that this record is a copy of: a fork begins with what was done there. */
  readonly copyOf?: CopiedTask;
  /** Whether it is verified again, or waits for its turn to be, after its end. */
  readonly verifying?: boolean;
}

export interface CopiedTask {
  readonly sessionId: string;
  readonly taskId: string;
  /** The checkpoints of the task that was copied, where it had any: what of them is kept can be shown, and never undone here. */
  readonly checkpoint?: string;
  readonly checkpointAfter?: string;
}

/** What the records of a task name as the workspace before and after it; of a copy: around the task that was copied. */
export function recordedCheckpoints({
  copyOf,
  ...task
}: Pick<AgentTask, 'checkpoint' | 'checkpointAfter' | 'copyOf'>): Readonly<
  Record<'before' | 'after', string | null>
> {
  const { checkpoint = null, checkpointAfter = null } = copyOf ?? task;
  return { before: checkpoint, after: checkpointAfter };
}

export const TASK_TYPES: readonly TaskType[] = ['code', 'git', 'file', 'command'];
export const TASK_STATUSES: readonly TaskStatus[] = ['pending', 'running', 'completed', 'failed'];

/** The task as nobody's proven words: what comes from elsewhere is never its own permission. */
export function asForeign(task: AgentTask): AgentTask {
  const { seal: _seal, verifySeal: _verifySeal, ...rest } = task;
  return { ...rest, origin: 'foreign' };
}

/** Whether the task reached its end. */
export function isFinished(task: Pick<AgentTask, 'status'>): boolean {
  return task.status === 'completed' || task.status === 'failed';
}
