import type { ReportFigures } from './figures.ts';
import { inertLine } from './inertText.ts';
import type { StatsReport } from './statsReport.ts';
import type { FailureReason } from './task.ts';

const FIGURES = [
  ...(['tasks', 'completed', 'verified', 'refuted', 'failed'] as const),
  ...(['successRate', 'verifiedRate', 'avgExecutionTime', 'p50ExecutionTime', 'p95ExecutionTime'] as const),
  ...(['tokens', 'cost'] as const),
];
const REASONS: readonly FailureReason[] = [
  ...(['error', 'cancelled', 'interrupted', 'denied', 'timeout', 'verification'] as const),
];

/**
 * The figures of a report as one table (RFC 4180): a row for all tasks, then one per day, type, agent and model. Times are in
 * milliseconds, cost in US dollars; an unknown is an empty cell.
 */
export function statsCsv(report: StatsReport): string {
  const groups: readonly (readonly [group: string, key: string, figures: ReportFigures])[] = [
    ['all', '', report],
    ...report.days.map(figures => ['day', figures.day, figures] as const),
    ...Object.entries(report.byType).map(([key, figures]) => ['type', key, figures] as const),
    ...Object.entries(report.byAgent).map(([key, figures]) => ['agent', key, figures] as const),
    ...Object.entries(report.byModel).map(([key, figures]) => ['model', key, figures] as const),
  ];
  const header = ['group', 'key', ...FIGURES, ...REASONS.map(reason => `failed:${reason}`)];
  const rows = groups.map(([group, key, figures]) => [
    ...[group, key],
    ...FIGURES.map(name => numberCell(figures[name])),
    ...REASONS.map(reason => numberCell(figures.reasons[reason] ?? 0)),
  ]);
  return [header, ...rows].map(cells => `${cells.map(cell).join(',')}\r\n`).join('');
}

function numberCell(value: number | null): string {
  return value === null ? '' : String(value);
}

function cell(text: string): string {
  const inert = inertLine(text);
  // A name that begins like a formula would be one where the file is opened.
  const plain = /^[=+\-@]/.test(inert) && Number.isNaN(Number(inert)) ? `'${inert}` : inert;
  return /[",]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
