import * as vscode from 'vscode';
import { invalidInput } from '../../core/errors.ts';
import { namedPeriod } from '../../core/statsPeriod.ts';
import type { App } from '../app.ts';
import { collectReport, collectWholeReport } from '../dashboard/collectReport.ts';
import { type ExportFormat, exportReport, exportText } from '../dashboard/exportReport.ts';
import { type Call, requiredText, textArgument } from './call.ts';

/** `exportStats({format: 'csv' | 'json', period?})` resolves with the text; by hand it asks for the format and the file. */
export async function exportStats(app: App, { args }: Call): Promise<string | undefined> {
  app.folders.requireActive();
  if (args !== undefined) {
    const format = parseFormat(requiredText(args, 'format'));
    const period = namedPeriod(textArgument(args, 'period') ?? 'all', new Date());
    return exportText(await collectWholeReport(app.folders.all, period), format);
  }
  const picked = await vscode.window.showQuickPick(
    [
      { label: 'CSV', description: vscode.l10n.t('a table for a spreadsheet'), format: 'csv' as const },
      { label: 'JSON', description: vscode.l10n.t('all figures, for a program'), format: 'json' as const },
    ],
    { title: vscode.l10n.t('Export Statistics'), placeHolder: vscode.l10n.t('In which format?') },
  );
  if (picked !== undefined) await exportReport(await collectReport(app.folders.all, {}), picked.format);
  return undefined;
}

function parseFormat(format: string): ExportFormat {
  if (format === 'csv' || format === 'json') return format;
  throw invalidInput('format', `The format is csv or json, not ${JSON.stringify(format)}.`);
}
