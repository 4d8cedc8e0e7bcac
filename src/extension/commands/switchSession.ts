import * as vscode from 'vscode';
import type { SessionMetadata } from '../../core/session.ts';
import type { App } from '../app.ts';
import { type Call, requiredText } from './call.ts';
import { type ChosenSession, sessionOf } from './chosen.ts';
import { pickSession } from './sessionPicker.ts';

/** `switchSession({sessionId})`, on a row, or asks which. */
export async function switchSession(app: App, call: Call): Promise<SessionMetadata | undefined> {
  if (call.args !== undefined) requiredText(call.args, 'sessionId');
  const chosen = (call.args ?? call.node) ? await sessionOf(app, call) : await ask(app);
  if (chosen === undefined) return undefined;
  app.folders.markUsed(chosen.folder);
  return (await chosen.folder.sessions()).switchSession(chosen.sessionId);
}

async function ask(app: App): Promise<ChosenSession | undefined> {
  app.folders.requireActive();
  const picked = await pickSession(app, {
    title: vscode.l10n.t('Switch Session'),
    placeholder: vscode.l10n.t('Which session to go on in?'),
  });
  return picked && { folder: picked.folder, sessionId: picked.session.sessionId };
}
