import * as vscode from 'vscode';
import { inertLine, inertText } from '../../core/inertText.ts';
import type { TreeNode } from './treeNode.ts';

/** A sentence as a row: what went wrong, or what is missing. */
export class MessageNode implements TreeNode {
  readonly id: string;
  readonly parent: TreeNode | undefined;
  text: string;
  readonly #icon: string;

  constructor(parent: TreeNode | undefined, key: string, text: string, icon: 'info' | 'warning') {
    this.id = `${parent?.id ?? ''}/message/${key}`;
    this.parent = parent;
    this.text = text;
    this.#icon = icon;
  }

  item(): vscode.TreeItem {
    const item = new vscode.TreeItem(inertLine(this.text));
    item.id = this.id;
    item.iconPath = new vscode.ThemeIcon(this.#icon);
    item.tooltip = inertText(this.text);
    item.accessibilityInformation = { label: inertLine(this.text) };
    item.contextValue = 'message';
    return item;
  }

  children(): TreeNode[] {
    return [];
  }
}
