import * as vscode from 'vscode';
import { SessionError } from '../../core/errors.ts';
import type { SessionMetadata } from '../../core/session.ts';
import type { SessionManager } from '../../core/sessionManager.ts';
import { expiredIn } from '../../core/trashGrace.ts';
import type { App } from '../app.ts';
import { countText } from '../show/numberText.ts';
import { trashDays } from '../settings.ts';
import { type Call, flagArgument, textArgument } from './call.ts';
import { requireTrustedFolder } from './requirements.ts';

/**
 * `purgeTrash({sessionId?, expired?})`; by hand it asks first, because this cannot be undone. `expired`: only what has been
 * in the trash for longer than the setting says; nothing is removed by itself. Resolves with the ids removed.
 */
export async function purgeTrash(app: App, { args }: Call): Promise<readonly string[] | undefined> {
  if (args !== undefined) {
    const sessions = await app.folders.requireActive().sessions();
    if (flagArgument(args, 'expired') !== true) return sessions.purgeTrash(textArgument(args, 'sessionId'));
    return purge(sessions, expiredIn(await sessions.listTrash(), new Date(), trashDays()));
  }
  const sessions = await requireTrustedFolder(app).sessions();
  const trash = await sessions.listTrash();
  if (trash.length === 0) throw new SessionError('not_found', vscode.l10n.t('The trash is empty.'));
  const expired = expiredIn(trash, new Date(), trashDays());
  const all = vscode.l10n.t('Delete for Good');
  const old = vscode.l10n.t('Only the {0} Older than {1} Days', countText(expired.length), trashDays());
  const offersOld = expired.length > 0 && expired.length < trash.length;
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('Sessions in the trash: {0}. Delete them for good?', countText(trash.length)),
    { modal: true, detail: vscode.l10n.t('This cannot be undone.') },
    all,
    ...(offersOld ? [old] : []),
  );
  if (answer === old) return purge(sessions, expired);
  return answer === all ? sessions.purgeTrash() : undefined;
}

async function purge(sessions: SessionManager, rows: readonly SessionMetadata[]): Promise<readonly string[]> {
  const purged: string[] = [];
  for (const { sessionId } of rows) purged.push(...(await sessions.purgeTrash(sessionId)));
  return purged;
}
