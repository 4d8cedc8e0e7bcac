import { inertLine, inertOutput } from '../core/inertText.ts';
import type { FileChange } from '../core/task.ts';
import type { ComparedAttempt, ComparedFile, TaskComparison } from '../core/taskComparison.ts';
import { outcomeOf } from './format.ts';
import { type Cell, facts, table } from './table.ts';
import { verifiedText } from './taskLines.ts';
import type { Terminal } from './terminal.ts';

type Row = readonly [name: string, valueOf: (attempt: ComparedAttempt, index: number) => string];

const UNKNOWN = '–';

/** Attempts side by side for people, a column each; below each other where that is too wide. Tab-separated rows elsewhere. */
export function comparisonText(terminal: Terminal, comparison: TaskComparison): string {
  const { attempts } = comparison;
  const rows = [...factRows(terminal, comparison), ...comparison.files.map(file => fileRow(terminal, file))];
  if (!terminal.isPerson) {
    const lines = rows.map(([name, valueOf]) => [name, ...attempts.map(valueOf)].join('\t'));
    return `${[['task', ...attempts.map(({ taskId }) => inertLine(taskId))].join('\t'), ...lines].join('\n')}\n`;
  }
  const { style, columns } = terminal;
  const [first] = attempts;
  const isOneText = attempts.every(({ description }) => description === first?.description);
  const title = isOneText && first !== undefined ? [style.bold(inertOutput(first.description)), ''] : [];
  const header = [
    { header: '' },
    ...attempts.map((attempt, index) => ({ header: nameOf(attempt, index, isOneText) })),
  ];
  const cells = rows.map(([name, valueOf]): Cell[] => [
    { text: name, style: style.dim },
    ...attempts.map((attempt, index) => ({ text: valueOf(attempt, index) })),
  ]);
  const lines =
    table(header, cells, columns, style) ??
    attempts.flatMap((attempt, index) => [
      style.bold(nameOf(attempt, index, isOneText)),
      ...facts(
        rows.map(([name, valueOf]) => [name, valueOf(attempt, index)] as const),
        style,
      ),
    ]);
  const alone =
    attempts.length === 1 ? ['', 'There is no other attempt: coding-agent tasks retry makes one.'] : [];
  return `${[...title, ...lines, ...alone].join('\n')}\n`;
}

function nameOf({ attempt, description }: ComparedAttempt, index: number, isOneText: boolean): string {
  return isOneText
    ? `attempt ${String(attempt)}`
    : `${String(index + 1)} ${inertLine(description).slice(0, 24)}`;
}

function factRows({ format }: Terminal, { best }: TaskComparison): Row[] {
  const marked = (text: string, ids: readonly string[], { taskId }: ComparedAttempt): string =>
    ids.includes(taskId) && ids.length === 1 ? `${text} *` : text;
  const size = ({ filesChanged, added, removed }: ComparedAttempt): string => {
    const lines =
      added === null && removed === null
        ? ''
        : ` +${format.number(added ?? 0)} -${format.number(removed ?? 0)}`;
    return `${format.number(filesChanged)}${lines}`;
  };
  return [
    ['id', ({ taskId }) => inertLine(taskId)],
    ['agent', ({ agent, model }) => inertLine(model === null ? agent : `${agent} · ${model}`)],
    ['outcome', ({ status, reason }) => outcomeOf({ status, ...(reason !== null && { reason }) })],
    ['verified', ({ verification }) => (verification === null ? UNKNOWN : verifiedText(verification))],
    ['time', attempt => marked(format.duration(attempt.executionTime), best.fastest, attempt)],
    ['tokens', attempt => marked(format.number(attempt.tokens), best.cheapest, attempt)],
    ['cost', attempt => format.cost(attempt.cost)],
    ['steps', ({ steps }) => format.number(steps)],
    ['commits', ({ commits }) => format.number(commits)],
    ['files changed', size],
  ];
}

function fileRow({ format }: Terminal, { path, changes, same }: ComparedFile): Row {
  return [
    `  ${inertLine(path)}`,
    (_attempt, index) => {
      const change = changes[index] ?? null;
      return change === null
        ? UNKNOWN
        : `${changeText(change, format)}${same === true && index > 0 ? ' (same)' : ''}`;
    },
  ];
}

function changeText({ kind, added, removed }: FileChange, format: Terminal['format']): string {
  if (added === undefined && removed === undefined) return kind;
  return `${kind} +${format.number(added ?? 0)} -${format.number(removed ?? 0)}`;
}
