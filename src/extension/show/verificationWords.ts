import * as vscode from 'vscode';
import { inertLine } from '../../core/inertText.ts';
import type { AgentTask, Verification } from '../../core/task.ts';
import { UNKNOWN } from './numberText.ts';

/** `verified by "npm test" (exit 0)`, and in words when it holds no more. */
export function verificationText(verification: Verification): string {
  const { l10n } = vscode;
  const by = byText(verification);
  return verification.passed ? l10n.t('verified by {0}', by) : l10n.t('not verified by {0}', by);
}

/** The same where "Verified" stands in front of it; a dash when there is none. */
export function verifiedText({ verification, verifying }: AgentTask): string {
  const { l10n } = vscode;
  if (verifying === true) return l10n.t('at this moment');
  if (verification === null) return UNKNOWN;
  const by = byText(verification);
  return verification.passed ? l10n.t('yes, by {0}', by) : l10n.t('no, by {0}', by);
}

function byText({ command, exitCode, stale }: Verification): string {
  const { l10n } = vscode;
  const how = exitCode === null ? l10n.t('stopped') : l10n.t('exit {0}', exitCode);
  const by = `"${inertLine(command)}" (${how})`;
  return stale === true ? `${by}. ${l10n.t('Stale: files that it covers changed since.')}` : by;
}

/** A verification in a word or two, for a row; nothing without one, and where the outcome says it already. */
export function verifiedWords({ verification, verifying, reason }: AgentTask): string[] {
  if (verifying === true) return [vscode.l10n.t('verifying')];
  if (verification === null) return [];
  if (verification.passed) return [vscode.l10n.t('verified')];
  return reason === 'verification' ? [] : [vscode.l10n.t('not verified')];
}
