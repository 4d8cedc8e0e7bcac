/** How a permission came about. `instruction`: the person's own words; `flag`: `--yes`; `rule`: the user's profile; `none`: nobody to ask. */
export type DecidedBy = 'instruction' | 'person' | 'flag' | 'rule' | 'none';

export interface Decision {
  readonly allowed: boolean;
  readonly by: DecidedBy;
  /** How long it holds: this call, this session, or for exactly this command. */
  readonly scope: 'once' | 'session' | 'exact';
  /** Why it was denied, in the person's words; goes back to the agent. */
  readonly reason?: string;
  /** What the person answered to a question that expects a text. */
  readonly text?: string;
}

/** How much of an output's end a record keeps. */
export const TAIL_BYTES = 2048;

/** Where an output is: its end here, all of it in `blobs/` when it is large. */
export interface OutputSummary {
  /** Bytes of the whole output, as UTF-8. */
  readonly bytes: number;
  /** At most the last 2 KiB. */
  readonly tail: string;
  /** SHA-256 of the whole output, hex, when it is in `blobs/`. */
  readonly blob?: string;
}

export type ToolCallStatus =
  | 'requested'
  | 'awaiting_approval'
  | 'running'
  | 'completed'
  | 'failed'
  | 'denied'
  | 'cancelled'
  | 'interrupted';

/** One action of an agent: what it wanted, who allowed it, what came of it. Every call ends with exactly one result. */
export interface ToolCall {
  readonly id: string;
  readonly taskId: string;
  /** The plan step that it belongs to. */
  readonly stepId: string | null;
  /** `run_command`, `write_file`, ... */
  readonly tool: string;
  /** The arguments, cut to 2 KiB of JSON for records that keep them. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly status: ToolCallStatus;
  readonly requestedAt: Date;
  readonly endedAt?: Date;
  readonly decision?: Decision;
  /** The open question while `awaiting_approval`, or the one that was open when its process ended. */
  readonly approvalId?: string;
  /** What that question shows, in full: whoever opens the session can answer it. */
  readonly subject?: string;
  /** The SHA-256 (hex) of the bytes that the answer is bound to. */
  readonly hash?: string;
  /** `text`: the question is answered in words; else it is allowed or denied. */
  readonly expects?: 'text';
  /** It can be allowed for this time only. */
  readonly onceOnly?: true;
  readonly exitCode?: number | null;
  /** Milliseconds on a monotonic clock. */
  readonly duration?: number | null;
  readonly error?: string;
  readonly output?: OutputSummary;
  /** The process group that a command runs in, recorded before the command acts. */
  readonly process?: ProcessIdentity;
}

/** A process, told apart from a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start time as the operating system gives it, opaque; `null` where it gives none. */
  readonly start: string | null;
}
