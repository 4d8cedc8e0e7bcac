import * as vscode from 'vscode';
import { SessionError } from '../../core/errors.ts';
import type { App } from '../app.ts';
import type { Call } from './call.ts';
import { type ChosenTask, missingTaskId, namedTask, tasksOfCurrent } from './chosen.ts';
import { pickTask } from './taskPicker.ts';

/** `showTask({taskId})`, on a row, or asks which: opens its page. */
export async function showTask(app: App, call: Call): Promise<void> {
  const named = await namedTask(app, call);
  if (named === undefined && call.args !== undefined) throw missingTaskId();
  const chosen = named ?? (await ask(app));
  if (chosen !== undefined) await app.documents.show(chosen.folder, chosen.taskId);
}

async function ask(app: App): Promise<ChosenTask | undefined> {
  const { folder, tasks } = await tasksOfCurrent(app);
  if (tasks.length === 0)
    throw new SessionError('not_found', vscode.l10n.t('The current session has no task yet.'));
  const title = vscode.l10n.t('Show Task');
  const task = await pickTask(tasks, title, vscode.l10n.t('Which task?'));
  return task && { folder, taskId: task.id };
}
