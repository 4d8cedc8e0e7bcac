import * as vscode from 'vscode';
import { type Disposable, DisposableList } from '../../core/disposable.ts';
import type { App } from '../app.ts';
import { CommandId, type HandledCommand } from '../contributionIds.ts';

/** Every command but the one that Run Task registers while it asks. What they do is a bundle that is loaded with the first. */
export function registerCommands(app: App): Disposable {
  const scope = new DisposableList();
  for (const id of Object.values(CommandId).filter(isHandled)) {
    scope.add(
      vscode.commands.registerCommand(id, async (argument?: unknown): Promise<unknown> => {
        const { runCommand } = await import('./commandTable.ts');
        return runCommand(app, id, argument);
      }),
    );
  }
  return scope;
}

function isHandled(id: CommandId): id is HandledCommand {
  return id !== CommandId.showTaskHistory;
}
