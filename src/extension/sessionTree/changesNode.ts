import * as vscode from 'vscode';
import type { FileChange } from '../../core/task.ts';
import { lineCounts } from '../show/changeWords.ts';
import { countText } from '../show/numberText.ts';
import { FileNode } from './fileNode.ts';
import { ChildNodes, type TreeNode } from './treeNode.ts';

/** The files that a task changed. */
export class ChangesNode implements TreeNode {
  readonly id: string;
  readonly parent: TreeNode;
  changes: readonly FileChange[];
  /** Whether they are taken back at present. */
  undone = false;
  readonly #workingDirectory: string;
  readonly #files = new ChildNodes<FileNode>();

  constructor(parent: TreeNode, workingDirectory: string, changes: readonly FileChange[]) {
    this.id = `${parent.id}/changes`;
    this.parent = parent;
    this.changes = changes;
    this.#workingDirectory = workingDirectory;
  }

  item(): vscode.TreeItem {
    const label = vscode.l10n.t('Changed files ({0})', countText(this.changes.length));
    const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Collapsed);
    item.id = this.id;
    const counts = lineCounts(this.changes) ?? '';
    item.description = this.undone ? vscode.l10n.t('undone · {0}', counts) : counts;
    item.iconPath = new vscode.ThemeIcon('files');
    item.contextValue = this.undone ? 'changes redoable' : 'changes undoable';
    return item;
  }

  children(): TreeNode[] {
    const byPath = new Map(this.changes.map(change => [change.path, change]));
    return this.#files
      .of(byPath.keys(), path => new FileNode(this, this.#workingDirectory, byPath.get(path) as FileChange))
      .map(node => {
        node.change = byPath.get(node.change.path) ?? node.change;
        return node;
      });
  }
}
