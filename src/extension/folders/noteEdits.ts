import * as vscode from 'vscode';
import type { Disposable } from '../../core/disposable.ts';
import type { WorkspaceFolders } from './workspaceFolders.ts';

/** Tells hosts which files the person saves: what a command changes in the same moments cannot be told apart from that. */
export function noteEdits(folders: WorkspaceFolders): Disposable {
  return vscode.workspace.onDidSaveTextDocument(({ uri }) => {
    if (uri.scheme !== 'file') return;
    const owner = vscode.workspace.getWorkspaceFolder(uri);
    const folder = folders.all.find(one => one.folder === owner);
    folder?.openedHost?.edits.note(uri.fsPath);
  });
}
