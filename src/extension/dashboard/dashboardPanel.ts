import * as vscode from 'vscode';
import { type Disposable, DisposableList } from '../../core/disposable.ts';
import { messageOf } from '../../core/errors.ts';
import { inertLine } from '../../core/inertText.ts';
import type { Logger } from '../../core/logger.ts';
import { namedPeriod } from '../../core/statsPeriod.ts';
import { CommandId } from '../contributionIds.ts';
import { changesFigures } from '../figureEvents.ts';
import type { FolderSessions } from '../folders/folderSessions.ts';
import type { WorkspaceFolders } from '../folders/workspaceFolders.ts';
import { reportError } from '../reportError.ts';
import { countText } from '../show/numberText.ts';
import type { TaskDocuments } from '../taskDocument/taskDocuments.ts';
import { type CollectedReport, collectReport, uncountedText } from './collectReport.ts';
import { DASHBOARD_PERIODS, dashboardContent } from './dashboardContent.ts';
import { dashboardPage } from './dashboardPage.ts';
import { exportReport } from './exportReport.ts';
import { Marks } from './marks.ts';
import { type FromPage, isFromPage, isSelection, type Selection, type ToPage } from './messages.ts';
import { pickTask } from './openMark.ts';

const FIRST_SELECTION: Selection = { period: 'month', folder: '' };
const SELECTION_KEY = 'dashboardSelection';

/** How often it is told how far counting is. */
const TOLD_MS = 500;
/** The shortest time between two drawings. */
const REST_MS = 1_000;
/** And how much longer than drawing took the rest is, so that counting 100,000 sessions leaves the host free. */
const REST_FACTOR = 4;

export interface DashboardParts {
  readonly folders: WorkspaceFolders;
  readonly documents: TaskDocuments;
  readonly extensionUri: vscode.Uri;
  readonly logger: Logger;
  /** Keeps what the person chose to see. */
  readonly memento: vscode.Memento;
}

/** What is drawn in a webview with the dashboard, until it is disposed. While it is hidden nothing is counted; VS Code makes its page anew when it is shown. */
export class DashboardPanel implements Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #parts: DashboardParts;
  readonly #scope = new DisposableList();
  #selection: Selection;
  #marks = new Marks({});
  #timer: NodeJS.Timeout | undefined;
  #drawing: Promise<void> | undefined;
  #drawAgain = false;
  #restUntil = 0;
  #disposed = false;

  constructor(panel: vscode.WebviewPanel, parts: DashboardParts) {
    this.#panel = panel;
    this.#parts = parts;
    const kept = parts.memento.get<unknown>(SELECTION_KEY);
    this.#selection = isSelection(kept) ? kept : FIRST_SELECTION;
    this.#scope.add(
      panel.webview.onDidReceiveMessage((message: unknown) => {
        if (isFromPage(message)) void this.#take(message).catch(reportError);
        else parts.logger.warn('The dashboard sent a message that is none. It was ignored.');
      }),
    );
    this.#scope.add(
      parts.folders.onDidChange(({ change }) => {
        if (changesFigures(change)) this.refresh();
      }),
    );
    this.#scope.add(parts.folders.onDidChangeList(() => this.refresh()));
    const icon = (theme: string): vscode.Uri =>
      vscode.Uri.joinPath(parts.extensionUri, 'media', `stats-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    panel.webview.options = {
      enableScripts: true,
      localResourceRoots: [vscode.Uri.joinPath(parts.extensionUri, 'dist')],
    };
    panel.webview.html = dashboardPage(panel.webview, parts.extensionUri);
  }

  /** Draws anew, soon. */
  refresh(): void {
    if (!this.#panel.visible || this.#timer !== undefined) return;
    const wait = Math.max(0, this.#restUntil - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#draw();
    }, wait);
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    this.#scope.dispose();
  }

  async #take(message: FromPage): Promise<void> {
    switch (message.type) {
      case 'ready':
        return this.#draw();
      case 'choose':
        this.#selection = message.selection;
        await this.#parts.memento.update(SELECTION_KEY, message.selection);
        return this.#draw();
      case 'open':
        return this.#openMark(message.mark);
      case 'export':
        return exportReport(await this.#report(), message.format);
      case 'runTask':
        await vscode.commands.executeCommand(CommandId.runTask);
    }
  }

  /** Calls while it draws are answered by one more drawing. */
  #draw(): Promise<void> {
    this.#drawAgain = true;
    this.#drawing ??= this.#drawUntilStill().finally(() => {
      this.#drawing = undefined;
    });
    return this.#drawing;
  }

  async #drawUntilStill(): Promise<void> {
    while (this.#drawAgain && !this.#disposed) {
      this.#drawAgain = false;
      const started = performance.now();
      this.#send({ type: 'busy', text: vscode.l10n.t('Counting tasks…') });
      const telling = this.#tellProgress();
      try {
        const { report, uncounted } = await this.#report();
        for (const { folder, problem } of uncounted)
          this.#parts.logger.error(`The tasks of ${folder.name} could not be counted.`, problem);
        const names = this.#parts.folders.all.map(({ folder }) => ({
          uri: folder.uri.toString(),
          name: folder.name,
        }));
        const { view, marks } = dashboardContent(
          ...([report, uncounted.map(uncountedText), this.#selection, names] as const),
          new Date(),
        );
        this.#marks = marks;
        this.#send({ type: 'show', view });
      } catch (error) {
        this.#parts.logger.error('The statistics could not be counted.', error);
        this.#send({ type: 'problem', text: inertLine(messageOf(error)).slice(0, 2_000) });
      }
      clearInterval(telling);
      const ended = performance.now();
      this.#restUntil = ended + Math.max(REST_MS, REST_FACTOR * (ended - started));
    }
  }

  /** Says how many sessions were read by now, while no index has them. */
  #tellProgress(): NodeJS.Timeout {
    const folders = this.#chosenFolders();
    const count = (): number =>
      folders.reduce((sum, { openedHost }) => sum + (openedHost?.sessionsRead() ?? 0), 0);
    const before = count();
    return setInterval(() => {
      const read = count() - before;
      if (read === 0) return;
      const text = vscode.l10n.t('Reading sessions for the first time: {0}', countText(read));
      this.#send({ type: 'busy', text });
    }, TOLD_MS);
  }

  #report(): Promise<CollectedReport> {
    const { period, folder } = this.#selection;
    // What is not offered (any more) is not chosen.
    const isKnown = this.#parts.folders.all.some(each => each.folder.uri.toString() === folder);
    this.#selection = {
      period: DASHBOARD_PERIODS.includes(period) ? period : 'month',
      folder: isKnown ? folder : '',
    };
    return collectReport(this.#chosenFolders(), namedPeriod(this.#selection.period, new Date()));
  }

  #chosenFolders(): readonly FolderSessions[] {
    const { folder } = this.#selection;
    return this.#parts.folders.all.filter(each => folder === '' || each.folder.uri.toString() === folder);
  }

  async #openMark(id: string): Promise<void> {
    const target = this.#marks.get(id);
    if (target === undefined) return;
    const { folders, documents } = this.#parts;
    if (target.kind === 'task') {
      await documents.show(await folders.withTask(target.taskId), target.taskId);
      return;
    }
    const picked = await pickTask(this.#chosenFolders(), target);
    if (picked !== undefined) await documents.show(picked.folder, picked.task.taskId);
  }

  #send(message: ToPage): void {
    if (!this.#disposed) void this.#panel.webview.postMessage(message);
  }
}
