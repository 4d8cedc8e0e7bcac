import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { invalidInput } from '../../core/errors.ts';
import type { ExportFormat } from '../../transfer/exportSession.ts';
import type { SavedExport } from '../../transfer/saveFile.ts';
import type { App } from '../app.ts';
import { type Call, flagArgument, textArgument } from './call.ts';
import { sessionOf } from './chosen.ts';

interface FormatItem extends vscode.QuickPickItem {
  readonly format: ExportFormat;
  readonly extension: string;
  readonly checkpoints?: boolean;
}

/** `exportSession({sessionId?, path, format?, checkpoints?})` resolves with the file that was written; by hand it asks what for and where. */
export async function exportSession(app: App, call: Call): Promise<SavedExport | undefined> {
  const { folder, sessionId } = await sessionOf(app, call);
  const { sessions, transfer } = await folder.host();
  if (call.args !== undefined) {
    const path = textArgument(call.args, 'path');
    if (path === undefined || path === '') throw invalidInput('path', 'path is missing.');
    const format = formatOf(textArgument(call.args, 'format'));
    const checkpoints = flagArgument(call.args, 'checkpoints');
    return transfer.saveSession(sessionId, { format, checkpoints }, { path, replace: false });
  }
  const title = vscode.l10n.t('Export Session');
  const chosen = await vscode.window.showQuickPick(formats(), {
    title,
    placeHolder: vscode.l10n.t('What is it for?'),
  });
  if (chosen === undefined) return undefined;
  const { name } = await transfer.nameFor(sessionId, chosen.format);
  const target = await vscode.window.showSaveDialog({
    title,
    defaultUri: vscode.Uri.file(join(homedir(), name)),
    filters: { [chosen.label]: [chosen.extension] },
  });
  if (target === undefined) return undefined;
  // The dialog has asked whether a file that is there may be replaced.
  const saved = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Exporting the session') },
    () => transfer.saveSession(sessionId, chosen, { path: target.fsPath, replace: true }),
  );
  const damage = await sessions.damageOf(sessionId);
  void offerToOpen(saved, damage.length > 0);
  return saved;
}

function formats(): FormatItem[] {
  const { l10n } = vscode;
  return [
    {
      label: l10n.t('Archive'),
      description: '.zip',
      detail: l10n.t('Every record, byte for byte. Import Session takes it in elsewhere.'),
      ...{ format: 'zip', extension: 'zip' },
    },
    {
      label: l10n.t('Archive with checkpoints'),
      description: '.zip',
      detail: l10n.t('Also the files as each task found and left them, so that its changes show elsewhere.'),
      ...{ format: 'zip', extension: 'zip', checkpoints: true },
    },
    {
      label: l10n.t('Web page'),
      description: '.html',
      detail: l10n.t('One page to read or print. It runs and loads nothing.'),
      ...{ format: 'html', extension: 'html' },
    },
    {
      label: l10n.t('Markdown'),
      description: '.md',
      detail: l10n.t('For a pull request or a wiki.'),
      ...{ format: 'markdown', extension: 'md' },
    },
    {
      label: l10n.t('JSON'),
      description: '.json',
      detail: l10n.t('For programs.'),
      ...{ format: 'json', extension: 'json' },
    },
  ];
}

function formatOf(value: string | undefined): ExportFormat {
  const known = formats().find(({ format }) => format === (value ?? 'zip'));
  if (known !== undefined) return known.format;
  throw invalidInput('format', 'The format is zip, markdown, html or json.');
}

async function offerToOpen({ file }: SavedExport, isDamaged: boolean): Promise<void> {
  const show = vscode.l10n.t('Show in Folder');
  const done = vscode.l10n.t('Exported to {0}.', file);
  const answer = isDamaged
    ? await vscode.window.showWarningMessage(
        `${done} ${vscode.l10n.t('Parts of the session cannot be read. Check Sessions can repair it.')}`,
        show,
      )
    : await vscode.window.showInformationMessage(done, show);
  if (answer === show) await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(file));
}
