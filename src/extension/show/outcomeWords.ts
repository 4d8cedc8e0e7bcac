import * as vscode from 'vscode';
import type { Outcome } from '../../core/outcome.ts';

/** What came of a task, as charts and lists call it. */
export function outcomeText(outcome: Outcome): string {
  switch (outcome) {
    case 'verified':
      return vscode.l10n.t('Verified');
    case 'completed':
      return vscode.l10n.t('Completed, not verified');
    case 'refuted':
      return vscode.l10n.t('Verification failed');
    case 'failed':
      return vscode.l10n.t('Failed');
    case 'stopped':
      return vscode.l10n.t('Cancelled or interrupted');
    case 'open':
      return vscode.l10n.t('Not ended');
  }
}
