import * as vscode from 'vscode';
import { inertLine, inertText } from '../../core/inertText.ts';
import type { DamagedFile } from '../../core/ports.ts';
import type { TreeNode } from './treeNode.ts';

/** A file that is no session, with what is wrong and what to do. */
export class DamagedNode implements TreeNode {
  readonly id: string;
  readonly parent: TreeNode;
  readonly file: DamagedFile;

  constructor(parent: TreeNode, file: DamagedFile) {
    this.id = `${parent.id}/${file.file}`;
    this.parent = parent;
    this.file = file;
  }

  item(): vscode.TreeItem {
    const item = new vscode.TreeItem(inertLine(this.file.file));
    item.id = this.id;
    item.description = inertLine(this.file.problem);
    item.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
    const advice = vscode.l10n.t('The file stays as it is. Check Sessions says what can be repaired.');
    item.tooltip = inertText(`${this.file.file}\n${this.file.problem}\n${advice}`);
    item.accessibilityInformation = { label: inertLine(`${this.file.file}, ${this.file.problem}`) };
    item.contextValue = 'damaged';
    return item;
  }

  children(): TreeNode[] {
    return [];
  }
}
