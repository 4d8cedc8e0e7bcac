import type { SessionEvent } from './events.ts';
import { parseFlag, parseTags, parseTitle } from './input.ts';

export interface CreateSessionRequest {
  /** The root when not given. */
  readonly workingDirectory?: string | undefined;
  /** The first task's text when not given. */
  readonly title?: string | undefined;
}

export interface UpdateSessionRequest {
  readonly title?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly pinned?: boolean | undefined;
  readonly archived?: boolean | undefined;
}

/** The events that an update asks for. `invalid_input` when one part is wrong: then none of it happens. */
export function changesOf(update: UpdateSessionRequest): readonly SessionEvent[] {
  const { title, tags, pinned, archived } = update;
  const events: SessionEvent[] = [];
  if (title !== undefined) events.push({ type: 'sessionRenamed', data: { title: parseTitle(title) } });
  if (tags !== undefined) events.push({ type: 'sessionTagged', data: { tags: parseTags(tags) } });
  if (pinned !== undefined)
    events.push({ type: 'sessionPinned', data: { pinned: parseFlag('pinned', pinned) } });
  if (archived !== undefined) {
    events.push({ type: 'sessionArchived', data: { archived: parseFlag('archived', archived) } });
  }
  return events;
}
