import * as vscode from 'vscode';
import { SessionError } from '../../core/errors.ts';
import { type AgentTask, isFinished } from '../../core/task.ts';
import type { App } from '../app.ts';
import { type Call, textArgument } from './call.ts';
import { type ChosenTask, missingTaskId, namedTask, tasksOfCurrent } from './chosen.ts';
import { requireTrustedFolder } from './requirements.ts';
import { withProgress } from './runTask.ts';
import { pickTask } from './taskPicker.ts';

/** `retryTask({taskId, agent?})`, on a row, or asks which. Resolves with the new attempt once it ended, failed or not. */
export async function retryTask(app: App, call: Call): Promise<AgentTask | undefined> {
  const named = await namedTask(app, call);
  if (named === undefined && call.args !== undefined) throw missingTaskId();
  const chosen = named ?? (await ask(app));
  if (chosen === undefined) return undefined;
  app.folders.markUsed(chosen.folder);
  const agent = call.args && textArgument(call.args, 'agent');
  const { finished } = await (await chosen.folder.sessions()).retryTask(chosen.taskId, { agent });
  return withProgress(finished);
}

async function ask(app: App): Promise<ChosenTask | undefined> {
  requireTrustedFolder(app);
  const { folder, tasks } = await tasksOfCurrent(app);
  const finished = tasks.filter(isFinished);
  if (finished.length === 0) {
    throw new SessionError(
      'task_not_finished',
      vscode.l10n.t('The current session has no finished task that could run again.'),
    );
  }
  const failedFirst = finished.toSorted((a, b) => rank(a) - rank(b));
  const title = vscode.l10n.t('Retry Task');
  const task = await pickTask(failedFirst, title, vscode.l10n.t('Which task is to run again?'));
  return task && { folder, taskId: task.id };
}

function rank(task: AgentTask): number {
  return task.status === 'failed' ? 0 : 1;
}
