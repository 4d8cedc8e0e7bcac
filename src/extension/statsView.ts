import * as vscode from 'vscode';
import { type Disposable, DisposableList } from '../core/disposable.ts';
import { messageOf } from '../core/errors.ts';
import type { ReportFigures } from '../core/figures.ts';
import { Pacer } from '../core/pacer.ts';
import type { SessionMetadata } from '../core/session.ts';
import type { Statistics } from '../core/statistics.ts';
import type { StatsReport } from '../core/statsReport.ts';
import { TASK_TYPES } from '../core/task.ts';
import { systemClock } from '../host/systemPorts.ts';
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

/** The statistics view: four lines, counted again when a task ended and the view is on screen. Many sessions take a while. */
export class StatsView implements vscode.TreeDataProvider<Line>, Disposable {
  readonly #folders: WorkspaceFolders;
  readonly #scope = new DisposableList();
  readonly #onDidChangeTreeData = new vscode.EventEmitter<undefined>();
  readonly #view: vscode.TreeView<Line>;
  readonly #pacer: Pacer;
  #isStale = false;

  constructor(folders: WorkspaceFolders) {
    this.#folders = folders;
    this.#scope.add(this.#onDidChangeTreeData);
    const draw = (): void => this.#onDidChangeTreeData.fire(undefined);
    this.#pacer = this.#scope.add(new Pacer(systemClock, QUIET_MS, draw));
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
    if (!this.#isStale) this.#pacer.ask();
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
      return await this.#pacer.during(() => count(statistics, folder.current));
    } catch (error) {
      return [{ id: 'problem', label: messageOf(error), text: '', detail: [] }];
    }
  }

  dispose(): void {
    this.#scope.dispose();
  }
}

/** All lines, from one pass over the sessions. */
async function count(statistics: Statistics, current: SessionMetadata | undefined): Promise<Line[]> {
  const week = { since: startOfWeek(new Date()) };
  const [all, thisOne, sinceMonday] = await statistics.overEach([
    {},
    { sessionId: current?.sessionId ?? '' },
    week,
  ]);
  return [thisSession(thisOne), thisWeek(sinceMonday), byType(all), allSessions(all)];
}

function thisSession(stats: StatsReport): Line {
  const { l10n } = vscode;
  const label = l10n.t('This session');
  if (stats.sessions === 0) return { id: 'session', label, text: UNKNOWN, detail: [] };
  const text = [
    l10n.t('{0} of {1} done', countText(stats.completed), countText(stats.tasks)),
    percentText(stats.successRate),
    l10n.t('avg {0}', durationText(stats.avgExecutionTime)),
    ...verifiedWords(stats),
  ];
  return { id: 'session', label, text: text.join(' · '), detail: detailsOf(stats) };
}

function thisWeek(stats: ReportFigures): Line {
  const { l10n } = vscode;
  const text = [
    tasksText(stats.tasks),
    percentText(stats.successRate),
    l10n.t('p50 {0}', durationText(stats.p50ExecutionTime)),
    l10n.t('p95 {0}', durationText(stats.p95ExecutionTime)),
    ...verifiedWords(stats),
  ];
  return { id: 'week', label: l10n.t('This week'), text: text.join(' · '), detail: detailsOf(stats) };
}

function byType(stats: StatsReport): Line {
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

function allSessions(stats: StatsReport): Line {
  const { l10n } = vscode;
  const sessions =
    stats.sessions === 1 ? l10n.t('1 session') : l10n.t('{0} sessions', countText(stats.sessions));
  const text = [sessions, tasksText(stats.tasks), percentText(stats.successRate), ...verifiedWords(stats)];
  return { id: 'all', label: l10n.t('All sessions'), text: text.join(' · '), detail: detailsOf(stats) };
}

function detailsOf(stats: ReportFigures): string[] {
  const { l10n } = vscode;
  return [
    l10n.t('Completed, as the agents reported: {0}', countText(stats.completed)),
    l10n.t('Failed: {0}', countText(stats.failed)),
    l10n.t('Verified by a command: {0}', verifiedText(stats)),
    l10n.t('Average: {0}', durationText(stats.avgExecutionTime)),
    l10n.t('Half took at most: {0}', durationText(stats.p50ExecutionTime)),
    l10n.t('Tokens: {0}', stats.tokens === null ? UNKNOWN : countText(stats.tokens)),
  ];
}

/** What was verified, beside what was reported: how many of those that a command looked at. Nothing where it looked at none. */
function verifiedWords({ verified, refuted }: ReportFigures): string[] {
  if (verified + refuted === 0) return [];
  return [vscode.l10n.t('verified {0} of {1}', countText(verified), countText(verified + refuted))];
}

function verifiedText({ verified, refuted, verifiedRate }: ReportFigures): string {
  if (verifiedRate === null) return UNKNOWN;
  return vscode.l10n.t(
    '{0} of {1} looked at, {2}',
    ...[countText(verified), countText(verified + refuted), percentText(verifiedRate)],
  );
}

/** Monday, as ISO 8601 has it. */
function startOfWeek(now: Date): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - ((now.getDay() + 6) % 7));
}
