import * as vscode from 'vscode';
import { SessionError } from '../../core/errors.ts';
import type { App } from '../app.ts';
import { taskIdOfPage } from '../taskDocument/taskDocuments.ts';
import type { Call } from './call.ts';
import { type ChosenTask, missingTaskId, namedTask, tasksOfCurrent } from './chosen.ts';
import { pickTask } from './taskPicker.ts';

/** `copyTaskReport({taskId})` resolves with the task's report as markdown and puts it on the clipboard; else the page's task. */
export async function copyTaskReport(app: App, call: Call): Promise<string | undefined> {
  const chosen = (await namedTask(app, call)) ?? (await unnamed(app, call));
  if (chosen === undefined) return undefined;
  const { transfer } = await chosen.folder.host();
  const report = await transfer.reportTask(chosen.taskId);
  await vscode.env.clipboard.writeText(report);
  if (call.args === undefined)
    vscode.window.setStatusBarMessage(vscode.l10n.t('The report of the task is on the clipboard.'), 5_000);
  return report;
}

async function unnamed(app: App, call: Call): Promise<ChosenTask | undefined> {
  if (call.args !== undefined) throw missingTaskId();
  const shown = taskIdOfPage(vscode.window.activeTextEditor?.document.uri);
  if (shown !== undefined) return { folder: await app.folders.withTask(shown), taskId: shown };
  const { folder, tasks } = await tasksOfCurrent(app);
  if (tasks.length === 0)
    throw new SessionError('not_found', vscode.l10n.t('The current session has no task yet.'));
  const task = await pickTask(tasks, vscode.l10n.t('Copy Task Report'), vscode.l10n.t('Which task?'));
  return task && { folder, taskId: task.id };
}
