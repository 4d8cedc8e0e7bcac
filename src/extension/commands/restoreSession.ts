import * as vscode from 'vscode';
import { SessionError } from '../../core/errors.ts';
import type { SessionDetails } from '../../core/sessionManager.ts';
import type { App } from '../app.ts';
import { type Call, requiredText } from './call.ts';
import { requireTrustedFolder } from './requirements.ts';
import { pickSession } from './sessionPicker.ts';

/** `restoreSession({sessionId})`, or asks which session of the trash comes back. */
export async function restoreSession(app: App, { args }: Call): Promise<SessionDetails | undefined> {
  if (args !== undefined) {
    const sessionId = requiredText(args, 'sessionId');
    for (const folder of app.folders.all) {
      const sessions = await folder.sessions();
      const trash = await sessions.listTrash();
      if (trash.some(session => session.sessionId === sessionId)) return sessions.restoreSession(sessionId);
    }
    return (await app.folders.requireActive().sessions()).restoreSession(sessionId);
  }
  requireTrustedFolder(app);
  const trashes = app.folders.all.map(async folder => (await folder.sessions()).listTrash());
  if ((await Promise.all(trashes)).every(trash => trash.length === 0))
    throw new SessionError('not_found', vscode.l10n.t('The trash is empty.'));
  const picked = await pickSession(app, {
    title: vscode.l10n.t('Restore Session'),
    placeholder: vscode.l10n.t('Which session is to come back from the trash?'),
    rows: async folder => (await folder.sessions()).listTrash(),
  });
  return picked && (await picked.folder.sessions()).restoreSession(picked.session.sessionId);
}
