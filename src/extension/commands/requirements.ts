import * as vscode from 'vscode';
import { SessionError } from '../../core/errors.ts';
import type { App } from '../app.ts';
import type { FolderSessions } from '../folders/folderSessions.ts';

/** The folder to act in when a command is called by hand. Rejects with the reason when nothing can run here. */
export function requireTrustedFolder(app: App): FolderSessions {
  const folder = app.folders.requireActive();
  if (!vscode.workspace.isTrusted) throw notTrusted();
  return folder;
}

function notTrusted(): SessionError {
  return new SessionError(
    'not_trusted',
    vscode.l10n.t(
      'This folder is not trusted, so nothing runs and nothing is written here. Sessions can be read. To do more, trust the folder.',
    ),
  );
}

/** Asks in which folder, when there are several; the one in use is the default. */
export async function chooseFolder(app: App, title: string): Promise<FolderSessions | undefined> {
  const active = app.folders.requireActive();
  const others = app.folders.all.filter(folder => folder !== active);
  if (others.length === 0) return active;
  const items = [active, ...others].map(folder => ({
    label: folder.name,
    description: folder.folder.uri.fsPath,
    folder,
  }));
  const placeHolder = vscode.l10n.t('In which folder?');
  return (await vscode.window.showQuickPick(items, { title, placeHolder }))?.folder;
}
