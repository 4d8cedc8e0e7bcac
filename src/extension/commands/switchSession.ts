import * as vscode from 'vscode';
import type { SessionMetadata } from '../../core/session.ts';
import type { App } from '../app.ts';
import { type Call, requiredText } from './call.ts';
import { sessionOf } from './chosen.ts';
import { chooseSession } from './sessionPicker.ts';

/** `switchSession({sessionId})`, on a row, or asks which. */
export async function switchSession(app: App, call: Call): Promise<SessionMetadata | undefined> {
  if (call.args !== undefined) requiredText(call.args, 'sessionId');
  const chosen =
    (call.args ?? call.node)
      ? await sessionOf(app, call)
      : await chooseSession(app, vscode.l10n.t('Switch Session'));
  if (chosen === undefined) return undefined;
  app.folders.markUsed(chosen.folder);
  return (await chosen.folder.sessions()).switchSession(chosen.sessionId);
}
