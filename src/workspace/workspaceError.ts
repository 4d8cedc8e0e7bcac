/**
 * Why something in the workspace was refused or failed. Codes are stable: a failed task carries them as its `errorCode`.
 *
 * - `invalid_path`: not usable as a path. `outside`: leads out of the working directory. `protected`: belongs to version
 *   control, an editor, an agent or the ledger. `denied`: somebody, or a rule, said no.
 * - `not_found`, `file_exists`, `not_a_file`, `not_a_folder`, `folder_not_empty`: what is there does not fit.
 * - `binary`, `too_large`, `too_many_files`: more or other than can be handled exactly.
 * - `text_not_found`, `text_ambiguous`: the text to replace does not occur exactly once.
 * - `changed_meanwhile`: somebody else changed it between looking and acting.
 * - `storage_denied`, `storage_full`, `storage_failed`: the operating system refused.
 * - `exit_code`, `signal`: a command failed. `timeout`, `cancelled`: it was stopped. `not_started`: it never ran.
 * - `git_missing`, `not_a_repository`, `nothing_to_commit`, `no_identity`, `unmerged`: git cannot do what was asked.
 * - `invalid_input`: a tool was called with arguments that it does not take. `tool_failed`: a tool of the editor failed. `internal`: a mistake of ours.
 */
export type WorkspaceErrorCode =
  | 'invalid_path'
  | 'outside'
  | 'protected'
  | 'denied'
  | 'not_found'
  | 'file_exists'
  | 'not_a_file'
  | 'not_a_folder'
  | 'folder_not_empty'
  | 'binary'
  | 'too_large'
  | 'too_many_files'
  | 'text_not_found'
  | 'text_ambiguous'
  | 'changed_meanwhile'
  | 'storage_denied'
  | 'storage_full'
  | 'storage_failed'
  | 'exit_code'
  | 'signal'
  | 'timeout'
  | 'cancelled'
  | 'not_started'
  | 'git_missing'
  | 'not_a_repository'
  | 'nothing_to_commit'
  | 'no_identity'
  | 'unmerged'
  | 'invalid_input'
  | 'tool_failed'
  | 'internal';

/** The message is fit to be shown to a person: what happened, what was kept, what to do next. */
export class WorkspaceError extends Error {
  override readonly name = 'WorkspaceError';
  readonly code: WorkspaceErrorCode;

  constructor(code: WorkspaceErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** The `code` of a system error such as `ENOENT`; `undefined` for anything else that was thrown. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** What a system error means to a person. `doing` completes "Cannot ...", such as `write src/a.ts`. */
export function fromSystemError(error: unknown, doing: string): WorkspaceError {
  if (error instanceof WorkspaceError) return error;
  const say = (code: WorkspaceErrorCode, why: string): WorkspaceError =>
    new WorkspaceError(code, `Cannot ${doing}: ${why}`, error);
  switch (systemCode(error)) {
    case 'ENOENT':
      return say('not_found', 'there is no such file or folder. Nothing was changed. Check the path.');
    case 'EEXIST':
      return say(
        'file_exists',
        'there is one already. Nothing was changed. Choose another name or remove it first.',
      );
    case 'ENOTDIR':
      return say('not_a_folder', 'a part of the path is not a folder. Nothing was changed. Check the path.');
    case 'EISDIR':
      return say('not_a_file', 'it is a folder. Nothing was changed. Name a file.');
    case 'ENOTEMPTY':
      return say('folder_not_empty', 'the folder is not empty. Nothing was changed.');
    case 'ELOOP':
      return say(
        'changed_meanwhile',
        'a link is in the way. Nothing was changed. Name the file that is meant.',
      );
    case 'ENAMETOOLONG':
      return say('invalid_path', 'the name is too long. Nothing was changed. Choose a shorter one.');
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return say(
        'storage_denied',
        'there is no right to. Nothing was changed. Check the permissions, then retry.',
      );
    case 'ENOSPC':
    case 'EDQUOT':
      return say('storage_full', 'the disk is full. Nothing was changed. Free some space, then retry.');
    default:
      return say(
        'storage_failed',
        `${systemCode(error) ?? 'it failed'}. Nothing was changed. Check the disk, then retry.`,
      );
  }
}
