import * as vscode from 'vscode';
import { inertLine, inertText } from '../../core/inertText.ts';
import type { PlanStep } from '../../core/plan.ts';
import { stepIcon } from '../show/icons.ts';
import { stepDescription, stepStatusText } from '../show/taskWords.ts';
import type { TreeNode } from './treeNode.ts';

/** One step of a task's plan. */
export class StepNode implements TreeNode {
  readonly id: string;
  readonly parent: TreeNode;
  step: PlanStep;

  constructor(parent: TreeNode, step: PlanStep) {
    this.id = `${parent.id}/step/${step.id}`;
    this.parent = parent;
    this.step = step;
  }

  item(): vscode.TreeItem {
    const { step } = this;
    const title = inertLine(step.title);
    const description = stepDescription(step);
    const item = new vscode.TreeItem(title);
    item.id = this.id;
    item.description = description;
    item.iconPath = stepIcon(step.status);
    item.tooltip = inertText([step.title, stepStatusText(step), step.detail ?? ''].join('\n').trim());
    item.contextValue = 'step';
    const status = stepStatusText(step);
    // Where there is nothing else to say, the description is the status.
    const said = description.startsWith(status) ? [] : [status];
    item.accessibilityInformation = {
      label: [title, ...said, description].filter(part => part !== '').join(', '),
    };
    return item;
  }

  children(): TreeNode[] {
    return [];
  }
}
