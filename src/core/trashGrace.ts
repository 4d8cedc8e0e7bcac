import type { SessionMetadata } from './session.ts';

/** How many days a deleted session is kept before `--expired` removes it, where no setting says otherwise. */
export const TRASH_DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * The sessions in the trash whose grace period is over: the deletion is the last thing that is on record of them. Nothing is
 * ever removed because of this alone: a clock that jumps would take what it must not. A person asks for it.
 */
export function expiredIn(
  trash: readonly SessionMetadata[],
  now: Date,
  days: number,
): readonly SessionMetadata[] {
  const limit = now.getTime() - days * DAY_MS;
  return trash.filter(({ updatedAt }) => updatedAt.getTime() <= limit);
}
