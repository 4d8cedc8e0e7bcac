import { SessionError } from '../../core/errors.ts';

/** What is wrong with checkpoints that come from elsewhere. */
export function badBundle(problem: string, cause?: unknown): SessionError {
  return new SessionError(
    'bad_archive',
    `It cannot be imported: its checkpoints ${problem}. Nothing was changed.`,
    { cause },
  );
}
