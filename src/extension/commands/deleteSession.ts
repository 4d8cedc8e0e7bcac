import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { type Call, requiredText } from './call.ts';
import { type ChosenSession, sessionOf } from './chosen.ts';
import { requireTrustedFolder } from './requirements.ts';
import { pickSession } from './sessionPicker.ts';

const MESSAGE_MS = 6000;

/** `deleteSession({sessionId})`, on a row, or asks which. It goes to the trash, so nothing is asked twice. */
export async function deleteSession(app: App, call: Call): Promise<void> {
  if (call.args === undefined) requireTrustedFolder(app);
  else requiredText(call.args, 'sessionId');
  const chosen = (call.args ?? call.node) ? await sessionOf(app, call) : await ask(app);
  if (chosen === undefined) return;
  await (await chosen.folder.sessions()).deleteSession(chosen.sessionId);
  vscode.window.setStatusBarMessage(
    vscode.l10n.t('Moved to the trash. Restore Session brings it back.'),
    MESSAGE_MS,
  );
}

async function ask(app: App): Promise<ChosenSession | undefined> {
  const picked = await pickSession(app, {
    title: vscode.l10n.t('Delete Session'),
    placeholder: vscode.l10n.t('Which session is to go to the trash?'),
    query: { archived: true },
  });
  return picked && { folder: picked.folder, sessionId: picked.session.sessionId };
}
