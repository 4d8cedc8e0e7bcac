import { isSessionError, messageOf, SessionError } from '../../core/errors.ts';
import { systemCode, WorkspaceError } from '../workspaceError.ts';

/** What went wrong with a checkpoint, as an error that a person understands. A `SessionError` stays what it is. */
export function checkpointError(error: unknown, file: string): SessionError {
  if (isSessionError(error)) return error;
  const details = { file, cause: error };
  if (error instanceof WorkspaceError && error.code === 'cancelled')
    return new SessionError('cancelled', error.message, details);
  const say = (
    code: 'storage_denied' | 'storage_full' | 'storage_failed',
    why: string,
    remedy: string,
  ): SessionError =>
    new SessionError(code, `Cannot use the checkpoints in ${file}: ${why}. ${remedy}`, details);
  const text = messageOf(error);
  switch (systemCode(error) ?? codeIn(text)) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return say('storage_denied', 'there is no right to', 'Check the permissions, then try again.');
    case 'ENOSPC':
    case 'EDQUOT':
      return say('storage_full', 'the disk is full', 'Free some space, then try again.');
    default:
      return say('storage_failed', text, 'Check the disk, then try again.');
  }
}

/** The system error that git names in its message. */
function codeIn(text: string): string | undefined {
  if (/no space left on device|disk quota exceeded/i.test(text)) return 'ENOSPC';
  return /permission denied|read-only file system/i.test(text) ? 'EACCES' : undefined;
}
