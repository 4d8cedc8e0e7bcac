import type { Disposable } from './disposable.ts';
import type { Event } from './event.ts';
import type { SessionEvent, SessionRecord, TaskEvent, VerificationRecord } from './events.ts';
import type { ProcessOwner } from './processOwner.ts';
import type { SessionMetadata, SessionStatus } from './session.ts';
import type { SessionState } from './state.ts';
import type { SessionTally } from './tally.ts';
import type { AgentTask, FailureReason, TaskType } from './task.ts';
import type { Decision, ProcessIdentity, ToolCall } from './toolCall.ts';

/** Time. Never throws. */
export interface Clock {
  now(): Date;
  /** Milliseconds that only grow. */
  monotonic(): number;
  /** Calls `callback` once after `ms`, unless disposed before. Does not keep the process alive. */
  setTimeout(callback: () => void, ms: number): Disposable;
}

/** Randomness. Never throws. */
export interface Ids {
  /** A new lower-case UUID version 4. */
  uuid(): string;
  /** `length` random hex digits. */
  hex(length: number): string;
}

export interface SessionQuery {
  /** 1 to 1,000; 50 by default. */
  readonly limit?: number;
  /** The `nextCursor` of the page before. */
  readonly cursor?: string;
  readonly status?: SessionStatus;
  /** Matches title and task text, letter case ignored; every word must occur. */
  readonly q?: string;
  /** `true`: archived ones too. */
  readonly archived?: boolean;
  /** Only the pinned ones that are not archived, or only the archived ones. */
  readonly only?: 'pinned' | 'archived';
}

/** A file that is no session, or of which no record can be read. */
export interface DamagedFile {
  /** Name within `.coding-agent/sessions`. */
  readonly file: string;
  /** What is wrong, and what to do, in a sentence. */
  readonly problem: string;
}

export interface SessionPage {
  /** By `startTime`, newest first, ties by id. */
  readonly sessions: readonly SessionMetadata[];
  /** Present when there is more. */
  readonly nextCursor?: string;
  /** How many match on all pages together; absent when counting them would cost more than the page. */
  readonly total?: number;
  readonly damaged: readonly DamagedFile[];
}

/** Records that could not be read when a session was opened: the rest of it is intact. */
export interface RecordDamage {
  readonly file: string;
  /** Byte offset in the file. */
  readonly offset: number;
  readonly problem: string;
}

/**
 * Decides what to record, given the newest state, under the append lock. Returning nothing writes nothing; throwing rejects
 * the commit and writes nothing. Asked again, with what is there then, when the files were replaced before it could be written.
 */
export type Decide = (state: SessionState) => readonly SessionEvent[];

/**
 * One open session. `state` is always what the durable records say, those of other processes included (within a second).
 */
export interface SessionLedger extends Disposable {
  readonly state: SessionState;
  readonly damage: readonly RecordDamage[];
  /** Why nothing can be written (a newer format version, say); `null` when it can. */
  readonly readOnly: string | null;
  /**
   * Catches up with other writers, asks `decide`, and resolves with the new records once they are durable. Rejects with what
   * `decide` threw, or with `storage_denied`, `storage_full`, `storage_failed` or `newer_version`: then nothing was recorded.
   * Commits are carried out in the order of the calls.
   */
  commit(decide: Decide, options?: { readonly epoch?: number }): Promise<readonly SessionRecord[]>;
  /**
   * What the agent of a task did, oldest first. Of tasks that ended a while ago this is read from the journal, and what is
   * damaged there is left out.
   */
  toolCalls(taskId: string): Promise<readonly ToolCall[]>;
  /** What the agents of all tasks did, oldest first; for a large session that takes its time. */
  allToolCalls(): Promise<readonly ToolCall[]>;
  /** New records, own and foreign, in order, after `state` has them. */
  readonly onDidAppend: Event<readonly SessionRecord[]>;
}

/** Writes one large output; `finish` makes it a blob named by its content. */
export interface BlobWriter {
  /** How much was written, in UTF-8: of what `write` has resolved or rejected with `storage_full` for. */
  readonly bytes: number;
  /** Resolves when more may be written. Rejects with a storage error; after `storage_full`, writing an empty text tries again. */
  write(text: string): Promise<void>;
  /** Resolves with the SHA-256 of the content, hex, once it is durable. */
  finish(): Promise<string>;
  /** Gives the blob up. Never throws. */
  abandon(): void;
}

