import * as vscode from 'vscode';
import { type Disposable, DisposableList } from '../../core/disposable.ts';
import { SettingId } from '../contributionIds.ts';
import type { WorkspaceFolders } from '../folders/workspaceFolders.ts';
import { reportError } from '../reportError.ts';
import { startsServer } from '../settings.ts';
import type { WindowServer } from './windowServer.ts';

/** Has the server run while the setting is on: from the start of the window, or from when the folder is trusted. */
export function startWithWindow(server: WindowServer, folders: WorkspaceFolders): Disposable {
  const scope = new DisposableList();
  const start = (): void => {
    const folder = folders.active;
    if (!startsServer() || !vscode.workspace.isTrusted || folder === undefined) return;
    server.start(folder).catch(reportError);
  };
  scope.add(
    vscode.workspace.onDidChangeConfiguration(change => {
      if (!change.affectsConfiguration(SettingId.serverEnabled)) return;
      if (startsServer()) start();
      else void server.stop();
    }),
  );
  scope.add(vscode.workspace.onDidGrantWorkspaceTrust(start));
  scope.add(vscode.workspace.onDidChangeWorkspaceFolders(start));
  start();
  return scope;
}
