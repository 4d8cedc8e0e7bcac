import * as vscode from 'vscode';
import { type Disposable, DisposableList } from '../core/disposable.ts';
import { messageOf } from '../core/errors.ts';
import { sessionStats } from '../core/state.ts';
import type { OverallStats, TaskStats } from '../core/stats.ts';
import { TASK_TYPES } from '../core/task.ts';
import { CommandId, ViewId } from './contributionIds.ts';
import { changesFigures } from './figureEvents.ts';
import type { WorkspaceFolders } from './folders/workspaceFolders.ts';
import { countText, durationText, percentText, tasksText, UNKNOWN } from './show/numberText.ts';

const QUIET_MS = 500;

interface Line {
  readonly id: string;
  readonly label: string;
  readonly text: string;
  readonly detail: readonly string[];
}

/** The statistics view: four lines, read again when a task ended and the view is on screen. */
export class StatsView implements vscode.TreeDataProvider<Line>, Disposable {
  readonly #folders: WorkspaceFolders;
  readonly #scope = new DisposableList();
  readonly #onDidChangeTreeData = new vscode.EventEmitter<undefined>();
  readonly #view: vscode.TreeView<Line>;
  #timer: NodeJS.Timeout | undefined;
  #isStale = false;

  constructor(folders: WorkspaceFolders) {
    this.#folders = folders;
    this.#scope.add(this.#onDidChangeTreeData);
    this.#view = this.#scope.add(vscode.window.createTreeView(ViewId.stats, { treeDataProvider: this }));
    this.#scope.add(
      folders.onDidChange(({ change }) => {
        if (changesFigures(change)) this.refresh();
      }),
    );
    this.#scope.add(
      folders.onDidChangeList(() => {
        this.refresh();
      }),
    );
    this.#scope.add(
      this.#view.onDidChangeVisibility(({ visible }) => {
        if (visible && this.#isStale) this.refresh();
      }),
    );
  }

  get onDidChangeTreeData(): vscode.Event<undefined> {
    return this.#onDidChangeTreeData.event;
  }

  refresh(): void {
    this.#isStale = !this.#view.visible;
    if (this.#isStale) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#onDidChangeTreeData.fire(undefined);
    }, QUIET_MS);
  }

  getTreeItem(line: Line): vscode.TreeItem {
    const item = new vscode.TreeItem(line.label);
    item.id = line.id;
    item.description = line.text;
    item.tooltip = [`${line.label}: ${line.text}`, ...line.detail].join('\n');
    item.command = { command: CommandId.showStats, title: vscode.l10n.t('Show Statistics') };
    item.accessibilityInformation = { label: [line.label, line.text].join(': ') };
    return item;
  }

  async getChildren(line?: Line): Promise<Line[]> {
    const folder = this.#folders.active;
    if (line !== undefined || folder === undefined) return [];
    await folder.load();
    if (folder.isEmpty) return [];
    try {
      const { statistics } = await folder.host();
      const [all, week] = [
        await statistics.over(),
        await statistics.over({ since: startOfWeek(new Date()) }),
      ];
      const state = folder.currentState;
      return [thisSession(state && sessionStats(state)), thisWeek(week), byType(all), allSessions(all)];
    } catch (error) {
      return [{ id: 'problem', label: messageOf(error), text: '', detail: [] }];
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#scope.dispose();
  }
}

function thisSession(stats: TaskStats | undefined): Line {
  const { l10n } = vscode;
  const label = l10n.t('This session');
  if (stats === undefined) return { id: 'session', label, text: UNKNOWN, detail: [] };
  const text = [
    l10n.t('{0} of {1} done', countText(stats.completed), countText(stats.tasks)),
    percentText(stats.successRate),
    l10n.t('avg {0}', durationText(stats.avgExecutionTime)),
    ...(stats.verifiedRate === null ? [] : [l10n.t('verified {0}', percentText(stats.verifiedRate))]),
  ];
  return { id: 'session', label, text: text.join(' · '), detail: detailsOf(stats) };
}

function thisWeek(stats: TaskStats): Line {
  const { l10n } = vscode;
  const text = [
    tasksText(stats.tasks),
    percentText(stats.successRate),
    l10n.t('p50 {0}', durationText(stats.p50ExecutionTime)),
    l10n.t('p95 {0}', durationText(stats.p95ExecutionTime)),
  ];
  return { id: 'week', label: l10n.t('This week'), text: text.join(' · '), detail: detailsOf(stats) };
}

function byType(stats: TaskStats): Line {
  const parts = TASK_TYPES.flatMap(type => {
    const figures = stats.byType[type];
    return figures === undefined ? [] : [`${type} ${percentText(figures.successRate)}`];
  });
  const detail = TASK_TYPES.flatMap(type => {
    const figures = stats.byType[type];
    return figures === undefined
      ? []
      : [`${type}: ${tasksText(figures.tasks)}, ${percentText(figures.successRate)}`];
  });
  return { id: 'type', label: vscode.l10n.t('By type'), text: parts.join(' · ') || UNKNOWN, detail };
}

function allSessions(stats: OverallStats): Line {
  const { l10n } = vscode;
  const sessions =
    stats.sessions === 1 ? l10n.t('1 session') : l10n.t('{0} sessions', countText(stats.sessions));
  const text = [sessions, tasksText(stats.tasks), percentText(stats.successRate)];
  return { id: 'all', label: l10n.t('All sessions'), text: text.join(' · '), detail: detailsOf(stats) };
}

function detailsOf(stats: TaskStats): string[] {
  const { l10n } = vscode;
  return [
    l10n.t('Completed: {0}', countText(stats.completed)),
    l10n.t('Failed: {0}', countText(stats.failed)),
    l10n.t('Average: {0}', durationText(stats.avgExecutionTime)),
    l10n.t('Half took at most: {0}', durationText(stats.p50ExecutionTime)),
    l10n.t('Verified: {0}', percentText(stats.verifiedRate)),
    l10n.t('Tokens: {0}', stats.tokens === null ? UNKNOWN : countText(stats.tokens)),
  ];
}

/** Monday, as ISO 8601 has it. */
function startOfWeek(now: Date): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - ((now.getDay() + 6) % 7));
}
