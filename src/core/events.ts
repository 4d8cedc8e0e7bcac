import type { AgentPlan, StepStatus } from './plan.ts';
import type { ProcessOwner } from './processOwner.ts';
import type { SessionFork, SessionImport, SessionStatus } from './session.ts';
import type {
  Awaiting,
  FailureReason,
  FileChange,
  TaskOrigin,
  TaskRestore,
  TaskType,
  Usage,
  Verification,
} from './task.ts';
import type { Decision, OutputSummary, ProcessIdentity } from './toolCall.ts';

/**
 * The closed union of what can happen to a session, in the past tense. This is the public journal format: a `type` keeps its
 * meaning for ever, `data` may gain optional fields. Everything here is JSON: times that differ from the record's own `at`
 * are ISO 8601 strings. Readers keep and skip types that they do not know.
 */
export type SessionEvent = SessionLifeEvent | TaskEvent;

/** No data: the type says it all. */
type Empty = Readonly<Record<string, never>>;

export type SessionLifeEvent =
  | {
      readonly type: 'sessionCreated';
      readonly data: {
        readonly sessionId: string;
        readonly title: string;
        readonly workingDirectory: string;
        readonly projectPath: string;
        readonly author: string | null;
        readonly schemaVersion: number;
      };
    }
  /** A file without a journal (seed-style), or one that knew more than its journal, became the opening balance. */
  | {
      readonly type: 'snapshotAdopted';
      readonly data: { readonly document: Readonly<Record<string, unknown>> };
    }
  | { readonly type: 'sessionRenamed'; readonly data: { readonly title: string } }
  | { readonly type: 'sessionTagged'; readonly data: { readonly tags: readonly string[] } }
  | { readonly type: 'sessionPinned'; readonly data: { readonly pinned: boolean } }
  | { readonly type: 'sessionArchived'; readonly data: { readonly archived: boolean } }
  | { readonly type: 'sessionEnded'; readonly data: { readonly status: Exclude<SessionStatus, 'active'> } }
  | { readonly type: 'sessionReopened'; readonly data: Empty }
  | { readonly type: 'sessionDeleted'; readonly data: Empty }
  | { readonly type: 'sessionRestored'; readonly data: Empty }
  /** A person took over from processes that cannot be judged: `epoch` is one more than any before, and those below are void. */
  | { readonly type: 'sessionTakenOver'; readonly data: { readonly epoch: number } }
  /** A repair put this where a record was that could not be read any more; the file as it was is kept beside. */
  | { readonly type: 'recordLost'; readonly data: { readonly problem: string } }
  /** The session was made elsewhere and taken in: no word before this is the person's own, and nobody here runs its tasks. */
  | { readonly type: 'sessionImported'; readonly data: SessionImport }
  /** It begins with copies of another session's tasks, which the record before this one holds. */
  | { readonly type: 'sessionForked'; readonly data: SessionFork };

