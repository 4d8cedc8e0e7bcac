import { isAbsolute, join, relative } from 'node:path';
import * as vscode from 'vscode';
import { inertLine } from '../../core/inertText.ts';
import type { FileChange } from '../../core/task.ts';
import { CommandId } from '../contributionIds.ts';
import { changeIcon } from '../show/icons.ts';
import { changeKindText, lineCounts } from '../show/changeWords.ts';
import type { TreeNode } from './treeNode.ts';

/** A file that a task changed; a click shows how. */
export class FileNode implements TreeNode {
  readonly kind = 'file';
  readonly id: string;
  readonly parent: TreeNode;
  readonly workingDirectory: string;
  change: FileChange;

  constructor(parent: TreeNode, workingDirectory: string, change: FileChange) {
    this.id = `${parent.id}/${change.path}`;
    this.parent = parent;
    this.workingDirectory = workingDirectory;
    this.change = change;
  }

  /** Where the file is; `undefined` when the record names a place outside the working directory. */
  get uri(): vscode.Uri | undefined {
    const path = join(this.workingDirectory, this.change.path);
    const inside = relative(this.workingDirectory, path);
    if (inside === '' || inside.startsWith('..') || isAbsolute(inside)) return undefined;
    return vscode.Uri.file(path);
  }

  item(): vscode.TreeItem {
    const { change } = this;
    const path = inertLine(change.path);
    const kind = changeKindText(change);
    const item = new vscode.TreeItem(path);
    item.id = this.id;
    item.description = lineCounts([change]) ?? kind;
    item.iconPath = changeIcon(change.kind);
    item.tooltip = `${path}\n${kind}`;
    item.contextValue = `file ${change.kind}`;
    item.command = { command: CommandId.diffTask, title: vscode.l10n.t('Show Changes'), arguments: [this] };
    item.accessibilityInformation = { label: `${path}, ${kind}, ${lineCounts([change]) ?? ''}` };
    return item;
  }

  children(): TreeNode[] {
    return [];
  }
}
