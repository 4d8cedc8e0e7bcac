import * as vscode from 'vscode';
import { invalidInput, SessionError } from '../../core/errors.ts';
import { readComparison } from '../../core/readComparison.ts';
import { comparisonReport } from '../../core/report/comparisonReport.ts';
import { attemptsOf, type TaskComparison } from '../../core/taskComparison.ts';
import type { App } from '../app.ts';
import type { FolderSessions } from '../folders/folderSessions.ts';
import type { Arguments, Call } from './call.ts';
import { namedTask, tasksOfCurrent } from './chosen.ts';
import { compareResults } from './compareResults.ts';
import { pickTask } from './taskPicker.ts';

interface Chosen {
  readonly folder: FolderSessions;
  readonly taskIds: readonly string[];
}

/**
 * `compareTasks({taskId} or {taskIds})` opens attempts side by side on a page, the results of two in diff editors, and resolves with the comparison. One task stands for
 * all attempts of it; by hand one that has no others is compared with another task.
 */
export async function compareTasks(app: App, call: Call): Promise<TaskComparison | undefined> {
  const chosen = call.args === undefined ? await choose(app, call) : await named(app, call.args);
  if (chosen === undefined) return undefined;
  const host = await chosen.folder.host();
  const comparison = await readComparison(host.sessions, chosen.taskIds);
  await app.documents.showReport(vscode.l10n.t('Comparison'), comparisonReport(comparison));
  await compareResults(host, comparison);
  return comparison;
}

async function named(app: App, args: Arguments): Promise<Chosen> {
  const { taskId, taskIds } = args;
  const ids: unknown = taskIds ?? (taskId === undefined ? [] : [taskId]);
  if (!Array.isArray(ids) || !ids.every(id => typeof id === 'string'))
    throw invalidInput('taskIds', 'taskIds is a list of task ids.');
  const [first] = ids;
  if (first === undefined) throw invalidInput('taskIds', 'taskIds is missing.');
  return { folder: await app.folders.withTask(first), taskIds: ids };
}

async function choose(app: App, call: Call): Promise<Chosen | undefined> {
  const { l10n } = vscode;
  const title = l10n.t('Compare Tasks');
  const row = await namedTask(app, call);
  const current = await tasksOfCurrent(app);
  const taskId = row?.taskId ?? (await pickTask(current.tasks, title, l10n.t('Which task?')))?.id;
  if (taskId === undefined) return undefined;
  const folder = row?.folder ?? current.folder;
  const sessions = await folder.sessions();
  const { task } = await sessions.getTask(taskId);
  const all = (await sessions.listTasks(task.sessionId)).toReversed();
  if (attemptsOf(all, task).length > 1) return { folder, taskIds: [taskId] };
  const others = all.filter(({ id }) => id !== taskId);
  if (others.length === 0)
    throw new SessionError(
      'not_found',
      l10n.t('There is nothing to compare this task with. Retry it, with another agent perhaps.'),
    );
  const other = await pickTask(others, title, l10n.t('Compare with which task?'));
  return other && { folder, taskIds: [taskId, other.id] };
}
