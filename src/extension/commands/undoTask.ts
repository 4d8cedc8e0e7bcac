import * as vscode from 'vscode';
import { inertLine } from '../../core/inertText.ts';
import type { AgentTask } from '../../core/task.ts';
import type { UndoFile, UndoPlan } from '../../core/undoPlan.ts';
import type { App } from '../app.ts';
import { CommandId } from '../contributionIds.ts';
import type { FolderSessions } from '../folders/folderSessions.ts';
import { countText } from '../show/numberText.ts';
import { plainLabel } from '../show/plainLabel.ts';
import { shortLine } from '../show/taskWords.ts';
import type { Call } from './call.ts';
import { missingTaskId, namedTask } from './chosen.ts';
import { askForChangedTask } from './diffTask.ts';
import { requireTrustedFolder } from './requirements.ts';

/**
 * `undoTask({taskId, force?})` asks nothing. On a row or by hand it shows first what will happen to which file. Resolves with the
 * task; undoing an undone one brings its changes back.
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
  const title = plainLabel(shortLine(task.description));
  const answer = await preview(plan, title);
  if (answer === undefined) return undefined;
  if (answer === 'force' && !(await confirmOverwrite(plan))) return undefined;
  const result = await host.undo.undo(taskId, { force: answer === 'force' });
  void tellResult(result.plan, taskId, title);
  return result.task;
}

type Answer = 'undo' | 'force';

/** The files in a list whose first row does it. */
async function preview(plan: UndoPlan, title: string): Promise<Answer | undefined> {
  const { conflicts, files, left, undone } = plan;
  const count = countText(files.length);
  const act: vscode.QuickPickItem & { answer: Answer } =
    conflicts.length > 0
      ? {
          label: vscode.l10n.t('$(warning) Overwrite what was changed since, and go on'),
          detail: vscode.l10n.t(
            '{0} of {1} files were changed since. What is overwritten can be brought back.',
            countText(conflicts.length),
            count,
          ),
          answer: 'force',
        }
      : {
          label: undone
            ? vscode.l10n.t('$(discard) Take these changes back')
            : vscode.l10n.t('$(redo) Bring these changes back'),
          detail: vscode.l10n.t(
            '{0} files. Nothing else is touched, and this can be taken back itself.',
            count,
          ),
          answer: 'undo',
        };
  const inTheWay = new Map(conflicts.map(({ path, reason }) => [path, reason]));
  const rows = files.map((file): vscode.QuickPickItem => ({
    label: `${ICONS[file.action]} ${plainLabel(inertLine(file.path))}`,
    description: [actionText(file), ...conflictText(inTheWay.get(file.path))].join(' · '),
  }));
  const leftRows = left.map(({ path, reason }): vscode.QuickPickItem => ({
    label: `$(circle-slash) ${plainLabel(inertLine(path))}`,
    description:
      reason === 'protected'
        ? vscode.l10n.t('protected, stays as it is')
        : vscode.l10n.t('ignored by your rules, stays as it is'),
  }));
  const separator = { label: vscode.l10n.t('What happens'), kind: vscode.QuickPickItemKind.Separator };
  const picked = await vscode.window.showQuickPick([act, separator, ...rows, ...leftRows], {
    title: undone ? vscode.l10n.t('Undo “{0}”', title) : vscode.l10n.t('Bring back “{0}”', title),
    placeHolder: vscode.l10n.t('Enter does it, Escape leaves everything as it is'),
  });
  return picked === act ? act.answer : undefined;
}

const ICONS: Readonly<Record<UndoFile['action'], string>> = {
  create: '$(diff-added)',
  change: '$(diff-modified)',
  delete: '$(diff-removed)',
  rename: '$(diff-renamed)',
  mode: '$(diff-modified)',
};

function actionText({ action, from }: UndoFile): string {
  switch (action) {
    case 'create':
      return vscode.l10n.t('comes back');
    case 'change':
      return vscode.l10n.t('gets its former content');
    case 'delete':
      return vscode.l10n.t('is removed');
    case 'rename':
      return vscode.l10n.t('renamed from {0}', inertLine(from ?? ''));
    case 'mode':
      return vscode.l10n.t('gets its former permissions');
  }
}

function conflictText(reason: 'changed' | 'shared' | undefined): string[] {
  if (reason === undefined) return [];
  return [
    reason === 'changed'
      ? vscode.l10n.t('changed since the task')
      : vscode.l10n.t('changed by the task and by somebody else at the same time'),
  ];
}

async function confirmOverwrite({ conflicts }: UndoPlan): Promise<boolean> {
  const overwrite = vscode.l10n.t('Overwrite');
  const detail = conflicts.map(({ path }) => inertLine(path)).join('\n');
  const message = vscode.l10n.t('Overwrite files that were changed since?');
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, overwrite)) === overwrite;
}

async function tellResult({ files, undone }: UndoPlan, taskId: string, title: string): Promise<void> {
  const again = undone ? vscode.l10n.t('Bring Back') : vscode.l10n.t('Undo Again');
  const message = undone
    ? vscode.l10n.t('“{0}” is undone: {1} files.', title, countText(files.length))
    : vscode.l10n.t('The changes of “{0}” are back: {1} files.', title, countText(files.length));
  const answer = await vscode.window.showInformationMessage(message, again);
  if (answer === again) await vscode.commands.executeCommand(CommandId.undoTask, { taskId });
}
