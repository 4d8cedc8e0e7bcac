/**
 * Every way in which the ledger refuses or fails, as a stable code. Codes are public: HTTP answers carry them, the CLI
 * derives its exit code from them, and they never change meaning.
 *
 * - `invalid_input`: an argument is malformed or out of range; `field` names it. Nothing was changed.
 * - `not_found`: no session or task with that id. `session_ended`: ended twice. `session_busy`: another task runs and the
 *   caller would not wait. `task_not_running`, `task_not_finished`: the task's state does not allow this.
 * - `not_trusted`: the folder is not trusted. `denied`: a permission was refused. `no_agent`: nobody can do the task.
 * - `undo_conflict`: files were changed since the task, or it cannot be told who changed them; nothing was changed.
 *   `no_checkpoint`: the workspace was not captured around the task, so there is nothing to go back to.
 *   `checkpoint_pruned`: it was, and that is not kept any more.
 * - `conflict`: another writer changed it first.
 * - `session_imported`: the session was made elsewhere, so it can be read and forked, not continued.
 * - `bad_archive`: a file to import is not what it should be, cut off or harmful. Nothing was changed.
 * - `storage_denied` (no right, read-only), `storage_full`, `storage_failed` (I/O): nothing was acknowledged.
 * - `newer_version`: written by a newer version, opened read-only. `damaged`: no record can be read.
 * - `cancelled`: the caller gave up. `disposed`: the host was closed.
 */
export type ErrorCode =
  | 'invalid_input'
  | 'not_found'
  | 'session_ended'
  | 'session_busy'
  | 'task_not_running'
  | 'task_not_finished'
  | 'not_trusted'
  | 'denied'
  | 'no_agent'
  | 'conflict'
  | 'undo_conflict'
  | 'no_checkpoint'
  | 'checkpoint_pruned'
  | 'session_imported'
  | 'bad_archive'
  | 'storage_denied'
  | 'storage_full'
  | 'storage_failed'
  | 'newer_version'
  | 'damaged'
  | 'cancelled'
  | 'disposed';

export interface ErrorDetails {
  /** The argument that was refused, for `invalid_input`. */
  readonly field?: string;
  /** The file that a storage error concerns. */
  readonly file?: string;
  readonly cause?: unknown;
}

/** The one error class of the product: the message is fit to be shown to a person, the code to be tested by a program. */
export class SessionError extends Error {
  override readonly name = 'SessionError';
  readonly code: ErrorCode;
  readonly field: string | undefined;
  readonly file: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.field = details.field;
    this.file = details.file;
  }
}

export function invalidInput(field: string, message: string): SessionError {
  return new SessionError('invalid_input', message, { field });
}

/** Whether this is a `SessionError`, also one of another bundle, which has a class of its own. */
export function isSessionError(error: unknown): error is SessionError {
  return error instanceof Error && error.name === 'SessionError' && 'code' in error;
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
