import * as vscode from 'vscode';
import { SessionError } from '../../core/errors.ts';
import type { App } from '../app.ts';
import { countText } from '../show/numberText.ts';
import { type Call, textArgument } from './call.ts';
import { requireTrustedFolder } from './requirements.ts';

/** `purgeTrash({sessionId?})`; by hand it asks first, because this cannot be undone. Resolves with the ids removed. */
export async function purgeTrash(app: App, { args }: Call): Promise<readonly string[] | undefined> {
  if (args !== undefined) {
    const sessions = await app.folders.requireActive().sessions();
    return sessions.purgeTrash(textArgument(args, 'sessionId'));
  }
  const sessions = await requireTrustedFolder(app).sessions();
  const trash = await sessions.listTrash();
  if (trash.length === 0) throw new SessionError('not_found', vscode.l10n.t('The trash is empty.'));
  const purge = vscode.l10n.t('Delete for Good');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('Sessions in the trash: {0}. Delete them for good?', countText(trash.length)),
    { modal: true, detail: vscode.l10n.t('This cannot be undone.') },
    purge,
  );
  return answer === purge ? sessions.purgeTrash() : undefined;
}
