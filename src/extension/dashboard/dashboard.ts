import * as vscode from 'vscode';
import { type Disposable, DisposableList } from '../../core/disposable.ts';
import { DASHBOARD_VIEW } from '../contributionIds.ts';
import type { DashboardPanel, DashboardParts } from './dashboardPanel.ts';

/** The dashboard of this window: at most one, which a reload of the window brings back. Its code is loaded with the first. */
export class Dashboard implements Disposable, vscode.WebviewPanelSerializer {
  readonly #parts: DashboardParts;
  readonly #scope = new DisposableList();
  #panel: vscode.WebviewPanel | undefined;
  #open: DashboardPanel | undefined;

  constructor(parts: DashboardParts) {
    this.#parts = parts;
    this.#scope.add(vscode.window.registerWebviewPanelSerializer(DASHBOARD_VIEW, this));
  }

  async show(): Promise<void> {
    if (this.#panel !== undefined) {
      this.#panel.reveal();
      return;
    }
    const title = vscode.l10n.t('Statistics');
    await this.#adopt(vscode.window.createWebviewPanel(DASHBOARD_VIEW, title, vscode.ViewColumn.Active));
  }

  /** Draws anew what is open. */
  refresh(): void {
    this.#open?.refresh();
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    return this.#adopt(panel);
  }

  dispose(): void {
    this.#panel?.dispose();
    this.#scope.dispose();
  }

  async #adopt(panel: vscode.WebviewPanel): Promise<void> {
    this.#panel?.dispose();
    this.#panel = panel;
    panel.onDidDispose(() => {
      if (this.#panel !== panel) return;
      this.#panel = undefined;
      this.#open?.dispose();
      this.#open = undefined;
    });
    const { DashboardPanel } = await import('./dashboardPanel.ts');
    // It may have been closed meanwhile.
    if (this.#panel === panel) this.#open = new DashboardPanel(panel, this.#parts);
  }
}