/** Where sessions are kept. Every rejection is a `SessionError`. */
export interface SessionStore {
  /** Makes a session whose first records are `events`. Rejects with `conflict` when the id exists. */
  create(sessionId: string, events: readonly SessionEvent[]): Promise<SessionLedger>;
  /** Opens a session, repairing what derived files need. `not_found`, `damaged`, `storage_*`. Each call is one ledger to dispose. */
  open(sessionId: string): Promise<SessionLedger>;
  list(query: SessionQuery): Promise<SessionPage>;
  /** Sessions in the trash, newest deletion first. */
  listTrash(): Promise<readonly SessionMetadata[]>;
  /** Ids of sessions that start with `prefix` (hex digits), for finding the session of a task id. */
  findIds(prefix: string): Promise<readonly string[]>;
  /** The session that holds this task, for ids that do not tell; `undefined` when there is none. */
  findTask(taskId: string): Promise<string | undefined>;
  /** Hands over, one by one, what every session (or every one with an event at or after `since`) contributes to statistics. */
  tallies(take: (tally: SessionTally) => void, since?: Date): Promise<void>;
  /** Moves the session's files to the trash, and back. The ledgers of it stay readable. */
  trash(sessionId: string): Promise<void>;
  restore(sessionId: string): Promise<void>;
  /** Removes for good: one session in the trash, or all of the trash. Resolves with the ids removed. */
  purge(sessionId?: string): Promise<readonly string[]>;
  createBlob(): BlobWriter;
  readBlob(hash: string): Promise<string>;
  /**
   * A session's durable records with numbers above `afterSeq`, in order, in batches as they are read; ends with the newest.
   * What is damaged is left out, and records that an adopted document stands for are not there.
   */
  readRecords(sessionId: string, afterSeq: number): AsyncIterable<readonly SessionRecord[]>;
  /** Sessions came, went or changed on disk by anyone; coalesced. */
  readonly onDidChangeList: Event<void>;
  /** Writes the snapshots and the index that are due and releases everything. Never rejects. */
  close(): Promise<void>;
}

/** Judges the processes behind records. Never throws. */
export interface ProcessTable {
  readonly self: ProcessOwner;
  /** `unknown`: on another host or pid namespace. A pid that was reused is `dead`. */
  stateOf(owner: ProcessOwner): 'alive' | 'dead' | 'unknown';
  /** Ends the process group that this process leads, if it is still the same one; resolves with whether there was one. */
  endGroup(process: ProcessIdentity): Promise<boolean>;
}

/** The chosen session. One that ended after it was chosen is current no more; a person may choose one that had ended before. */
export interface SessionChoice {
  readonly sessionId: string;
  /** The `endTime` (ISO 8601) that it had when it was chosen; absent when it was active. */
  readonly endTime?: string;
}

/** Which session is current for this window, server or user. A failed write is logged, not thrown. */
export interface CurrentSession {
  get(): Promise<SessionChoice | undefined>;
  set(choice: SessionChoice | undefined): Promise<void>;
}

/** The folder that the host serves, and the user's trust in it. */
export interface WorkspaceGate {
  /** The root's real path. */
  readonly root: string;
  /** Rejects with `not_trusted` when nothing may run or be written here. */
  requireTrust(): Promise<void>;
  /** The real path of a directory that tasks may act in; `invalid_input` or `not_trusted` otherwise. */
  resolveWorkingDirectory(path: string | undefined): Promise<string>;
}

/** Proves, with a key in the user's profile, that a person gave a task's text. Never throws. */
export interface Authorship {
  seal(text: string): Promise<string | undefined>;
  isOwn(text: string, seal: string | undefined): Promise<boolean>;
}

/** How a run ended. */
export type TaskOutcome =
  | { readonly status: 'completed'; readonly result: unknown }
  | {
      readonly status: 'failed';
      readonly reason: FailureReason;
      readonly errorCode: string;
      /** What happened, what was kept, what to do next. */
      readonly error: string;
      readonly result?: unknown;
      /** Set by the launcher: the call whose question was open. */
      readonly waitedFor?: string;
    };

