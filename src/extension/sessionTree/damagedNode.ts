import * as vscode from 'vscode';
import { inertLine, inertText } from '../../core/inertText.ts';
import type { DamagedFile } from '../../core/ports.ts';
import { parseFileName } from '../../core/sessionFileName.ts';
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
    const label = inertLine(labelOf(this.file.file));
    const item = new vscode.TreeItem(label);
    item.id = this.id;
    item.description = inertLine(this.file.problem);
    item.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
    const advice = vscode.l10n.t('The file stays as it is. Check Sessions says what can be repaired.');
    item.tooltip = inertText(`${this.file.file}\n${this.file.problem}\n${advice}`);
    item.accessibilityInformation = { label: inertLine(`${label}, ${this.file.problem}`) };
    item.contextValue = 'damaged';
    return item;
  }

  children(): TreeNode[] {
    return [];
  }
}

/** Of a file that is named after its session, the beginning of that name: what is wrong has to fit beside it. */
function labelOf(file: string): string {
  const name = parseFileName(file);
  if (!('sessionId' in name)) return file;
  const short = name.sessionId.slice(0, 8);
  return name.kind === 'conflict'
    ? vscode.l10n.t('Second history of {0}', short)
    : vscode.l10n.t('Session {0}', short);
}
