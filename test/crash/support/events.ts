import type { SessionEvent, SessionRecord } from '../../../src/core/events.ts';

export function created(sessionId: string, root: string, title = 'created'): SessionEvent {
  const data = {
    sessionId,
    title,
    workingDirectory: root,
    projectPath: root,
    author: null,
    schemaVersion: 1,
  };
  return { type: 'sessionCreated', data };
}

/** A record that carries a token by which it can be found again. */
export function marked(token: string): SessionEvent {
  return { type: 'sessionRenamed', data: { title: token } };
}

/** The token of a record; `undefined` when it has none. */
export function tokenOf({ event }: SessionRecord): string | undefined {
  return event.type === 'sessionRenamed' ? event.data.title : undefined;
}
