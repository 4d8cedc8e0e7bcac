import * as vscode from 'vscode';
import { type Disposable, DisposableList } from '../../core/disposable.ts';
import { DASHBOARD_VIEW } from '../contributionIds.ts';
import { DashboardPanel, type DashboardParts } from './dashboardPanel.ts';

/** The dashboard of this window: at most one, which a reload of the window brings back. */
export class Dashboard implements Disposable, vscode.WebviewPanelSerializer {
  readonly #parts: DashboardParts;
  readonly #scope = new DisposableList();
  #open: DashboardPanel | undefined;

  constructor(parts: DashboardParts) {
    this.#parts = parts;
    this.#scope.add(vscode.window.registerWebviewPanelSerializer(DASHBOARD_VIEW, this));
  }

  show(): void {
    if (this.#open !== undefined) {
      this.#open.reveal();
      return;
    }
    const title = vscode.l10n.t('Statistics');
    const panel = vscode.window.createWebviewPanel(DASHBOARD_VIEW, title, vscode.ViewColumn.Active);
    this.#adopt(panel);
  }

  /** Draws anew what is open. */
  refresh(): void {
    this.#open?.refresh();
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.#adopt(panel);
    return Promise.resolve();
  }

  dispose(): void {
    this.#open?.dispose();
    this.#scope.dispose();
  }

  #adopt(panel: vscode.WebviewPanel): void {
    this.#open?.dispose();
    const opened = new DashboardPanel(panel, this.#parts);
    this.#open = opened;
    panel.onDidDispose(() => {
      opened.dispose();
      if (this.#open === opened) this.#open = undefined;
    });
  }
}
