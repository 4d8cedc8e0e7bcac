import * as vscode from 'vscode';
import { inertText } from '../core/inertText.ts';
import { messageOf } from '../core/errors.ts';
import { CommandId } from './contributionIds.ts';
import { plainLabel } from './show/plainLabel.ts';

/** Tells a person why what they asked for did not happen. Bundles have their own error classes, so the code decides. */
export function reportError(error: unknown): void {
  const code = codeOf(error);
  if (code === 'cancelled') return;
  const message = plainLabel(inertText(messageOf(error)));
  if (code === 'not_trusted') {
    const manage = vscode.l10n.t('Manage Workspace Trust');
    void vscode.window.showWarningMessage(message, manage).then(answer => {
      if (answer === manage) void vscode.commands.executeCommand('workbench.trust.manage');
    });
    return;
  }
  if (code === 'damaged') {
    const check = vscode.l10n.t('Check Sessions');
    void vscode.window.showErrorMessage(message, check).then(answer => {
      if (answer === check) void vscode.commands.executeCommand(CommandId.doctor);
    });
    return;
  }
  void vscode.window.showErrorMessage(message);
}

function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}
