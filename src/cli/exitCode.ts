import type { ErrorCode } from '../core/errors.ts';
import type { AgentTask } from '../core/task.ts';

/** What the shell is told. Public: scripts depend on it. */
export const exitCode = {
  done: 0,
  /** The task failed, or somebody else was there first. */
  failed: 1,
  /** Wrong use, or an unknown id. */
  usage: 2,
  /** Denied, or the folder is not trusted. */
  denied: 3,
  /** Storage or damage. */
  storage: 4,
  cancelled: 130,
} as const;

const CODES: Readonly<Record<ErrorCode, number>> = {
  invalid_input: exitCode.usage,
  not_found: exitCode.usage,
  session_ended: exitCode.failed,
  session_busy: exitCode.failed,
  task_not_running: exitCode.failed,
  task_not_finished: exitCode.failed,
  not_trusted: exitCode.denied,
  denied: exitCode.denied,
  no_agent: exitCode.failed,
  conflict: exitCode.failed,
  undo_conflict: exitCode.failed,
  no_checkpoint: exitCode.failed,
  checkpoint_pruned: exitCode.failed,
  session_imported: exitCode.failed,
  bad_archive: exitCode.storage,
  storage_denied: exitCode.storage,
  storage_full: exitCode.storage,
  storage_failed: exitCode.storage,
  newer_version: exitCode.storage,
  damaged: exitCode.storage,
  cancelled: exitCode.cancelled,
  disposed: exitCode.cancelled,
};

/** For the stable code of an error; one that is none of ours is a failure. */
export function exitCodeOfError(code: string): number {
  return isErrorCode(code) ? CODES[code] : exitCode.failed;
}

/** For a task that has ended. */
export function exitCodeOfTask(task: Pick<AgentTask, 'status' | 'reason' | 'errorCode'>): number {
  if (task.status !== 'failed') return exitCode.done;
  if (task.reason === 'cancelled') return exitCode.cancelled;
  if (task.reason === 'denied') return exitCode.denied;
  const code = exitCodeOfError(task.errorCode ?? '');
  return code === exitCode.denied || code === exitCode.storage ? code : exitCode.failed;
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(CODES, code);
}
