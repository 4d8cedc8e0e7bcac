import * as vscode from 'vscode';
import { type Disposable, DisposableList } from '../../core/disposable.ts';
import { CommandId, ContextKey } from '../contributionIds.ts';
import { setContextKey } from '../contextKeys.ts';
import { plainLabel } from '../show/plainLabel.ts';
import type { WindowServer } from './windowServer.ts';

/** Beside the item of the session. */
const PRIORITY = 19;

/** A small status-bar item that is there while the server runs, and only then. A click shows what can be done with it. */
export class ServerStatus implements Disposable {
  readonly #server: WindowServer;
  readonly #scope = new DisposableList();
  readonly #item: vscode.StatusBarItem;

  constructor(server: WindowServer) {
    this.#server = server;
    this.#item = this.#scope.add(
      vscode.window.createStatusBarItem('codingAgent.server', vscode.StatusBarAlignment.Left, PRIORITY),
    );
    this.#item.name = vscode.l10n.t('Coding Agent Server');
    this.#item.command = CommandId.showServer;
    this.#scope.add(
      server.onDidChange(() => {
        this.#update();
      }),
    );
  }

  dispose(): void {
    this.#scope.dispose();
  }

  #update(): void {
    const { serving } = this.#server;
    setContextKey(ContextKey.serving, serving !== undefined);
    if (serving === undefined) {
      this.#item.hide();
      return;
    }
    const { url, port } = serving.server;
    this.#item.text = `$(broadcast) ${String(port)}`;
    const name = plainLabel(serving.folder.name);
    const text = vscode.l10n.t(
      'The sessions of {0} are served at {1}, to programs that have the token.',
      name,
      url,
    );
    this.#item.tooltip = text;
    this.#item.accessibilityInformation = { label: vscode.l10n.t('Coding Agent: {0}', text) };
    this.#item.show();
  }
}
