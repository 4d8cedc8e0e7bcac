import { inertLine, inertOutput } from '../core/inertText.ts';
import type { AgentTask } from '../core/task.ts';
import { isFinished } from '../core/task.ts';
import type { ToolCall } from '../core/toolCall.ts';
import { outcomeOf } from './format.ts';
import { type Cell, facts, table } from './table.ts';
import { closingLines, detailLines, outputLines, stepLine } from './taskLines.ts';
import type { Terminal } from './terminal.ts';
import { fit, wrap } from './textWidth.ts';

const COLUMNS = [
  { header: '' },
  { header: 'TASK', flexible: true },
  { header: 'OUTCOME' },
  { header: 'TIME', align: 'right' },
  { header: 'ID' },
] as const;

/** Tasks: a table for people, one tab-separated line a task elsewhere. */
export function taskListText(terminal: Terminal, tasks: readonly AgentTask[]): string {
  if (tasks.length === 0) return terminal.isPerson ? 'No tasks. Run one: coding-agent run "TASK"\n' : '';
  return `${taskRows(terminal, tasks).join('\n')}\n`;
}

export function taskRows(terminal: Terminal, tasks: readonly AgentTask[]): string[] {
  if (!terminal.isPerson) return tasks.map(plainRow);
  const rows = tasks.map(task => cells(terminal, task));
  return (
    table(COLUMNS, rows, terminal.columns, terminal.style) ??
    tasks.flatMap((task, index) => card(terminal, task, rows[index] ?? []))
  );
}

/** One task in full: what was asked, what was done, what came of it. */
export function taskText(terminal: Terminal, task: AgentTask, calls: readonly ToolCall[]): string {
  const { style, format } = terminal;
  const lines = [
    style.bold(inertOutput(task.description)),
    ...facts(
      [
        ['task', inertLine(task.id)],
        ['session', task.sessionId],
        ['type', task.type],
        ['agent', inertLine(task.model === null ? task.agent : `${task.agent} · ${task.model}`)],
        ['status', `${outcomeOf(task)}${undoneMark(task)}`],
        [
          'attempt',
          task.attempt === 1
            ? undefined
            : `${format.number(task.attempt)} of ${inertLine(task.retryOf ?? '')}`,
        ],
        ['created', format.date(task.createdAt)],
        ['started', task.startedAt && format.date(task.startedAt)],
        ['ended', task.endedAt && format.date(task.endedAt)],
      ],
      style,
    ),
    ...planLines(terminal, task, calls),
    ...changeLines(terminal, task),
    ...task.commits.map(commit => `  commit ${inertLine(commit)}`),
    ...(isFinished(task) ? ['', ...closingLines(terminal, task)] : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** The steps, the end of what each printed, and what was asked and answered. */
function planLines(terminal: Terminal, task: AgentTask, calls: readonly ToolCall[]): string[] {
  const steps = task.plan?.steps ?? [];
  const known = new Set(steps.map(step => step.id));
  const loose = calls.filter(call => call.stepId === null || !known.has(call.stepId));
  const lines = steps.flatMap((step, index) => [
    stepLine(terminal, step, index + 1),
    ...detailLines(terminal, step),
    ...calls.filter(call => call.stepId === step.id).flatMap(call => callLines(terminal, call)),
  ]);
  const all = [...lines, ...loose.flatMap(call => callLines(terminal, call))];
  return all.length === 0 ? [] : ['', ...all];
}

function callLines(terminal: Terminal, call: ToolCall): string[] {
  const { decision, output, subject, status, tool } = call;
  const asked =
    decision !== undefined && (decision.by === 'person' || !decision.allowed)
      ? wrappedAside(
          terminal,
          `${decision.allowed ? 'allowed' : 'denied'}: ${inertLine(tool)}${decision.reason === undefined ? '' : ` · ${inertLine(decision.reason)}`}`,
        )
      : [];
  const answer = `coding-agent tasks answer ${inertLine(call.taskId)}`;
  const asks =
    status === 'awaiting_approval'
      ? [
          `    asks: ${inertLine(subject ?? tool)}`,
          `    Answer it: ${answer} ${call.expects === 'text' ? '"TEXT"' : '--allow (or --deny)'}`,
        ]
      : [];
  const tail =
    output === undefined || output.tail === '' ? [] : inertOutput(output.tail).replace(/\n$/, '').split('\n');
  const cut = output !== undefined && output.bytes > Buffer.byteLength(output.tail);
  const note = cut ? [`… the end of ${terminal.format.number(output.bytes)} bytes:`] : [];
  return [...asked, ...asks, ...outputLines(terminal, [...note, ...tail])];
}

function wrappedAside({ isPerson, columns }: Terminal, text: string): string[] {
  return (isPerson ? wrap(text, columns - 4) : [text]).map(line => `    ${line}`);
}

function changeLines({ format, style }: Terminal, task: AgentTask): string[] {
  const lines = task.filesChanged.map(({ kind, path, from, added, removed }) => {
    const counts =
      added === undefined && removed === undefined
        ? ''
        : `  +${format.number(added ?? 0)} -${format.number(removed ?? 0)}`;
    const name = from === undefined ? inertLine(path) : `${inertLine(from)} -> ${inertLine(path)}`;
    return `  ${kind.padEnd(8)}  ${name}${style.dim(counts)}`;
  });
  return lines.length === 0 ? [] : ['', ...lines];
}

function cells({ style, format }: Terminal, task: AgentTask): Cell[] {
  const paint = task.status === 'failed' ? style.red : task.status === 'completed' ? style.green : style.blue;
  const mark = { completed: '✓', failed: '✗', running: '…', pending: '·' }[task.status];
  return [
    { text: mark, style: paint },
    { text: inertLine(task.description) },
    { text: `${outcomeOf(task)}${undoneMark(task)}`, style: paint },
    { text: format.duration(task.executionTime), style: style.dim },
    { text: inertLine(task.id), style: style.dim },
  ];
}

/** That its changes are taken back at present. */
function undoneMark({ undone }: AgentTask): string {
  return undone === undefined ? '' : ', undone';
}

function card({ columns, style }: Terminal, task: AgentTask, row: readonly Cell[]): string[] {
  const [mark, , outcome, time, id] = row.map(({ text }) => text);
  return [
    fit(`${mark ?? ''} ${inertLine(task.description)}`, columns),
    `  ${style.dim(fit(`${outcome ?? ''} · ${time ?? ''}`, columns - 2))}`,
    `  ${style.dim(id ?? '')}`,
  ];
}

function plainRow(task: AgentTask): string {
  return [
    inertLine(task.id),
    task.status,
    task.reason ?? '',
    task.type,
    String(task.executionTime ?? ''),
    inertLine(task.description),
  ].join('\t');
}
