import type { ReportFigures } from '../core/figures.ts';
import { inertLine } from '../core/inertText.ts';
import type { SessionStats, TaskStats } from '../core/stats.ts';
import type { StatsPeriod } from '../core/statsPeriod.ts';
import type { ReportedTask, SessionReport, StatsReport } from '../core/statsReport.ts';
import type { Format } from './format.ts';
import { facts, table } from './table.ts';
import type { Terminal } from './terminal.ts';

type Fact = readonly [name: string, value: string | undefined];

/** A session's figures, for its page. */
export function statsFacts(format: Format, stats: SessionStats): Fact[] {
  return [['duration', format.duration(stats.duration)], ...figureFacts(format, stats)];
}

/** What a report is over. */
export function periodTitle(format: Format, { since, until }: StatsPeriod): string {
  if (since === undefined && until === undefined) return 'All sessions';
  const words = [
    ...(since === undefined ? [] : [`Since ${format.date(since)}`]),
    ...(until === undefined ? [] : [`${since === undefined ? 'Before' : 'before'} ${format.date(until)}`]),
  ];
  return words.join(', ');
}

/** Statistics as people read them. */
export function reportText(terminal: Terminal, title: string, report: StatsReport | SessionReport): string {
  const { format, style } = terminal;
  const scope: Fact =
    'duration' in report
      ? ['duration', format.duration(report.duration)]
      : ['sessions', format.number(report.sessions)];
  const { slowest, mostRetried } = report;
  const lines = [
    style.bold(title),
    ...facts([scope, ...figureFacts(format, report), reasonsFact(format, report)], style),
    ...groupLines(terminal, 'TYPE', report.byType),
    ...groupLines(terminal, 'AGENT', report.byAgent),
    ...groupLines(terminal, 'MODEL', report.byModel),
    ...taskLines(
      terminal,
      'SLOWEST',
      slowest.map(task => [task, format.duration(task.executionTime)]),
    ),
    ...taskLines(
      terminal,
      'MOST RETRIED',
      mostRetried.map(task => [task, `${format.number(task.attempts)} attempts`]),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function reasonsFact(format: Format, { reasons }: ReportFigures): Fact {
  const parts = Object.entries(reasons).map(([reason, count]) => `${format.number(count)} ${reason}`);
  return ['failures', parts.length === 0 ? undefined : parts.join(' · ')];
}

function taskLines(
  { format: _, style, columns }: Terminal,
  name: string,
  tasks: readonly (readonly [task: ReportedTask, figure: string])[],
): string[] {
  if (tasks.length === 0) return [];
  const rows = tasks.map(([task, figure]) => [
    { text: inertLine(task.title) },
    { text: task.reason ?? task.status },
    { text: figure },
    { text: inertLine(task.taskId) },
  ]);
  const shape = [
    { header: name, flexible: true },
    { header: 'OUTCOME' },
    { header: '', align: 'right' as const },
    { header: 'TASK' },
  ];
  return ['', ...(table(shape, rows, columns, style) ?? rows.map(plainRow))];
}

function plainRow(row: readonly { readonly text: string }[]): string {
  return `  ${row.map(({ text }) => text).join(' · ')}`;
}

function figureFacts(format: Format, stats: TaskStats): Fact[] {
  const running = stats.tasks - stats.completed - stats.failed;
  const tasks = [
    `${format.number(stats.completed)} of ${format.number(stats.tasks)} done`,
    ...(stats.failed === 0 ? [] : [`${format.number(stats.failed)} failed`]),
    ...(running === 0 ? [] : [`${format.number(running)} not ended`]),
  ].join(' · ');
  const times = [stats.avgExecutionTime, stats.p50ExecutionTime, stats.p95ExecutionTime].map(format.duration);
  return [
    ['tasks', tasks],
    ['success', format.percent(stats.successRate)],
    ['verified', format.percent(stats.verifiedRate)],
    ['time', `avg ${times[0] ?? ''} · p50 ${times[1] ?? ''} · p95 ${times[2] ?? ''}`],
    ['tokens', format.number(stats.tokens)],
    ['cost', format.cost(stats.cost)],
  ];
}

function groupLines(
  { format, style, columns }: Terminal,
  name: string,
  groups: Readonly<Record<string, ReportFigures>>,
): string[] {
  const entries = Object.entries(groups).sort(([, a], [, b]) => b.tasks - a.tasks);
  if (entries.length === 0) return [];
  const rows = entries.map(([group, figures]) => [
    { text: inertLine(group) },
    { text: format.number(figures.tasks) },
    { text: format.percent(figures.successRate) },
    { text: format.percent(figures.verifiedRate) },
    { text: format.duration(figures.p50ExecutionTime) },
    { text: format.duration(figures.p95ExecutionTime) },
  ]);
  const right = (header: string) => ({ header, align: 'right' as const });
  const shape = [
    { header: name, flexible: true },
    right('TASKS'),
    right('SUCCESS'),
    right('VERIFIED'),
    right('P50'),
    right('P95'),
  ];
  return ['', ...(table(shape, rows, columns, style) ?? rows.map(plainRow))];
}
