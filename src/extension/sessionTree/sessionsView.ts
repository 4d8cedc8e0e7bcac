import * as vscode from 'vscode';
import { type Disposable, DisposableList } from '../../core/disposable.ts';
import { ContextKey, ViewId } from '../contributionIds.ts';
import { setContextKey } from '../contextKeys.ts';
import { isVisible } from '../folders/visibleChange.ts';
import type { WorkspaceFolders } from '../folders/workspaceFolders.ts';
import { readingText } from '../show/readingText.ts';
import { SessionTree } from './sessionTree.ts';
import type { TreeNode } from './treeNode.ts';

/** The sessions view: the tree, its badge for what waits for a person, and its message. */
export class SessionsView implements Disposable {
  readonly #folders: WorkspaceFolders;
  readonly #scope = new DisposableList();
  readonly #tree: SessionTree;
  readonly #view: vscode.TreeView<TreeNode>;

  constructor(folders: WorkspaceFolders) {
    this.#folders = folders;
    this.#tree = this.#scope.add(new SessionTree(folders));
    this.#view = this.#scope.add(
      vscode.window.createTreeView(ViewId.sessions, { treeDataProvider: this.#tree, showCollapseAll: true }),
    );
    const update = (): void => {
      this.#update();
    };
    this.#scope.add(
      this.#view.onDidCollapseElement(({ element }) => {
        element.collapsed?.();
      }),
    );
    this.#scope.add(
      folders.onDidChange(({ change }) => {
        if (isVisible(change)) update();
      }),
    );
    this.#scope.add(folders.onDidChangeList(update));
    this.#scope.add(folders.onDidWork(update));
    this.#scope.add(vscode.workspace.onDidGrantWorkspaceTrust(update));
    update();
  }

  /** The row that the person chose last. */
  get selected(): TreeNode | undefined {
    return this.#view.selection[0];
  }

  refresh(): void {
    this.#tree.refresh();
  }

  dispose(): void {
    this.#scope.dispose();
  }

  #update(): void {
    const folders = this.#folders.all;
    const busy = folders.flatMap(folder => folder.states.busy());
    const waiting = folders.flatMap(folder => folder.states.waiting()).length;
    const badge =
      waiting === 0
        ? undefined
        : { value: waiting, tooltip: vscode.l10n.t('Tasks that wait for you: {0}', waiting) };
    if (this.#view.badge?.value !== badge?.value) this.#view.badge = badge;
    const isEmpty = folders.every(folder => folder.isEmpty);
    setContextKey(ContextKey.empty, isEmpty);
    setContextKey(ContextKey.running, busy.length > 0);
    setContextKey(ContextKey.asked, waiting > 0);
    const message = readingText(folders) ?? (isEmpty ? undefined : restrictedText());
    if (this.#view.message !== message) {
      if (message === undefined) this.#view.message = '';
      else this.#view.message = message;
    }
  }
}

function restrictedText(): string | undefined {
  if (vscode.workspace.isTrusted) return undefined;
  return vscode.l10n.t('Restricted Mode: sessions can be read, nothing runs.');
}
