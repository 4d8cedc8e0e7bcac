import * as vscode from 'vscode';
import { inertLine } from '../../core/inertText.ts';
import type { FileChange } from '../../core/task.ts';
import { countText } from './numberText.ts';

export function changeKindText(change: FileChange): string {
  switch (change.kind) {
    case 'added':
      return vscode.l10n.t('added');
    case 'modified':
      return vscode.l10n.t('modified');
    case 'deleted':
      return vscode.l10n.t('deleted');
    case 'renamed':
      return change.from === undefined
        ? vscode.l10n.t('renamed')
        : vscode.l10n.t('renamed from {0}', inertLine(change.from));
  }
}

/** `+24 -0` over all files whose lines are known; `undefined` when none is. */
export function lineCounts(changes: readonly FileChange[]): string | undefined {
  const known = changes.filter(change => change.added !== undefined || change.removed !== undefined);
  if (known.length === 0) return undefined;
  const sum = (field: 'added' | 'removed'): string =>
    countText(known.reduce((total, change) => total + (change[field] ?? 0), 0));
  return `+${sum('added')} -${sum('removed')}`;
}
