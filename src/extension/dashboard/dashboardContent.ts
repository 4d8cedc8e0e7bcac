import * as vscode from 'vscode';
import { inertLine } from '../../core/inertText.ts';
import { PERIOD_NAMES } from '../../core/statsPeriod.ts';
import type { StatsReport } from '../../core/statsReport.ts';
import { ENDED_OUTCOMES } from '../../core/outcome.ts';
import { costText, countText, durationText, percentText, tasksText, UNKNOWN } from '../show/numberText.ts';
import { outcomeText } from '../show/outcomeWords.ts';
import { barTables } from './barTables.ts';
import type { Choice, DashboardView, Figure } from './dashboardView.ts';
import { Marks } from './marks.ts';
import type { Selection } from './messages.ts';
import { outcomesChart } from './outcomesChart.ts';

/** Periods that the dashboard offers; a single day has no course. */
export const DASHBOARD_PERIODS = PERIOD_NAMES.filter(name => name !== 'day');

export interface FolderName {
  readonly uri: string;
  readonly name: string;
}

export interface DashboardContent {
  readonly view: DashboardView;
  readonly marks: Marks;
}

/** Everything that the page draws for a report, and what it says of folders that are not in it. */
export function dashboardContent(
  report: StatsReport,
  problems: readonly string[],
  selection: Selection,
  folders: readonly FolderName[],
  now: Date,
): DashboardContent {
  const { l10n } = vscode;
  const marks = new Marks({ since: report.since ?? undefined, until: report.until ?? undefined });
  const isEmpty = report.tasks === 0;
  const view: DashboardView = {
    title: l10n.t('Statistics'),
    periods: periodChoice(selection),
    folders: folderChoice(selection, folders),
    buttons: { csv: l10n.t('Export as CSV'), json: l10n.t('Export as JSON'), runTask: l10n.t('Run Task') },
    problems,
    emptyText: isEmpty ? emptyText(selection, problems) : null,
    figures: isEmpty ? [] : figures(report, marks),
    notes: isEmpty ? [] : notes(report),
    outcomes: outcomesChart(report, marks, now),
    tables: isEmpty ? [] : barTables(report, marks),
    summary: l10n.t(
      '{0}, {1} completed, {2} verified',
      tasksText(report.tasks),
      percentText(report.successRate),
      percentText(report.verifiedRate),
    ),
  };
  return { view, marks };
}

function periodText(period: string): string {
  const { l10n } = vscode;
  switch (period) {
    case 'week':
      return l10n.t('Last 7 days');
    case 'month':
      return l10n.t('Last 30 days');
    case 'quarter':
      return l10n.t('Last 90 days');
    case 'year':
      return l10n.t('Last 365 days');
    default:
      return l10n.t('All time');
  }
}

function periodChoice({ period }: Selection): Choice {
  const options = DASHBOARD_PERIODS.map(value => ({ value, label: periodText(value) }));
  return { label: vscode.l10n.t('Period'), selected: period, options };
}

function folderChoice({ folder }: Selection, folders: readonly FolderName[]): Choice | null {
  if (folders.length < 2) return null;
  const all = { value: '', label: vscode.l10n.t('All folders') };
  const options = [
    all,
    ...folders.map(({ uri, name }) => ({ value: uri, label: inertLine(name).slice(0, 200) })),
  ];
  return { label: vscode.l10n.t('Folder'), selected: folder, options };
}

function emptyText({ period }: Selection, problems: readonly string[]): string {
  const { l10n } = vscode;
  if (period !== 'all') return l10n.t('No task ended in this time. Choose a longer period, or run a task.');
  return problems.length > 0
    ? l10n.t('There is nothing else to count.')
    : l10n.t('No tasks yet. Run one and its figures are shown here.');
}

function figures(report: StatsReport, marks: Marks): Figure[] {
  const { l10n } = vscode;
  const { tasks, completed, failed, verified, refuted, p50ExecutionTime, p95ExecutionTime } = report;
  const open = tasks - completed - failed;
  const median = durationText(p50ExecutionTime);
  return [
    {
      ...{ label: l10n.t('Tasks'), value: countText(tasks) },
      detail: open === 0 ? sessionsText(report.sessions) : l10n.t('{0} not ended', countText(open)),
      mark: marks.tasks('figure:tasks', l10n.t('Tasks'), tasks),
    },
    {
      ...{ label: l10n.t('Completed, as reported'), value: percentText(report.successRate) },
      detail: l10n.t('{0} of {1}', countText(completed), countText(completed + failed)),
      mark: marks.tasks('figure:completed', l10n.t('Completed'), completed, {
        outcomes: ['verified', 'completed'],
      }),
    },
    {
      ...{ label: l10n.t('Verified'), value: percentText(report.verifiedRate) },
      detail:
        verified + refuted === 0
          ? l10n.t('no task was verified')
          : l10n.t('{0} of {1} passed', countText(verified), countText(verified + refuted)),
      mark: marks.tasks('figure:verified', outcomeText('verified'), verified, { outcomes: ['verified'] }),
    },
    {
      ...{ label: l10n.t('Median time'), value: median },
      detail: l10n.t('95 % within {0}', durationText(p95ExecutionTime)),
      mark: marks.tasks('figure:median', l10n.t('{0} or longer', median), p50ExecutionTime === null ? 0 : 1, {
        ...{ atLeast: p50ExecutionTime ?? 0, outcomes: ENDED_OUTCOMES },
      }),
    },
  ];
}

function notes(report: StatsReport): string[] {
  const { l10n } = vscode;
  return [
    l10n.t('Tokens: {0}', report.tokens === null ? UNKNOWN : countText(report.tokens)),
    l10n.t('Cost: {0}', costText(report.cost)),
    l10n.t('Average time: {0}', durationText(report.avgExecutionTime)),
  ];
}

function sessionsText(sessions: number): string {
  return sessions === 1 ? vscode.l10n.t('1 session') : vscode.l10n.t('{0} sessions', countText(sessions));
}
