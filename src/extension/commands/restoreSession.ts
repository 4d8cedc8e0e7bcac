import * as vscode from 'vscode';
import type { SessionMetadata } from '../../core/session.ts';
import type { SessionDetails } from '../../core/sessionManager.ts';
import type { App } from '../app.ts';
import type { FolderSessions } from '../folders/folderSessions.ts';
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
  const trashes = new Map<FolderSessions, Promise<readonly SessionMetadata[]>>();
  const trashOf = async (folder: FolderSessions): Promise<readonly SessionMetadata[]> =>
    (await folder.sessions()).listTrash();
  const picked = await pickSession(app, {
    title: vscode.l10n.t('Restore Session'),
    placeholder: vscode.l10n.t('Which session is to come back from the trash?'),
    nothing: vscode.l10n.t('The trash is empty.'),
    // Read once, not with every letter that is typed.
    rows: folder => {
      const trash = trashes.get(folder) ?? trashOf(folder);
      trashes.set(folder, trash);
      return trash;
    },
  });
  return picked && (await picked.folder.sessions()).restoreSession(picked.session.sessionId);
}
