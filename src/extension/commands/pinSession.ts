import type { SessionDetails } from '../../core/sessionManager.ts';
import type { App } from '../app.ts';
import { type Call, flagArgument } from './call.ts';
import { sessionOf } from './chosen.ts';
import { requireTrustedFolder } from './requirements.ts';

/** `pinSession({sessionId?, pinned?})`: pins, unless `pinned` is false. */
export async function pinSession(app: App, call: Call): Promise<SessionDetails> {
  return setPinned(app, call, (call.args && flagArgument(call.args, 'pinned')) ?? true);
}

export async function unpinSession(app: App, call: Call): Promise<SessionDetails> {
  return setPinned(app, call, false);
}

async function setPinned(app: App, call: Call, pinned: boolean): Promise<SessionDetails> {
  if (call.args === undefined) requireTrustedFolder(app);
  const { folder, sessionId } = await sessionOf(app, call);
  return (await folder.sessions()).updateSession(sessionId, { pinned });
}
