import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { invalidInput, isSessionError, SessionError } from '../../core/errors.ts';
import type { SessionTransfer } from '../../host/transfer.ts';
import type { ImportedSession, ImportFormat } from '../../transfer/importSession.ts';
import type { App } from '../app.ts';
import { type Call, requiredText, textArgument } from './call.ts';
import { chooseFolder, requireTrustedFolder } from './requirements.ts';

const FORMATS: readonly ImportFormat[] = ['auto', 'zip', 'claude-code', 'codex', 'opencode', 'pi'];

/** `importSession({path, format?})` resolves with what became of each file; by hand it asks for files or a folder. */
export async function importSession(
  app: App,
  { args }: Call,
): Promise<readonly ImportedSession[] | undefined> {
  if (args !== undefined) {
    const { transfer } = await app.folders.requireActive().host();
    const given = textArgument(args, 'format') ?? 'auto';
    const format = FORMATS.find(known => known === given);
    if (format === undefined) throw invalidInput('format', `The format is ${FORMATS.join(', ')}.`);
    return importAll(await filesOf(requiredText(args, 'path'), transfer), format, transfer);
  }
  requireTrustedFolder(app);
  const title = vscode.l10n.t('Import Session');
  const folder = await chooseFolder(app, title);
  if (folder === undefined) return undefined;
  const chosen = await vscode.window.showOpenDialog({
    title,
    openLabel: vscode.l10n.t('Import'),
    canSelectMany: true,
    filters: { [vscode.l10n.t('Sessions and histories')]: ['zip', 'jsonl', 'json'] },
  });
  if (chosen === undefined) return undefined;
  const { transfer } = await folder.host();
  const imported = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Importing') },
    () =>
      importAll(
        chosen.map(uri => uri.fsPath),
        'auto',
        transfer,
      ),
  );
  void vscode.window.showInformationMessage(summaryOf(imported));
  return imported;
}

async function filesOf(path: string, transfer: SessionTransfer): Promise<readonly string[]> {
  const isFolder = await stat(path).then(
    found => found.isDirectory(),
    () => false,
  );
  return isFolder ? transfer.filesIn(path) : [path];
}

/** Each file by itself: what is wrong with one keeps no other from being taken in. Rejects when none could be. */
async function importAll(
  files: readonly string[],
  format: ImportFormat,
  transfer: SessionTransfer,
): Promise<readonly ImportedSession[]> {
  const imported: ImportedSession[] = [];
  let problem: unknown = new SessionError(
    'not_found',
    vscode.l10n.t('There is nothing to import. Nothing was changed.'),
  );
  for (const file of files) {
    try {
      imported.push(await transfer.importSession(file, format));
    } catch (error) {
      if (!isSessionError(error)) throw error;
      problem = error;
    }
  }
  if (imported.length === 0) throw problem;
  return imported;
}

function summaryOf(imported: readonly ImportedSession[]): string {
  const { l10n } = vscode;
  const added = imported.filter(({ outcome }) => outcome === 'imported').length;
  const grown = imported.filter(({ outcome }) => outcome === 'extended').length;
  const known = imported.length - added - grown;
  const here = known === 0 ? '' : ` ${l10n.t('Already here: {0}.', known)}`;
  const more = grown === 0 ? '' : ` ${l10n.t('Brought up to date: {0}.', grown)}`;
  return `${l10n.t('Sessions imported: {0}. They can be read; to go on, fork one.', added)}${more}${here}`;
}
