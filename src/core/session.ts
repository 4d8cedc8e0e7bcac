/** The version of the session format that this code writes. */
export const SCHEMA_VERSION = 1;

export type SessionStatus = 'active' | 'completed' | 'failed';

/** A session as lists and callers see it. Dates are `Date` in process and ISO 8601 UTC in JSON; durations are milliseconds. */
export interface SessionMetadata {
  /** Lower-case UUID version 4. */
  readonly sessionId: string;
  readonly startTime: Date;
  /** Present exactly while `status` is not `active`. */
  readonly endTime?: Date;
  /** Task ids, oldest first. Rows of lists hold the newest 100. */
  readonly tasks: readonly string[];
  /** Plan ids, oldest first. Rows of lists hold the newest 100. */
  readonly plans: readonly string[];
  /** Where tasks act: the root, a folder below it, or one that the user trusted. Absolute. */
  readonly workingDirectory: string;
  /** The root that the host serves and where the files are. Absolute. */
  readonly projectPath: string;
  readonly totalTasks: number;
  readonly completedTasks: number;
  /** Tasks that failed, for whatever reason. */
  readonly failedTasks: number;
  /** Sum of the finished tasks' `executionTime`. */
  readonly totalExecutionTime: number;
  readonly status: SessionStatus;
  readonly schemaVersion: number;
  /** The first task's text until renamed; empty before there is one. */
  readonly title: string;
  /** Who made the session, as the operating system names them; `null` when unknown. */
  readonly author: string | null;
  readonly tags: readonly string[];
  readonly pinned: boolean;
  readonly archived: boolean;
  /** Present when it was made elsewhere and taken in: it can be read, grants nothing, and goes on only as a fork. */
  readonly imported?: SessionImport;
  /** Where its first tasks were copied from. */
  readonly forked?: SessionFork;
  /** Time of the last event. */
  readonly updatedAt: Date;
  /** Sequence number of the last event that this state covers. */
  readonly lastEventSeq: number;
}

/** What a forked session goes on from. */
export interface SessionFork {
  readonly from: string;
  /** The last of the tasks that were copied; `null`: all that had ended. */
  readonly at: string | null;
}

/** What an imported session was made from: an archive of this program, or the history of another agent. */
export const IMPORT_SOURCES = ['archive', 'claude-code', 'codex', 'opencode', 'pi'] as const;

export interface SessionImport {
  readonly from: (typeof IMPORT_SOURCES)[number];
  /** The session's id where it came from. */
  readonly source: string;
  /** SHA-256 of the file that it was read from, hex. */
  readonly hash: string;
}

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Whether `value` is a session id: a lower-case UUID version 4 and nothing else. */
export function isSessionId(value: unknown): value is string {
  return typeof value === 'string' && UUID_V4.test(value);
}
