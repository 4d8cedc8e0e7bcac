import * as vscode from 'vscode';

/** What stands for a figure that is not known. */
export const UNKNOWN = '–';

/** A whole number as the person's language groups it. */
export function countText(value: number): string {
  return new Intl.NumberFormat(vscode.env.language).format(value);
}

export function percentText(value: number | null): string {
  return value === null
    ? UNKNOWN
    : new Intl.NumberFormat(vscode.env.language, { style: 'percent' }).format(value / 100);
}

/** A duration in at most two units: `0.3 s`, `45 s`, `2 m 10 s`, `1 h 5 m`. */
export function durationText(ms: number | null): string {
  if (ms === null) return UNKNOWN;
  if (ms < 9_950) return vscode.l10n.t('{0} s', decimal(ms / 1000));
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return vscode.l10n.t('{0} s', seconds);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return vscode.l10n.t('{0} m {1} s', minutes, seconds % 60);
  return vscode.l10n.t('{0} h {1} m', countText(Math.floor(minutes / 60)), minutes % 60);
}

export function tasksText(count: number): string {
  return count === 1 ? vscode.l10n.t('1 task') : vscode.l10n.t('{0} tasks', countText(count));
}

export function filesText(count: number): string {
  return count === 1 ? vscode.l10n.t('1 file') : vscode.l10n.t('{0} files', countText(count));
}

/** US dollars; of small amounts also parts of a cent. */
export function costText(value: number | null): string {
  if (value === null) return UNKNOWN;
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: value < 1 ? 4 : 2 };
  return new Intl.NumberFormat(vscode.env.language, { style: 'currency', currency: 'USD', ...digits }).format(
    value,
  );
}

function decimal(value: number): string {
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  return new Intl.NumberFormat(vscode.env.language, digits).format(value);
}
