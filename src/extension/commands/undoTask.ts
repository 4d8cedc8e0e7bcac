import { join } from 'node:path';
import * as vscode from 'vscode';
import { inertLine } from '../../core/inertText.ts';
import type { AgentTask } from '../../core/task.ts';
import type { UndoPlan } from '../../core/undoPlan.ts';
import type { App } from '../app.ts';
import { CommandId } from '../contributionIds.ts';
import { CheckpointFiles } from '../diff/checkpointFiles.ts';
import type { FolderSessions } from '../folders/folderSessions.ts';
import { reportError } from '../reportError.ts';
import { filesText } from '../show/numberText.ts';
import { plainLabel } from '../show/plainLabel.ts';
import { shortLine } from '../show/taskWords.ts';
import type { Call } from './call.ts';
import { missingTaskId, namedTask } from './chosen.ts';
import { askForChangedTask } from './diffTask.ts';
import { requireTrustedFolder } from './requirements.ts';
import { previewUndo } from './undoPreview.ts';

/**
 * `undoTask({taskId, force?})` asks nothing. On a row or by hand it shows first what will happen to which file. Resolves with the
 * task; undoing an undone one brings its changes back, which rows call Bring Changes Back.
 */
export async function undoTask(app: App, call: Call): Promise<AgentTask | undefined> {
  const named = await namedTask(app, call);
  if (call.args !== undefined) {
    if (named === undefined) throw missingTaskId();
    const { undo } = await named.folder.host();
    return (await undo.undo(named.taskId, { force: call.args['force'] === true })).task;
  }
  requireTrustedFolder(app);
  const chosen = named ?? (await askForChangedTask(app, vscode.l10n.t('Undo Task')));
  return chosen && undoByHand(chosen.folder, chosen.taskId);
}

async function undoByHand(folder: FolderSessions, taskId: string): Promise<AgentTask | undefined> {
  const host = await folder.host();
  const plan = await host.undo.plan(taskId);
  const { task } = await host.sessions.getTask(taskId);
  const { workingDirectory } = await host.sessions.getSession(task.sessionId);
  const title = plainLabel(shortLine(task.description));
  const answer = await previewUndo(plan, title, workingDirectory);
  if (answer === 'look') await showConflicts(plan, title, workingDirectory);
  if (answer !== 'undo' && answer !== 'force') return undefined;
  const result = await host.undo.undo(taskId, { force: answer === 'force' });
  tellResult(result.plan, taskId, title).catch(reportError);
  return result.task;
}

/** Each file that stands in the way: as it should be for this, beside what it is now. */
async function showConflicts(
  { taskId, undone, conflicts }: UndoPlan,
  title: string,
  workingDirectory: string,
): Promise<void> {
  const sides = conflicts.map(({ path }) => {
    const now = vscode.Uri.file(join(workingDirectory, path));
    return [now, CheckpointFiles.uri(taskId, undone ? 'after' : 'before', path), now] as const;
  });
  const [[now, then] = []] = sides;
  if (sides.length > 1 || now === undefined) {
    const name = vscode.l10n.t('Changed since “{0}”', title);
    await vscode.commands.executeCommand('vscode.changes', name, sides);
    return;
  }
  const name = plainLabel(inertLine(conflicts[0]?.path ?? ''));
  const both = undone
    ? vscode.l10n.t('{0} (as the task left it ↔ now)', name)
    : vscode.l10n.t('{0} (as the undo left it ↔ now)', name);
  await vscode.commands.executeCommand('vscode.diff', then, now, both, { preview: true });
}

async function tellResult({ files, undone }: UndoPlan, taskId: string, title: string): Promise<void> {
  const again = undone ? vscode.l10n.t('Bring Back') : vscode.l10n.t('Undo Again');
  const message = undone
    ? vscode.l10n.t('“{0}” is undone: {1}.', title, filesText(files.length))
    : vscode.l10n.t('The changes of “{0}” are back: {1}.', title, filesText(files.length));
  const answer = await vscode.window.showInformationMessage(message, again);
  if (answer === again) await vscode.commands.executeCommand(CommandId.undoTask, { taskId });
}
