import { invalidInput } from '../../core/errors.ts';
import type { SearchHit } from '../../core/search/searchPage.ts';
import type { SessionMetadata } from '../../core/session.ts';

/** The place of a hit in all that a search finds; it stays right whatever comes and goes. */
export interface HitCursor {
  readonly startTime: Date;
  readonly sessionId: string;
  /** Empty: the session itself. */
  readonly taskId: string;
}

export function cursorAfter({ startTime }: Pick<SessionMetadata, 'startTime'>, hit: SearchHit): string {
  return Buffer.from(`${startTime.getTime()} ${hit.sessionId} ${hit.task?.id ?? ''}`).toString('base64url');
}

export function parseHitCursor(cursor: string): HitCursor {
  const [, time, sessionId, taskId] =
    /^(-?\d{1,16}) ([0-9a-f-]{36}) (.*)$/s.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (time === undefined || sessionId === undefined || taskId === undefined)
    throw invalidInput('cursor', 'This is not a cursor of a search. Search again without one.');
  return { startTime: new Date(Number(time)), sessionId, taskId };
}
