import * as vscode from 'vscode';
import type { SessionDetails } from '../../core/sessionManager.ts';
import type { App } from '../app.ts';
import { type Call, textArgument } from './call.ts';
import { sessionDetails, sessionOf } from './chosen.ts';
import { titleProblem } from './createSession.ts';
import { requireTrustedFolder } from './requirements.ts';

/** `renameSession({title, sessionId?})`, or asks for the title. */
export async function renameSession(app: App, call: Call): Promise<SessionDetails | undefined> {
  if (call.args !== undefined) {
    const title = textArgument(call.args, 'title') ?? '';
    const { folder, sessionId } = await sessionOf(app, call);
    return (await folder.sessions()).updateSession(sessionId, { title });
  }
  requireTrustedFolder(app);
  const { folder, sessionId, session } = await sessionDetails(app, call);
  const title = await vscode.window.showInputBox({
    title: vscode.l10n.t('Rename Session'),
    value: session.title,
    prompt: vscode.l10n.t('Without a title the session is named after its first task.'),
    validateInput: titleProblem,
  });
  if (title === undefined) return undefined;
  return (await folder.sessions()).updateSession(sessionId, { title });
}
