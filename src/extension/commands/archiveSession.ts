import type { SessionDetails } from '../../core/sessionManager.ts';
import type { App } from '../app.ts';
import { type Call, flagArgument } from './call.ts';
import { sessionOf } from './chosen.ts';
import { requireTrustedFolder } from './requirements.ts';

/** `archiveSession({sessionId?, archived?})`: archives, unless `archived` is false. */
export async function archiveSession(app: App, call: Call): Promise<SessionDetails> {
  return setArchived(app, call, (call.args && flagArgument(call.args, 'archived')) ?? true);
}

export async function unarchiveSession(app: App, call: Call): Promise<SessionDetails> {
  return setArchived(app, call, false);
}

async function setArchived(app: App, call: Call, archived: boolean): Promise<SessionDetails> {
  if (call.args === undefined) requireTrustedFolder(app);
  const { folder, sessionId } = await sessionOf(app, call);
  return (await folder.sessions()).updateSession(sessionId, { archived });
}
