import type { OverallStats, SessionStats, TaskFigures, TaskStats } from '../core/stats.ts';
import { inertLine } from '../core/inertText.ts';
import type { Format } from './format.ts';
import { facts, table } from './table.ts';
import type { Terminal } from './terminal.ts';

type Fact = readonly [name: string, value: string | undefined];

/** A session's figures, for its page. */
export function statsFacts(format: Format, stats: SessionStats): Fact[] {
  return [['duration', format.duration(stats.duration)], ...figureFacts(format, stats)];
}

/** Statistics as people read them. */
export function statsText(terminal: Terminal, title: string, stats: OverallStats | SessionStats): string {
  const { format, style } = terminal;
  const scope: Fact =
    'sessions' in stats
      ? ['sessions', format.number(stats.sessions)]
      : ['duration', format.duration(stats.duration)];
  const lines = [
    style.bold(title),
    ...facts([scope, ...figureFacts(format, stats)], style),
    ...groupLines(terminal, 'TYPE', stats.byType),
    ...groupLines(terminal, 'AGENT', stats.byAgent),
  ];
  return `${lines.join('\n')}\n`;
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
  groups: Readonly<Record<string, TaskFigures>>,
): string[] {
  const entries = Object.entries(groups).sort(([, a], [, b]) => b.tasks - a.tasks);
  if (entries.length === 0) return [];
  const rows = entries.map(([group, figures]) => [
    { text: inertLine(group) },
    { text: format.number(figures.tasks) },
    { text: format.percent(figures.successRate) },
    { text: format.duration(figures.p50ExecutionTime) },
    { text: format.duration(figures.p95ExecutionTime) },
  ]);
  const right = (header: string) => ({ header, align: 'right' as const });
  const shape = [
    { header: name, flexible: true },
    right('TASKS'),
    right('SUCCESS'),
    right('P50'),
    right('P95'),
  ];
  return [
    '',
    ...(table(shape, rows, columns, style) ??
      rows.map(row => `  ${row.map(({ text }) => text).join(' · ')}`)),
  ];
}
