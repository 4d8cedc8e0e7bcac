import { lineRuns } from '../core/blame/lineRuns.ts';
import type { Blame } from '../core/blame/taskBlame.ts';
import type { TracedTask } from '../core/blame/tracedTask.ts';
import { inertLine } from '../core/inertText.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';

const COLUMNS = [
  { header: 'LINES', align: 'right' },
  { header: 'TASK', flexible: true },
  { header: 'WHEN' },
  { header: 'ID' },
] as const;

/** A file's lines with the tasks that they come from; lines that belong together in one row. */
export function blameText(terminal: Terminal, { path, tasks, lines, note }: Blame): string {
  const rest = note === null ? '' : `${note}\n`;
  if (lines === null || tasks.length === 0)
    return tracedTasksText(terminal, tasks, `No task changed ${inertLine(path)}.`) + rest;
  const byId = new Map(tasks.map(traced => [traced.task.id, traced]));
  const rows = lineRuns(lines).map(({ from, to, taskId }) => {
    const range = from === to ? String(from + 1) : `${String(from + 1)}-${String(to + 1)}`;
    return [range, ...cellsOf(terminal, taskId === null ? undefined : byId.get(taskId))];
  });
  return textOf(terminal, COLUMNS, rows) + rest;
}

/** Also where nobody looks: a command that was asked about one thing says what it found. */
export function tracedTasksText(terminal: Terminal, tasks: readonly TracedTask[], none: string): string {
  if (tasks.length === 0) return `${none}\n`;
  return textOf(
    terminal,
    COLUMNS.slice(1),
    tasks.map(traced => cellsOf(terminal, traced)),
  );
}

function cellsOf({ format, isPerson }: Terminal, traced: TracedTask | undefined): string[] {
  if (traced === undefined) return [isPerson ? 'no task' : '', '', ''];
  const { task } = traced;
  const at = task.endedAt ?? task.updatedAt;
  return [
    inertLine(task.description),
    isPerson ? format.age(at, new Date()) : at.toISOString(),
    inertLine(task.id),
  ];
}

function textOf(
  { isPerson, columns: width, style }: Terminal,
  columns: Parameters<typeof table>[0],
  rows: readonly (readonly string[])[],
): string {
  if (!isPerson) return `${rows.map(row => row.join('\t')).join('\n')}\n`;
  const cells = rows.map(row => row.map(text => ({ text })));
  const shown =
    table(columns, cells, width, style) ?? rows.map(row => row.filter(text => text !== '').join(' · '));
  return `${shown.join('\n')}\n`;
}
