import * as vscode from 'vscode';
import { inertLine } from '../../core/inertText.ts';
import type { VerificationCandidate } from '../../core/ports.ts';
import { CommandId } from '../contributionIds.ts';
import type { TreeNode } from './treeNode.ts';

/** What the workspace offers to verify a task with: runs when it is clicked, never by itself. */
export class VerifyNode implements TreeNode {
  readonly kind = 'verify';
  readonly id: string;
  readonly parent: TreeNode;
  readonly candidates: readonly VerificationCandidate[];

  constructor(parent: TreeNode, candidates: readonly VerificationCandidate[]) {
    this.id = `${parent.id}/verify`;
    this.parent = parent;
    this.candidates = candidates;
  }

  item(): vscode.TreeItem {
    const commands = this.candidates.map(({ command }) => inertLine(command));
    const [only = '', ...others] = commands;
    const label = others.length === 0 ? vscode.l10n.t('Verify with "{0}"', only) : vscode.l10n.t('Verify');
    const item = new vscode.TreeItem(label);
    item.id = this.id;
    if (others.length > 0) item.description = vscode.l10n.t('with {0}', commands.join(', '));
    item.iconPath = new vscode.ThemeIcon('beaker');
    item.tooltip = vscode.l10n.t('Nobody has checked yet what the agent reported.');
    item.contextValue = 'verify';
    item.command = { command: CommandId.verifyTask, title: label, arguments: [this] };
    item.accessibilityInformation = { label: [label, item.description ?? ''].join(' '), role: 'button' };
    return item;
  }

  children(): TreeNode[] {
    return [];
  }
}
