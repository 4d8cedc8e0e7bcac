import { type ErrorCode, isSessionError, messageOf, SessionError } from '../core/errors.ts';
import { errorCode } from './fileSystem.ts';

interface Refusal {
  readonly code: ErrorCode;
  readonly reason: string;
  readonly remedy: string;
}

const NO_RIGHT: Refusal = {
  code: 'storage_denied',
  reason: 'you have no right to',
  remedy: 'Give yourself the right to read and write that folder, then try again.',
};

const REFUSALS: Readonly<Record<string, Refusal>> = {
  EACCES: NO_RIGHT,
  EPERM: NO_RIGHT,
  EROFS: {
    code: 'storage_denied',
    reason: 'the file system is read-only',
    remedy: 'Make it writable, then try again.',
  },
  ENOSPC: {
    code: 'storage_full',
    reason: 'the disk is full',
    remedy: 'Free some space, then try again.',
  },
  EDQUOT: {
    code: 'storage_full',
    reason: 'your disk quota is used up',
    remedy: 'Free some space, then try again.',
  },
  EFBIG: {
    code: 'storage_full',
    reason: 'the limit for the size of a file is reached',
    remedy: 'Raise the limit, then try again.',
  },
};

/** What the file system threw, as an error that a person understands. A `SessionError` stays what it is. */
export function storageError(error: unknown, doing: 'read' | 'write', file: string): SessionError {
  if (isSessionError(error)) return error;
  const what = doing === 'write' ? 'Cannot write to .coding-agent' : 'Cannot read .coding-agent';
  const refusal = REFUSALS[errorCode(error)];
  const { code, reason, remedy } = refusal ?? {
    code: 'storage_failed',
    reason: `the disk reports ${messageOf(error)}`,
    remedy: 'Check the disk, then try again.',
  };
  return new SessionError(code, `${what}: ${reason}. Nothing was lost. ${remedy}`, { file, cause: error });
}

/** A path that is not the kind of thing that belongs there. It is never opened. */
export function damagedFile(file: string, problem: string): SessionError {
  return new SessionError('damaged', problem, { file });
}

/** The same where a session was asked for, and not looked at in a list that names the file beside the problem. */
export function unreadableSession(sessionId: string, { message, file }: SessionError): SessionError {
  return new SessionError(
    'damaged',
    `The session ${sessionId} cannot be read. ${file ?? 'Its file'}: ${message} Nothing was changed.`,
    file === undefined ? {} : { file },
  );
}
