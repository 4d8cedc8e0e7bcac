import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { invalidInput, isSessionError, messageOf, SessionError } from '../core/errors.ts';
import { badArchive } from '../store/transfer/stagedFiles.ts';

/**
 * What a file that somebody wants imported is: `zip`, or `undefined` for what says itself which transcript it is. Rejects as
 * `unreadable` says, with `invalid_input` for what is no file, with `bad_archive` for an empty one.
 */
export async function kindOfFile(file: string): Promise<'zip' | undefined> {
  try {
    // Nobody may ever write to the other end of a pipe.
    const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK || 0));
    try {
      if (!(await handle.stat()).isFile())
        throw invalidInput(
          'file',
          `${file} is not a file. Nothing was changed. Name a file, or a folder of them.`,
        );
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
      if (bytesRead === 0) throw badArchive('the file is empty.');
      return buffer.toString('latin1').startsWith('PK') ? 'zip' : undefined;
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** Why a file cannot be read: `not_found`, `storage_denied` or `storage_failed`. A `SessionError` stays what it is. */
export function unreadable(file: string, error: unknown): SessionError {
  if (isSessionError(error)) return error;
  const details = { field: 'file', file, cause: error };
  switch ((error as NodeJS.ErrnoException | null)?.code) {
    case 'ENOENT':
    case 'ENOTDIR': {
      const what = `There is no file ${file}. Nothing was changed. Check the name, and the folder that it is relative to.`;
      return new SessionError('not_found', what, details);
    }
    case 'EACCES':
    case 'EPERM': {
      const what = `There is no right to read ${file}. Nothing was changed. Give yourself that right, then import it again.`;
      return new SessionError('storage_denied', what, details);
    }
    default: {
      const what = `${file} cannot be read: ${messageOf(error)}. Nothing was changed. Check the disk, then import it again.`;
      return new SessionError('storage_failed', what, details);
    }
  }
}
