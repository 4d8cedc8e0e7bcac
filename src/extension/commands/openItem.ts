import * as vscode from 'vscode';
import { SessionError } from '../../core/errors.ts';
import type { App } from '../app.ts';
import type { Call } from './call.ts';
import { deleteSession } from './deleteSession.ts';
import { renameSession } from './renameSession.ts';
import { isRow } from './rows.ts';
import { showTask } from './showTask.ts';
import { switchSession } from './switchSession.ts';

/** Enter on a row: a session becomes current, a task shows its page. Other rows do by themselves what a click does. */
export async function openItem(app: App): Promise<void> {
  const node = app.view.selected;
  const call: Call = { args: undefined, node };
  if (isRow(node, 'session')) await switchSession(app, call);
  else if (isRow(node, 'task')) await showTask(app, call);
}

/** F2 on a row. */
export async function renameItem(app: App): Promise<void> {
  const node = app.view.selected;
  if (isRow(node, 'session')) await renameSession(app, { args: undefined, node });
}

/** Delete on a row. */
export async function deleteItem(app: App): Promise<void> {
  const node = app.view.selected;
  if (isRow(node, 'session')) await deleteSession(app, { args: undefined, node });
}

/** A click on a changed file. */
export async function openFile(_app: App, { node }: Call): Promise<void> {
  if (!isRow(node, 'file')) return;
  const { uri } = node;
  if (uri === undefined || !(await exists(uri))) {
    const message = vscode.l10n.t('{0} is not there any more.', node.change.path);
    throw new SessionError('not_found', message, { file: node.change.path });
  }
  await vscode.commands.executeCommand('vscode.open', uri, { preview: true });
}

/** A click on "Load more". */
export async function loadMore(_app: App, { node }: Call): Promise<void> {
  if (isRow(node, 'more')) await node.load();
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
