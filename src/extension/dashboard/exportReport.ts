import * as vscode from 'vscode';
import { statsCsv } from '../../core/statsCsv.ts';
import type { StatsReport } from '../../core/statsReport.ts';
import { type CollectedReport, uncountedText } from './collectReport.ts';

export type ExportFormat = 'csv' | 'json';

export function exportText(report: StatsReport, format: ExportFormat): string {
  return format === 'csv' ? statsCsv(report) : `${JSON.stringify(report, undefined, 2)}\n`;
}

/** Asks where to, writes the figures there and shows the file. Says whose figures are not in it. */
export async function exportReport(
  { report, uncounted }: CollectedReport,
  format: ExportFormat,
): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const name = `coding-agent-statistics.${format}`;
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Export Statistics'),
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, name) }),
    filters: format === 'csv' ? { CSV: ['csv'] } : { JSON: ['json'] },
  });
  if (target === undefined) return;
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(exportText(report, format)));
  await vscode.window.showTextDocument(target, { preview: true });
  for (const folder of uncounted) void vscode.window.showWarningMessage(uncountedText(folder));
}
