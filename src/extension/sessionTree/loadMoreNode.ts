import * as vscode from 'vscode';
import { CommandId } from '../contributionIds.ts';
import type { TreeNode } from './treeNode.ts';

/** The last row of a list that has more; a click or Enter shows the next page. */
export class LoadMoreNode implements TreeNode {
  readonly kind = 'more';
  readonly id: string;
  readonly parent: TreeNode;
  readonly #load: () => Promise<void>;

  constructor(parent: TreeNode, load: () => Promise<void>) {
    this.id = `${parent.id}/more`;
    this.parent = parent;
    this.#load = load;
  }

  load(): Promise<void> {
    return this.#load();
  }

  item(): vscode.TreeItem {
    const label = vscode.l10n.t('Load more');
    const item = new vscode.TreeItem(label);
    item.id = this.id;
    item.iconPath = new vscode.ThemeIcon('ellipsis');
    item.command = { command: CommandId.loadMore, title: label, arguments: [this] };
    item.contextValue = 'more';
    return item;
  }

  children(): TreeNode[] {
    return [];
  }
}
