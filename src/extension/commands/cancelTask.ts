import * as vscode from 'vscode';
import { SessionError } from '../../core/errors.ts';
import type { AgentTask } from '../../core/task.ts';
import type { App } from '../app.ts';
import type { FolderSessions } from '../folders/folderSessions.ts';
import type { Call } from './call.ts';
import { type ChosenTask, missingTaskId, namedTask } from './chosen.ts';
import { pickTask } from './taskPicker.ts';

/** `cancelTask({taskId})`, on a row, or the one that runs; asks when several do. Resolves with the task once it ended. */
export async function cancelTask(app: App, call: Call): Promise<AgentTask | undefined> {
  const named = await namedTask(app, call);
  if (named === undefined && call.args !== undefined) throw missingTaskId();
  const chosen = named ?? (await ask(app));
  return chosen && (await chosen.folder.sessions()).cancelTask(chosen.taskId);
}

async function ask(app: App): Promise<ChosenTask | undefined> {
  app.folders.requireActive();
  const unfinished = app.folders.all.flatMap(unfinishedTasks);
  const [only] = unfinished;
  if (only === undefined)
    throw new SessionError(
      'task_not_running',
      vscode.l10n.t('No task is running, so there is nothing to cancel.'),
    );
  if (unfinished.length === 1) return { folder: only.folder, taskId: only.task.id };
  const task = await pickTask(
    unfinished.map(entry => entry.task),
    vscode.l10n.t('Cancel Task'),
    vscode.l10n.t('Which task is to stop?'),
  );
  const found = unfinished.find(entry => entry.task === task);
  return found && { folder: found.folder, taskId: found.task.id };
}

function unfinishedTasks(folder: FolderSessions): { folder: FolderSessions; task: AgentTask }[] {
  return folder.states.busy().flatMap(state =>
    state.live.flatMap(({ taskId }) => {
      const task = state.tasks.get(taskId);
      return task === undefined ? [] : [{ folder, task }];
    }),
  );
}
