import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { CommandId } from '../contributionIds.ts';

interface Choice extends vscode.QuickPickItem {
  readonly act: () => Thenable<void>;
}

/** What can be done with the running server. The token goes to the clipboard and nowhere else. */
export async function showServer(app: App): Promise<void> {
  const { serving } = app.server;
  const { l10n, env } = vscode;
  if (serving === undefined) {
    const start = l10n.t('Start Server');
    const answer = await vscode.window.showInformationMessage(
      l10n.t('No server runs in this window.'),
      start,
    );
    if (answer === start) await vscode.commands.executeCommand(CommandId.startServer);
    return;
  }
  const { url, tokens } = serving.server;
  const choices: readonly Choice[] = [
    {
      label: l10n.t('Copy URL'),
      description: url,
      iconPath: new vscode.ThemeIcon('link'),
      act: () => env.clipboard.writeText(url),
    },
    {
      label: l10n.t('Copy Token'),
      description: l10n.t('a program that has it acts with your rights'),
      iconPath: new vscode.ThemeIcon('key'),
      act: () => env.clipboard.writeText(tokens.full),
    },
    {
      label: l10n.t('Stop Server'),
      description: l10n.t('tasks run on'),
      iconPath: new vscode.ThemeIcon('debug-stop'),
      act: () => app.server.stop(),
    },
  ];
  const placeHolder = l10n.t('{0} is served at {1}', serving.folder.name, url);
  const chosen = await vscode.window.showQuickPick(choices, { title: l10n.t('Server'), placeHolder });
  await chosen?.act();
}
