import { join } from 'node:path';
import * as vscode from 'vscode';
import type { TaskComparison } from '../../core/taskComparison.ts';
import type { Host } from '../../host/host.ts';
import { CheckpointFiles } from '../diff/checkpointFiles.ts';

/** More files than these are compared on the page alone. */
const MAX_FILES = 50;

type Sides = [label: vscode.Uri, left: vscode.Uri | undefined, right: vscode.Uri | undefined];

/** What two attempts left behind, in VS Code's diff editors below the page; nothing without checkpoints or differences. */
export async function compareResults(host: Host, { attempts, files }: TaskComparison): Promise<void> {
  const [left, right, ...others] = attempts;
  if (left === undefined || right === undefined || others.length > 0) return;
  const tasks = await Promise.all([left, right].map(({ taskId }) => host.sessions.getTask(taskId)));
  if (tasks.some(({ task }) => task.checkpointAfter === undefined)) return;
  const { workingDirectory } = await host.sessions.getSession(right.sessionId);
  const differing = files.filter(({ same }) => same !== true).slice(0, MAX_FILES);
  const sides = await Promise.all(
    differing.map(async ({ path }): Promise<Sides> => {
      const after = (taskId: string): Promise<vscode.Uri | undefined> => resultOf(host, taskId, path);
      const both = await Promise.all([after(left.taskId), after(right.taskId)]);
      return [vscode.Uri.file(join(workingDirectory, path)), ...both];
    }),
  );
  const shown = sides.filter(([, before, after]) => before !== undefined || after !== undefined);
  if (shown.length === 0) return;
  await vscode.commands.executeCommand('workbench.action.newGroupBelow');
  const title = vscode.l10n.t('Results of the Two');
  await vscode.commands.executeCommand('vscode.changes', title, shown);
}

/** The file as a task left it; `undefined` where there was none. */
async function resultOf(host: Host, taskId: string, path: string): Promise<vscode.Uri | undefined> {
  const content = await host.undo.content(taskId, 'after', path).catch(() => undefined);
  return content === undefined ? undefined : CheckpointFiles.uri(taskId, 'after', path);
}
