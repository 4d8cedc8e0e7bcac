import type { SearchPage } from '../../core/search/searchPage.ts';
import type { SessionMetadata } from '../../core/session.ts';
import type { App } from '../app.ts';
import { type Call, flagArgument, textArgument } from './call.ts';
import { pickHit } from './searchPicker.ts';

/**
 * `searchSessions({q?, archived?})` resolves with the sessions found; by hand it opens the page of the task that is chosen, or
 * switches to the session.
 */
export async function searchSessions(
  app: App,
  { args }: Call,
): Promise<SessionMetadata | readonly SessionMetadata[] | undefined> {
  const active = app.folders.requireActive();
  if (args !== undefined) {
    const q = textArgument(args, 'q');
    const archived = flagArgument(args, 'archived') ?? true;
    const host = await active.host();
    if (q === undefined) return host.sessions.listSessions({ archived });
    const { sessions }: SearchPage = await host.search(q, { limit: 1000 });
    return sessions.filter(session => archived || !session.archived);
  }
  const picked = await pickHit(app);
  if (picked === undefined) return undefined;
  app.folders.markUsed(picked.folder);
  if (picked.taskId === undefined) return (await picked.folder.sessions()).switchSession(picked.sessionId);
  await app.documents.show(picked.folder, picked.taskId);
  return undefined;
}
