import * as vscode from 'vscode';
import type { SessionMetadata } from '../../core/session.ts';
import type { App } from '../app.ts';
import { type Call, flagArgument, textArgument } from './call.ts';
import { pickSession } from './sessionPicker.ts';

/** `searchSessions({q?, archived?})` resolves with the sessions found; by hand it switches to the one chosen. */
export async function searchSessions(
  app: App,
  { args }: Call,
): Promise<SessionMetadata | readonly SessionMetadata[] | undefined> {
  if (args !== undefined) {
    const q = textArgument(args, 'q');
    const archived = flagArgument(args, 'archived') ?? true;
    const sessions = await app.folders.requireActive().sessions();
    return sessions.listSessions({ archived, ...(q === undefined ? {} : { q }) });
  }
  app.folders.requireActive();
  const picked = await pickSession(app, {
    title: vscode.l10n.t('Search Sessions'),
    placeholder: vscode.l10n.t('Words of a title or of a task, archived sessions too'),
    query: { archived: true },
  });
  if (picked === undefined) return undefined;
  app.folders.markUsed(picked.folder);
  return (await picked.folder.sessions()).switchSession(picked.session.sessionId);
}
