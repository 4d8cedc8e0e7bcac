import type { SessionDetails } from '../../core/sessionManager.ts';
import type { App } from '../app.ts';
import { type Call, textArgument } from './call.ts';
import { sessionOf } from './chosen.ts';
import { requireTrustedFolder } from './requirements.ts';

/** `endSession({sessionId?, status?})`; by hand it ends the current one, or the row's, as completed. */
export async function endSession(app: App, call: Call): Promise<SessionDetails> {
  if (call.args === undefined) requireTrustedFolder(app);
  const status = call.args && textArgument(call.args, 'status');
  const { folder, sessionId } = await sessionOf(app, call);
  const sessions = await folder.sessions();
  // The core refuses any other text.
  return sessions.endSession(sessionId, status as 'completed' | 'failed' | undefined);
}
