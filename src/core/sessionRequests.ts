import type { SessionEvent } from './events.ts';
import { parseFlag, parseTags, parseTitle } from './input.ts';
import type { SessionState } from './state.ts';
import { titleFrom } from './taskReducer.ts';

export interface CreateSessionRequest {
  /** The root when not given. */
  readonly workingDirectory?: string | undefined;
  /** The first task's text when not given. */
  readonly title?: string | undefined;
}

export interface UpdateSessionRequest {
  /** Empty: the first task's text again. */
  readonly title?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly pinned?: boolean | undefined;
  readonly archived?: boolean | undefined;
}

/** The events that an update of a session asks for. `invalid_input` when one part is wrong: then none of it happens. */
export function changesOf(
  update: UpdateSessionRequest,
  session: Pick<SessionState, 'tasks'>,
): readonly SessionEvent[] {
  const { title, tags, pinned, archived } = update;
  const events: SessionEvent[] = [];
  if (title !== undefined) {
    events.push({ type: 'sessionRenamed', data: { title: parseTitle(title) || firstTaskOf(session) } });
  }
  if (tags !== undefined) events.push({ type: 'sessionTagged', data: { tags: parseTags(tags) } });
  if (pinned !== undefined)
    events.push({ type: 'sessionPinned', data: { pinned: parseFlag('pinned', pinned) } });
  if (archived !== undefined) {
    events.push({ type: 'sessionArchived', data: { archived: parseFlag('archived', archived) } });
  }
  return events;
}

function firstTaskOf({ tasks }: Pick<SessionState, 'tasks'>): string {
  for (const task of tasks) return titleFrom(task.description);
  return '';
}
