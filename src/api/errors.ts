import type { ErrorCode } from '../core/errors.ts';

/** Every way in which the API refuses or fails: what the host says, and what only HTTP can get wrong. Public and stable. */
export type ProblemCode =
  | ErrorCode
  | 'unauthorized'
  | 'forbidden'
  | 'host_refused'
  | 'origin_refused'
  | 'method_not_allowed'
  | 'unsupported_media_type'
  | 'too_large'
  | 'timeout'
  | 'idempotency_key_reused'
  | 'too_many_streams'
  | 'internal';

/** The one table of statuses. */
const PROBLEMS: Readonly<Record<ProblemCode, readonly [status: number, title: string]>> = {
  invalid_input: [400, 'Invalid input'],
  not_found: [404, 'Not found'],
  session_ended: [409, 'The session has ended'],
  session_busy: [409, 'The session is busy'],
  task_not_running: [409, 'The task is not running'],
  task_not_finished: [409, 'The task has not ended'],
  not_trusted: [403, 'The folder is not trusted'],
  denied: [403, 'Denied'],
  no_agent: [409, 'No agent can do this'],
  conflict: [409, 'Conflict'],
  undo_conflict: [409, 'Changed since the task'],
  no_checkpoint: [409, 'No checkpoint'],
  checkpoint_pruned: [409, 'Checkpoint pruned'],
  session_imported: [409, 'The session was imported'],
  bad_archive: [422, 'The archive cannot be used'],
  storage_denied: [503, 'No right to write'],
  storage_full: [507, 'The disk is full'],
  storage_failed: [503, 'The disk failed'],
  newer_version: [409, 'Written by a newer version'],
  damaged: [409, 'Damaged'],
  cancelled: [409, 'Cancelled'],
  disposed: [503, 'Closing'],
  unauthorized: [401, 'A token is needed'],
  forbidden: [403, 'The token does not allow this'],
  host_refused: [403, 'Unknown host'],
  origin_refused: [403, 'Foreign origin'],
  method_not_allowed: [405, 'Method not allowed'],
  unsupported_media_type: [415, 'Only JSON is understood'],
  too_large: [413, 'Too large'],
  timeout: [408, 'Too slow'],
  idempotency_key_reused: [422, 'The idempotency key stands for another request'],
  too_many_streams: [503, 'Too many event streams'],
  internal: [500, 'Internal error'],
};

/** What a storage error says names files of this machine that are no client's business: the server's log has it. */
const STORAGE_DETAILS: Readonly<Partial<Record<ProblemCode, string>>> = {
  storage_denied: 'The server may not write there. Nothing was changed. Its log names the file.',
  storage_full: 'The disk of the server is full. Nothing was changed. Try again when there is space.',
  storage_failed: 'The disk of the server failed. Nothing was changed. Its log has more.',
};

/** An answer of `application/problem+json` (RFC 9457). */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  /** The argument that was refused. */
  readonly field?: string;
}

export const problemCodes = Object.keys(PROBLEMS) as ProblemCode[];

/** What the API itself refuses. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ProblemCode;
  readonly field: string | undefined;
  /** Headers that the answer carries besides. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    message: string,
    more: { readonly field?: string; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.code = code;
    this.field = more.field;
    this.headers = more.headers ?? {};
  }
}

export function problem(code: ProblemCode, detail: string, field?: string): Problem {
  const [status, title] = PROBLEMS[code];
  const type = `urn:coding-agent:problem:${code}`;
  return { type, title, status, detail, code, ...(field !== undefined && { field }) };
}

/** The answer to anything that was thrown. What is none of ours tells nothing. */
export function problemOf(error: unknown): Problem {
  if (!isTyped(error))
    return problem('internal', 'Something went wrong that should not. The log of the server has more.');
  const { code, message, field } = error;
  return problem(code, STORAGE_DETAILS[code] ?? message, field);
}

export function statusOf(code: ProblemCode): number {
  return PROBLEMS[code][0];
}

/** By name and code: a bundle has its own copy of the class. */
function isTyped(error: unknown): error is Error & { readonly code: ProblemCode; readonly field?: string } {
  return (
    error instanceof Error &&
    (error.name === 'SessionError' || error.name === 'ApiError') &&
    'code' in error &&
    typeof error.code === 'string' &&
    Object.hasOwn(PROBLEMS, error.code)
  );
}
