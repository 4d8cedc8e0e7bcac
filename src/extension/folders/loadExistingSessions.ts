import * as vscode from 'vscode';
import { type Disposable, toDisposable } from '../../core/disposable.ts';
import type { WorkspaceFolders } from './workspaceFolders.ts';

/**
 * Reads, once activation is over, the sessions of folders that have some, so that the status bar knows the current one; the
 * others are known to have none.
 */
export function loadExistingSessions(folders: WorkspaceFolders): Disposable {
  const timer = setImmediate(() => {
    for (const folder of folders.all) {
      const uri = vscode.Uri.joinPath(folder.folder.uri, '.coding-agent');
      void vscode.workspace.fs.stat(uri).then(
        () => folder.load(),
        () => {
          folder.noteAbsent();
        },
      );
    }
  });
  return toDisposable(() => {
    clearImmediate(timer);
  });
}
