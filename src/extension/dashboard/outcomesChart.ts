import * as vscode from 'vscode';
import type { ReportFigures } from '../../core/figures.ts';
import type { StatsReport } from '../../core/statsReport.ts';
import { type SeriesColumn, type SeriesUnit, seriesOf } from '../../core/statsSeries.ts';
import { ENDED_OUTCOMES } from '../../core/outcome.ts';
import { countText, tasksText } from '../show/numberText.ts';
import { outcomeText } from '../show/outcomeWords.ts';
import type { OutcomeColumn, OutcomePart, OutcomesChart } from './dashboardView.ts';
import type { Marks } from './marks.ts';

/** How many labels stand side by side below the columns. */
const LABELS = 8;

/** What came of the tasks over time, stacked. */
export function outcomesChart(report: StatsReport, marks: Marks, now: Date): OutcomesChart {
  const { l10n } = vscode;
  const { unit, columns } = seriesOf(report, now);
  const top = Math.max(1, ...columns.map(({ tasks }) => tasks));
  const every = Math.ceil(columns.length / LABELS);
  return {
    title: titles(unit),
    hint: l10n.t('Arrow keys go from mark to mark; Enter shows its tasks.'),
    tableTitle: l10n.t('As a table'),
    columnHeader: unitText(unit),
    totalHeader: l10n.t('Tasks'),
    legend: parts('all', report, '', marks, {}),
    top,
    topText: countText(top),
    columns: columns.map((column, index) =>
      // Counted from the newest, so that today has a label.
      columnOf(column, unit, (columns.length - 1 - index) % every === 0, marks),
    ),
  };
}

function columnOf(column: SeriesColumn, unit: SeriesUnit, hasLabel: boolean, marks: Marks): OutcomeColumn {
  const { since, until, tasks } = column;
  const name = columnName(column, unit);
  const id = `column:${since.getTime()}`;
  const counted = ENDED_OUTCOMES.map(outcome =>
    partOf(id, outcome, column.outcomes[outcome], name, marks, column),
  );
  const detail = counted
    .filter(({ count }) => count > 0)
    .map(part => `${part.label}: ${countText(part.count)}`);
  return {
    label: hasLabel ? shortName(since, unit) : '',
    name: [`${name}: ${tasksText(tasks)}`, ...detail].join('. '),
    total: countText(tasks),
    mark: marks.tasks(id, name, tasks, { since, until }),
    parts: counted,
  };
}

function parts(
  id: string,
  figures: ReportFigures,
  name: string,
  marks: Marks,
  filter: { since?: Date; until?: Date },
): OutcomePart[] {
  return ENDED_OUTCOMES.map(outcome => partOf(id, outcome, figures.outcomes[outcome], name, marks, filter));
}

function partOf(
  id: string,
  outcome: OutcomePart['outcome'],
  count: number,
  of: string,
  marks: Marks,
  { since, until }: { since?: Date; until?: Date },
): OutcomePart {
  const label = outcomeText(outcome);
  const title = of === '' ? label : `${of} · ${label}`;
  const filter = { outcomes: [outcome], ...(since && { since }), ...(until && { until }) };
  return {
    ...{ outcome, count, label },
    name: `${title}: ${tasksText(count)}`,
    mark: marks.tasks(`${id}:${outcome}`, title, count, filter),
  };
}

function titles(unit: SeriesUnit): string {
  const { l10n } = vscode;
  if (unit === 'day') return l10n.t('Outcomes per day');
  if (unit === 'week') return l10n.t('Outcomes per week');
  return unit === 'month' ? l10n.t('Outcomes per month') : l10n.t('Outcomes per year');
}

function unitText(unit: SeriesUnit): string {
  const { l10n } = vscode;
  if (unit === 'day') return l10n.t('Day');
  if (unit === 'week') return l10n.t('Week');
  return unit === 'month' ? l10n.t('Month') : l10n.t('Year');
}

function shortName(since: Date, unit: SeriesUnit): string {
  if (unit === 'year') return String(since.getFullYear());
  if (unit === 'month')
    return since.toLocaleDateString(vscode.env.language, { month: 'short', year: '2-digit' });
  return since.toLocaleDateString(vscode.env.language, { day: 'numeric', month: 'short' });
}

function columnName({ since, until }: SeriesColumn, unit: SeriesUnit): string {
  const { language } = vscode.env;
  if (unit === 'year') return String(since.getFullYear());
  if (unit === 'month') return since.toLocaleDateString(language, { month: 'long', year: 'numeric' });
  if (unit === 'day') return since.toLocaleDateString(language, { dateStyle: 'medium' });
  const last = new Date(until.getTime() - 1);
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium' }).formatRange(since, last);
}
