import * as vscode from 'vscode';
import type { ReportFigures } from '../../core/figures.ts';
import { inertLine } from '../../core/inertText.ts';
import type { ReportedTask, StatsReport } from '../../core/statsReport.ts';
import { countText, durationText, percentText, tasksText } from '../show/numberText.ts';
import { reasonText } from '../show/taskWords.ts';
import type { BarRow, BarTable } from './dashboardView.ts';
import type { Marks } from './marks.ts';

/** Rows of a group; the rest is in the export. */
const ROWS = 12;

/** The tables below the chart: durations, groups, the slowest and the most retried tasks. */
export function barTables(report: StatsReport, marks: Marks): BarTable[] {
  const { l10n } = vscode;
  return [
    durations(report, marks),
    group('type', l10n.t('By type'), l10n.t('Type'), report.byType, marks),
    group('agent', l10n.t('By agent'), l10n.t('Agent'), report.byAgent, marks),
    group('model', l10n.t('By model'), l10n.t('Model'), report.byModel, marks),
    slowest(report, marks),
    mostRetried(report, marks),
  ];
}

function durations({ durations: bars }: StatsReport, marks: Marks): BarTable {
  const { l10n } = vscode;
  const total = bars.reduce((sum, bar) => sum + bar.tasks, 0);
  const most = Math.max(1, ...bars.map(bar => bar.tasks));
  const rows = bars.map(({ from, to, tasks }): BarRow => {
    const label =
      to === null
        ? l10n.t('{0} or longer', boundText(from))
        : from === 0
          ? l10n.t('under {0}', boundText(to))
          : l10n.t('{0} to {1}', boundText(from), boundText(to));
    const filter = { atLeast: from, lessThan: to ?? undefined };
    return {
      ...{ label, share: tasks / most, filled: 1 },
      cells: [countText(tasks), percentText(total === 0 ? null : (100 * tasks) / total)],
      name: `${label}: ${tasksText(tasks)}`,
      mark: marks.tasks(`duration:${from}`, label, tasks, filter),
    };
  });
  return {
    ...{ id: 'durations', title: l10n.t('How long tasks took'), emptyText: l10n.t('No task ended yet.') },
    headers: [l10n.t('Duration'), l10n.t('Tasks'), l10n.t('Share')],
    rows: total === 0 ? [] : rows,
  };
}

/** A bound of the distribution, which is a whole number of one unit. */
function boundText(ms: number): string {
  const { l10n } = vscode;
  if (ms < 60_000) return l10n.t('{0} s', ms / 1000);
  return ms < 3_600_000 ? l10n.t('{0} m', ms / 60_000) : l10n.t('{0} h', ms / 3_600_000);
}

function group(
  id: 'type' | 'agent' | 'model',
  title: string,
  header: string,
  groups: Readonly<Record<string, ReportFigures>>,
  marks: Marks,
): BarTable {
  const { l10n } = vscode;
  const largest = Object.entries(groups).sort(([, a], [, b]) => b.tasks - a.tasks);
  const most = Math.max(1, ...largest.map(([, figures]) => figures.tasks));
  const rows = largest.slice(0, ROWS).map(([key, figures]): BarRow => {
    const label = inertLine(key).slice(0, 200);
    const { tasks, completed, successRate, verifiedRate, p50ExecutionTime } = figures;
    return {
      ...{ label, share: tasks / most, filled: tasks === 0 ? 0 : completed / tasks },
      cells: [
        ...[countText(tasks), percentText(successRate), percentText(verifiedRate)],
        durationText(p50ExecutionTime),
      ],
      name: l10n.t(
        '{0}: {1}, {2} completed, {3} verified',
        label,
        tasksText(tasks),
        percentText(successRate),
        percentText(verifiedRate),
      ),
      mark: marks.tasks(`${id}:${key}`.slice(0, 500), `${title}: ${label}`, tasks, { [id]: key }),
    };
  });
  return {
    ...{ id, title, rows, emptyText: l10n.t('Nothing to show for this time.') },
    headers: [header, l10n.t('Tasks'), l10n.t('Completed'), l10n.t('Verified'), l10n.t('Median')],
  };
}

function slowest({ slowest: tasks }: StatsReport, marks: Marks): BarTable {
  const { l10n } = vscode;
  const most = Math.max(1, tasks[0]?.executionTime ?? 1);
  return {
    ...{ id: 'slowest', title: l10n.t('Slowest tasks'), emptyText: l10n.t('No task ended yet.') },
    headers: [l10n.t('Task'), l10n.t('Outcome'), l10n.t('Took')],
    rows: tasks.map(task =>
      taskRow('slowest', task, task.executionTime / most, durationText(task.executionTime), marks),
    ),
  };
}

function mostRetried({ mostRetried: tasks }: StatsReport, marks: Marks): BarTable {
  const { l10n } = vscode;
  const most = Math.max(1, tasks[0]?.attempts ?? 1);
  return {
    ...{ id: 'retried', title: l10n.t('Most retried tasks'), emptyText: l10n.t('No task was run twice.') },
    headers: [l10n.t('Task'), l10n.t('Outcome'), l10n.t('Attempts')],
    rows: tasks.map(task => taskRow('retried', task, task.attempts / most, countText(task.attempts), marks)),
  };
}

function taskRow(list: string, task: ReportedTask, share: number, figure: string, marks: Marks): BarRow {
  const label = inertLine(task.title);
  const outcome = task.reason === null ? vscode.l10n.t('completed') : reasonText(task.reason);
  return {
    ...{ label, share, filled: 1, cells: [outcome, figure] },
    name: `${label}: ${outcome}, ${figure}`,
    mark: marks.task(`${list}:${task.taskId}`.slice(0, 500), task.sessionId, task.taskId),
  };
}