/** What a question shows: exactly what would be done, and the SHA-256 (hex) of the bytes that the answer is bound to. */
export interface ApprovalQuestion {
  /** The full command, diff or instruction. */
  readonly subject: string;
  readonly hash: string;
  /** The person answers in words. */
  readonly expects?: 'text';
  /** It can be allowed for this time only: it reaches further than the working directory. */
  readonly onceOnly?: true;
}

/** What a run goes on from: the attempts that waited for an answer when their process ended. */
export interface Continuation {
  /** The newest of them. */
  readonly task: AgentTask;
  /** What they all did, oldest first; without questions that were left open. */
  readonly toolCalls: readonly ToolCall[];
  /** The call whose question is answered now. */
  readonly waited: ToolCall;
  readonly decision: Decision;
}

/** A task that has the run right, as the runner sees it. */
export interface TaskRun {
  readonly task: AgentTask;
  /** The task as its records say now, with what it has done so far. */
  latest(): AgentTask;
  /** Whether the text is the person's own, proven: then an explicit instruction is its own permission. */
  readonly instructed: boolean;
  /** The command that is to verify it, when one was asked for. */
  readonly verify?: VerifyRequest | undefined;
  readonly session: SessionMetadata;
  /** The session's earlier tasks, oldest first. */
  readonly earlier: readonly AgentTask[];
  /** Present when it goes on where an attempt before it stopped: nothing that this one did is done again. */
  readonly continues?: Continuation | undefined;
  /** Aborted when the task is cancelled or the run right is lost; `reason` is a `SessionError`. */
  readonly signal: AbortSignal;
  /** Resolves when the events are durable. Rejects with a storage error, or when the run right is lost. */
  record(...events: readonly TaskEvent[]): Promise<void>;
  /** Streams what a call prints: shown at once, kept soon. Resolves when more may come. */
  output(callId: string, text: string): Promise<void>;
  /**
   * Asks a person, or whoever answers for them; records the question and the answer itself (`approvalRequested`,
   * `approvalDecided`). Resolves with a denial (`by: none`) when nobody can be asked. Rejects when the task is cancelled.
   */
  ask(callId: string, question: ApprovalQuestion): Promise<Decision>;
}

/** Who answers questions. */
export interface ApprovalPolicy {
  /** Whether there is somebody to ask right now. */
  canAsk(): boolean;
  /** Milliseconds after which an unanswered question is denied; `null`: it waits. */
  readonly timeoutMs: number | null;
}

/** Carries tasks out. */
export interface TaskRunner {
  /** What kind of task a text is when nobody says. Pure. */
  typeOf(text: string): TaskType;
  /** Never rejects: whatever goes wrong is an outcome. */
  run(run: TaskRun): Promise<TaskOutcome>;
}

/** A command that verifies a task, and whether a person chose exactly it, proven: then that is its permission. */
export interface VerifyRequest {
  readonly command: string;
  readonly instructed: boolean;
}

/** A command with which the workspace checks itself. */
export interface VerificationCandidate {
  readonly command: string;
  readonly kind: 'test' | 'types' | 'lint';
  /** The file that says so. */
  readonly source: string;
}

/** What came of a verification: evidence, which is on record, or why there is none. */
export type VerificationOutcome =
  | { readonly status: 'recorded'; readonly verification: VerificationRecord }
  | {
      readonly status: 'stopped';
      readonly reason: 'denied' | 'cancelled' | 'error';
      /** What happened, what was kept, what to do next. */
      readonly error: string;
    };

/** Checks what tasks did. */
export interface Verifier {
  /** The command that the user's own settings say; `undefined` when they say none. */
  configured(): string | undefined;
  /** What the workspace itself offers, the tests first. Runs nothing; never rejects. */
  candidates(workingDirectory: string): Promise<readonly VerificationCandidate[]>;
  /**
   * Runs a command as a tool call of the task, and puts the evidence on record. Rejects only when something cannot be recorded
   * or the task was cancelled while it waited for an answer.
   */
  verify(run: TaskRun, request: VerifyRequest): Promise<VerificationOutcome>;
  /** Whether files that the task's evidence covers changed since; `null` when that cannot be told. Never rejects. */
  isStale(task: AgentTask, workingDirectory: string): Promise<boolean | null>;
}