export type TaskEvent =
  | {
      readonly type: 'taskCreated';
      readonly data: {
        readonly taskId: string;
        readonly taskType: TaskType;
        readonly description: string;
        readonly origin: TaskOrigin;
        readonly agent: string;
        readonly attempt: number;
        readonly retryOf?: string;
        /** The attempt that waited for an answer when its process ended, and that this one goes on from. */
        readonly continues?: string;
        /** Proof, by the user's own key, of `origin`. */
        readonly seal?: string;
        /** The command that is to verify it, and the same proof for that. */
        readonly verify?: string;
        readonly verifySeal?: string;
        /** Who waits for its turn: when that process dies before the start, the task is interrupted. */
        readonly owner: ProcessOwner;
      };
    }
  /** Asks the process that runs the task to stop it. */
  | { readonly type: 'cancelRequested'; readonly data: { readonly taskId: string } }
  /** The run right was taken: `epoch` is one more than any before in this session. */
  | {
      readonly type: 'taskStarted';
      readonly data: { readonly taskId: string; readonly epoch: number; readonly owner: ProcessOwner };
    }
  | {
      readonly type: 'agentSelected';
      readonly data: {
        readonly taskId: string;
        readonly agent: string;
        readonly model: string | null;
        readonly unsupervised?: boolean;
        /** The agent's own id of the conversation, with which it can go on. */
        readonly agentSession?: string;
      };
    }
  | {
      readonly type: 'planCreated' | 'planRevised';
      readonly data: { readonly taskId: string; readonly plan: PlanRecord };
    }
  | {
      readonly type: 'stepChanged';
      readonly data: {
        readonly taskId: string;
        readonly stepId: string;
        readonly status: StepStatus;
        readonly detail?: string;
      };
    }
  | {
      readonly type: 'toolCallRequested';
      readonly data: {
        readonly taskId: string;
        readonly callId: string;
        readonly stepId: string | null;
        readonly tool: string;
        readonly input: Readonly<Record<string, unknown>>;
      };
    }
  /** `subject` is exactly what the person is shown; `hash` (SHA-256, hex) binds the answer to its bytes. */
  | {
      readonly type: 'approvalRequested';
      readonly data: {
        readonly taskId: string;
        readonly callId: string;
        readonly approvalId: string;
        readonly subject: string;
        readonly hash: string;
        /** `text`: a question in words, answered in words; else it is allowed or denied. */
        readonly expects?: 'text';
        /** It can be allowed for this time only. */
        readonly onceOnly?: true;
      };
    }
  | {
      readonly type: 'approvalDecided';
      readonly data: { readonly taskId: string; readonly callId: string; readonly decision: Decision };
    }
  | {
      readonly type: 'processStarted';
      readonly data: { readonly taskId: string; readonly callId: string; readonly process: ProcessIdentity };
    }
  /** Text that a running call printed, coalesced; what exceeds 16 KiB a call goes to its blob only. */
  | {
      readonly type: 'outputAppended';
      readonly data: { readonly taskId: string; readonly callId: string; readonly text: string };
    }
  | {
      readonly type: 'toolCallEnded';
      readonly data: {
        readonly taskId: string;
        readonly callId: string;
        readonly status: 'completed' | 'failed' | 'denied' | 'cancelled' | 'interrupted';
        readonly exitCode?: number | null;
        readonly duration: number | null;
        readonly error?: string;
        readonly output?: OutputSummary;
      };
    }
  | {
      readonly type: 'filesChanged';
      readonly data: {
        readonly taskId: string;
        readonly changes: readonly FileChange[];
        /** What came of the whole task: each change replaces what was known of its path. */
        readonly settled?: boolean;
      };
    }
  /** The workspace was captured, or (`null`) could not be. */
  | {
      readonly type: 'checkpointTaken';
      readonly data: {
        readonly taskId: string;
        readonly moment: 'before' | 'after';
        readonly checkpoint: string | null;
        readonly problem?: string;
      };
    }
  /** Durable before the first file is written: whoever opens the session after a crash knows what to finish. */
  | { readonly type: 'restoreStarted'; readonly data: { readonly taskId: string } & TaskRestore }
  /** A restore gave up: every file is as it was before it. */
  | { readonly type: 'restoreFailed'; readonly data: { readonly taskId: string; readonly error: string } }
  /** A task's changes were taken back (`undone`), or brought back. */
  | {
      readonly type: 'taskUndone';
      readonly data: {
        readonly taskId: string;
        readonly undone: boolean;
        /** The workspace right before. */
        readonly checkpoint: string;
        /** How many files were written, moved or removed. */
        readonly files: number;
      };
    }
  | { readonly type: 'commitMade'; readonly data: { readonly taskId: string; readonly commit: string } }
  | { readonly type: 'usageReported'; readonly data: { readonly taskId: string; readonly usage: Usage } }
  | {
      readonly type: 'taskAwaited';
      readonly data: { readonly taskId: string; readonly awaiting: Awaiting | null };
    }
  | {
      readonly type: 'taskCompleted';
      readonly data: { readonly taskId: string; readonly executionTime: number; readonly result: unknown };
    }
  | {
      readonly type: 'taskFailed';
      readonly data: {
        readonly taskId: string;
        readonly executionTime: number | null;
        readonly reason: FailureReason;
        readonly errorCode: string;
        readonly error: string;
        readonly result?: unknown;
        /** Of an interrupted task: the call whose question was all that it waited for. */
        readonly waitedFor?: string;
      };
    }
  /** Evidence, as the agent's part of the task was done or later; the record's own time says when. */
  | {
      readonly type: 'verificationRecorded';
      readonly data: { readonly taskId: string; readonly verification: VerificationRecord };
    }
  /** A finished task is to be verified again: it waits for its turn as a task does, and its status stays what it is. */
  | {
      readonly type: 'verificationRequested';
      readonly data: {
        readonly taskId: string;
        readonly command: string;
        /** Proof, by the user's own key, that a person asked for this command. */
        readonly seal?: string;
        readonly owner: ProcessOwner;
      };
    }
  /** It took the run right, as `taskStarted` does. */
  | {
      readonly type: 'verificationStarted';
      readonly data: { readonly taskId: string; readonly epoch: number; readonly owner: ProcessOwner };
    }
  /** It gave the run right back. `reason` and `error` say why there is no new evidence. */
  | {
      readonly type: 'verificationEnded';
      readonly data: {
        readonly taskId: string;
        readonly reason?: Exclude<FailureReason, 'verification'>;
        readonly error?: string;
      };
    };

/** Evidence as it is written: its time is that of the record. */
export type VerificationRecord = Omit<Verification, 'at' | 'stale'>;

/** A plan as it is written: steps without times, which the records themselves give. */
export interface PlanRecord extends Pick<AgentPlan, 'id' | 'version'> {
  readonly steps: readonly {
    readonly id: string;
    readonly title: string;
    readonly status: StepStatus;
    readonly detail?: string;
  }[];
}

export type EventType = SessionEvent['type'];

/** An event in its envelope, as the journal holds it. */
export interface SessionRecord {
  /** From 1 without gaps, over all writers. */
  readonly seq: number;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** The writing process. */
  readonly writer: string;
  /** The run right under which it was written. */
  readonly epoch?: number;
  readonly event: SessionEvent | UnknownEvent;
}

/** An event of a type that a newer version wrote: kept, skipped. */
export interface UnknownEvent {
  readonly type: `?${string}`;
  readonly data: unknown;
}
