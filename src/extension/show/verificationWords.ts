import * as vscode from 'vscode';
import { inertLine } from '../../core/inertText.ts';
import type { AgentTask, Verification } from '../../core/task.ts';
import { UNKNOWN } from './numberText.ts';

/** `verified by "npm test" (exit 0)`, and in words when it holds no more. */
export function verificationText(verification: Verification): string {
  const { l10n } = vscode;
  const { passed, exitCode, stale } = verification;
  const how = exitCode === null ? l10n.t('stopped') : l10n.t('exit {0}', exitCode);
  const by = `"${inertLine(verification.command)}" (${how})`;
  const words = passed ? l10n.t('verified by {0}', by) : l10n.t('not verified by {0}', by);
  return stale === true ? `${words}. ${l10n.t('Stale: files that it covers changed since.')}` : words;
}

/** What is to be said of a task's verification, a dash when there is none. */
export function verifiedText({ verification, verifying }: AgentTask): string {
  if (verifying === true) return vscode.l10n.t('is verified now');
  return verification === null ? UNKNOWN : verificationText(verification);
}

/** A verification in a word or two, for a row; nothing without one, and where the outcome says it already. */
export function verifiedWords({ verification, verifying, reason }: AgentTask): string[] {
  if (verifying === true) return [vscode.l10n.t('verifying')];
  if (verification === null) return [];
  if (verification.passed) return [vscode.l10n.t('verified')];
  return reason === 'verification' ? [] : [vscode.l10n.t('not verified')];
}
