import { join } from 'node:path';
import * as vscode from 'vscode';
import type { FileDiff } from '../../core/checkpoints.ts';
import { SessionError } from '../../core/errors.ts';
import { inertLine } from '../../core/inertText.ts';
import type { AgentTask } from '../../core/task.ts';
import type { App } from '../app.ts';
import { CheckpointFiles } from '../diff/checkpointFiles.ts';
import { plainLabel } from '../show/plainLabel.ts';
import { shortLine } from '../show/taskWords.ts';
import { type Call, textArgument } from './call.ts';
import { type ChosenTask, missingTaskId, namedTask, tasksOfCurrent } from './chosen.ts';
import { isRow } from './rows.ts';
import { pickTask } from './taskPicker.ts';

/** `diffTask({taskId, path?})`, on a row (of one file: that file), or asks which: opens the diff editors of VS Code. */
export async function diffTask(app: App, call: Call): Promise<void> {
  const named = await namedTask(app, call);
  if (named === undefined && call.args !== undefined) throw missingTaskId();
  const chosen = named ?? (await askForChangedTask(app, vscode.l10n.t('Show Changes')));
  if (chosen === undefined) return;
  const path = isRow(call.node, 'file')
    ? call.node.change.path
    : call.args && textArgument(call.args, 'path');
  const host = await chosen.folder.host();
  const { task } = await host.sessions.getTask(chosen.taskId);
  const { workingDirectory } = await host.sessions.getSession(task.sessionId);
  const { files, before, problem } = await host.undo.diff(chosen.taskId, { patches: false });
  const shown = files.filter(file => path === undefined || file.path === path);
  if (before === null) {
    const why = problem ?? task.checkpointProblem ?? vscode.l10n.t('Checkpoints were not taken when it ran.');
    throw new SessionError('no_checkpoint', vscode.l10n.t('There is nothing to compare with. {0}', why));
  }
  if (shown.length === 0) throw new SessionError('not_found', vscode.l10n.t('This task changed no file.'));
  const [only] = shown;
  const sides = shown.map(file => sidesOf(task, file, workingDirectory));
  if (only === undefined || shown.length > 1) {
    const title = vscode.l10n.t('Changes of “{0}”', plainLabel(shortLine(task.description)));
    await vscode.commands.executeCommand('vscode.changes', title, sides);
    return;
  }
  const [[, left, right] = []] = sides;
  const title = `${inertLine(only.path)} (${plainLabel(shortLine(task.description, 40))})`;
  const nothing = vscode.Uri.from({ scheme: 'untitled', path: inertLine(only.path) });
  await vscode.commands.executeCommand('vscode.diff', left ?? nothing, right ?? nothing, title, {
    preview: true,
  });
}

type Sides = [label: vscode.Uri, left: vscode.Uri | undefined, right: vscode.Uri | undefined];

/** What to compare: one side is missing where there was no file. A task whose end was not captured is compared with what is there. */
function sidesOf(
  { id, checkpointAfter, copyOf }: AgentTask,
  file: FileDiff,
  workingDirectory: string,
): Sides {
  const { kind, path, from = path } = file;
  const now = vscode.Uri.file(join(workingDirectory, path));
  const after =
    checkpointAfter === undefined && copyOf === undefined ? now : CheckpointFiles.uri(id, 'after', path);
  return [
    now,
    kind === 'added' ? undefined : CheckpointFiles.uri(id, 'before', from),
    kind === 'deleted' ? undefined : after,
  ];
}

/** Which of the current session's tasks that changed files is meant. */
export async function askForChangedTask(app: App, title: string): Promise<ChosenTask | undefined> {
  const { folder, tasks } = await tasksOfCurrent(app);
  const changed = tasks.filter(task => task.filesChanged.length > 0);
  if (changed.length === 0)
    throw new SessionError(
      'not_found',
      vscode.l10n.t('The current session has no task that changed a file.'),
    );
  const task = await pickTask(changed, title, vscode.l10n.t('Which task?'));
  return task && { folder, taskId: task.id };
}
