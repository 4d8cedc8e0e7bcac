import { join } from 'node:path';
import * as vscode from 'vscode';
import { inertLine } from '../../core/inertText.ts';
import type { UndoConflict, UndoFile, UndoPlan } from '../../core/undoPlan.ts';
import { filesText } from '../show/numberText.ts';
import { plainLabel } from '../show/plainLabel.ts';

/** What the person wants: `look` at what stands in the way, or to have it overwritten (`force`). */
export type UndoAnswer = 'undo' | 'look' | 'force';

interface AnswerItem extends vscode.QuickPickItem {
  readonly answer?: UndoAnswer;
}

/**
 * Shows what will happen to which file; Enter does it. Where something was changed since, Enter leaves everything as it is.
 * `undefined`: nothing is to be done.
 */
export async function previewUndo(
  plan: UndoPlan,
  title: string,
  workingDirectory: string,
): Promise<UndoAnswer | undefined> {
  const { l10n } = vscode;
  const { conflicts, files, left, undone } = plan;
  const inTheWay = new Map(conflicts.map(({ path, reason }) => [path, reason]));
  const unsaved = new Set(
    vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty).map(({ uri }) => uri.fsPath),
  );
  const rows = files.map((file): AnswerItem => {
    const isUnsaved = unsaved.has(join(workingDirectory, file.path));
    const words = [
      actionText(file, undone),
      ...conflictText(inTheWay.get(file.path)),
      ...(isUnsaved ? [l10n.t('what is not saved stays in its editor')] : []),
    ];
    return {
      label: `${ICONS[file.action]} ${plainLabel(inertLine(file.path))}`,
      description: words.join(' · '),
    };
  });
  const leftRows = left.map(({ path, reason }): AnswerItem => ({
    label: `$(circle-slash) ${plainLabel(inertLine(path))}`,
    description:
      reason === 'protected'
        ? l10n.t('protected, stays as it is')
        : l10n.t('ignored by your rules, stays as it is'),
  }));
  const separator = { label: l10n.t('What happens'), kind: vscode.QuickPickItemKind.Separator };
  const answers = conflicts.length > 0 ? conflictAnswers(plan) : [answer(plan)];
  const picked = await vscode.window.showQuickPick<AnswerItem>(
    [...answers, separator, ...rows, ...leftRows],
    {
      title: undone ? l10n.t('Undo “{0}”', title) : l10n.t('Bring back “{0}”', title),
      placeHolder:
        conflicts.length > 0
          ? l10n.t('Somebody else changed {0} too. Nothing was done yet.', names(conflicts))
          : l10n.t('Enter does it, Escape leaves everything as it is'),
    },
  );
  return picked?.answer;
}

function answer({ undone, files }: UndoPlan): AnswerItem {
  const { l10n } = vscode;
  return {
    label: undone ? l10n.t('$(discard) Take these changes back') : l10n.t('$(redo) Bring these changes back'),
    detail: l10n.t(
      '{0}. Nothing else is touched, and this can be taken back itself.',
      filesText(files.length),
    ),
    answer: 'undo',
  };
}

function conflictAnswers({ undone, conflicts }: UndoPlan): AnswerItem[] {
  const { l10n } = vscode;
  return [
    {
      label: l10n.t('$(close) Leave everything as it is'),
      detail: l10n.t('A task is undone as a whole or not at all.'),
    },
    {
      label: l10n.t('$(diff) Show what was changed since'),
      detail: l10n.t('{0}: as the task left it, and as it is now.', filesText(conflicts.length)),
      answer: 'look',
    },
    {
      label: undone
        ? l10n.t('$(warning) Undo all the same, overwriting that')
        : l10n.t('$(warning) Bring back all the same, overwriting that'),
      detail: l10n.t('It is captured first, and comes back when you take this back.'),
      answer: 'force',
    },
  ];
}

const MAX_NAMED = 3;

function names(conflicts: readonly UndoConflict[]): string {
  const more = conflicts.length - MAX_NAMED;
  const named = conflicts.slice(0, MAX_NAMED).map(({ path }) => plainLabel(inertLine(path)));
  return [...named, ...(more > 0 ? [vscode.l10n.t('{0} more', more)] : [])].join(', ');
}

const ICONS: Readonly<Record<UndoFile['action'], string>> = {
  create: '$(diff-added)',
  change: '$(diff-modified)',
  delete: '$(diff-removed)',
  rename: '$(diff-renamed)',
  mode: '$(diff-modified)',
};

function actionText({ action, from }: UndoFile, undone: boolean): string {
  switch (action) {
    case 'create':
      return vscode.l10n.t('comes back');
    case 'change':
      return undone
        ? vscode.l10n.t('gets its former content')
        : vscode.l10n.t('gets the task’s content again');
    case 'delete':
      return vscode.l10n.t('is removed');
    case 'rename':
      return vscode.l10n.t('renamed from {0}', inertLine(from ?? ''));
    case 'mode':
      return vscode.l10n.t('gets its former permissions');
  }
}

function conflictText(reason: UndoConflict['reason'] | undefined): string[] {
  if (reason === undefined) return [];
  return [
    reason === 'changed'
      ? vscode.l10n.t('changed since the task')
      : vscode.l10n.t('changed by the task and by somebody else at the same time'),
  ];
}
