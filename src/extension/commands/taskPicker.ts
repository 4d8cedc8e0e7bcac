import * as vscode from 'vscode';
import { inertLine } from '../../core/inertText.ts';
import type { AgentTask } from '../../core/task.ts';
import { taskIcon } from '../show/icons.ts';
import { plainLabel } from '../show/plainLabel.ts';
import { taskDescription } from '../show/taskWords.ts';

/** Asks for one of the tasks; the first is the default. */
export async function pickTask(
  tasks: readonly AgentTask[],
  title: string,
  placeHolder: string,
): Promise<AgentTask | undefined> {
  const items = tasks.map(task => ({
    label: plainLabel(inertLine(task.description)),
    description: taskDescription(task),
    iconPath: taskIcon(task, task.awaiting !== undefined),
    task,
  }));
  return (await vscode.window.showQuickPick(items, { title, placeHolder }))?.task;
}
