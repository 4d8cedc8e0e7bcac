import * as vscode from 'vscode';
import { inertText } from '../../core/inertText.ts';
import type { ToolCall } from '../../core/toolCall.ts';
import { CommandId } from '../contributionIds.ts';
import { questionSubject, questionText } from '../show/taskWords.ts';
import type { TreeNode } from './treeNode.ts';

/** What a task asks a person; a click shows all of it with the answers. */
export class QuestionNode implements TreeNode {
  readonly id: string;
  readonly parent: TreeNode;
  readonly call: ToolCall;

  constructor(parent: TreeNode, call: ToolCall) {
    this.id = `${parent.id}/question/${call.approvalId ?? call.id}`;
    this.parent = parent;
    this.call = call;
  }

  item(): vscode.TreeItem {
    const isInWords = this.call.expects === 'text';
    const text = questionText(this.call);
    const label = isInWords ? vscode.l10n.t('Answer? {0}', text) : vscode.l10n.t('Allow? {0}', text);
    const item = new vscode.TreeItem(label);
    item.id = this.id;
    item.iconPath = new vscode.ThemeIcon('question', new vscode.ThemeColor('list.warningForeground'));
    item.tooltip = inertText(questionSubject(this.call));
    // A tooltip would be read out in place of the label.
    item.accessibilityInformation = { label };
    item.contextValue = isInWords
      ? 'question wantsText'
      : this.call.onceOnly
        ? 'question asks'
        : 'question asks lasting';
    item.command = {
      command: CommandId.reviewQuestion,
      title: vscode.l10n.t('Review'),
      arguments: [this],
    };
    return item;
  }

  children(): TreeNode[] {
    return [];
  }
}
