import type { FileChange } from '../task.ts';
import type { ComparedAttempt, TaskComparison } from '../taskComparison.ts';
import { codeBlock, codeSpan, escaped } from './markdownText.ts';

const UNKNOWN = '–';
const MAX_FILES = 200;

/** Attempts side by side as markdown: tables whose columns line up, so that they read well as text too. */
export function comparisonReport({ attempts, files, best }: TaskComparison): string {
  const [first] = attempts;
  const isOneText = attempts.every(({ description }) => description === first?.description);
  const names = attempts.map(({ attempt }, index) =>
    isOneText ? `Attempt ${String(attempt)}` : `Task ${String(index + 1)}`,
  );
  const shown = files.slice(0, MAX_FILES);
  const rest = files.length - shown.length;
  const parts = [
    '# Comparison',
    isOneText
      ? first === undefined
        ? ''
        : codeBlock(first.description)
      : attempts.map(({ description }, index) => `${String(index + 1)}. ${codeSpan(description)}`).join('\n'),
    table(['', ...names], factRows(attempts, best)),
    shown.length === 0
      ? 'No attempt changed a file.'
      : `## Changed files\n\n${table(
          ['File', ...names, 'Result'],
          shown.map(({ path, changes, same }) => [
            codeSpan(path),
            ...changes.map(changeText),
            sameText(same),
          ]),
        )}${rest > 0 ? `\n\n${String(rest)} more files are not shown.` : ''}`,
    ...attempts.flatMap(({ verification }, index) =>
      verification?.output === undefined || verification.output.tail === ''
        ? []
        : [
            `## Verification of ${(names[index] ?? '').toLowerCase()}\n\n${codeBlock(verification.output.tail)}`,
          ],
    ),
    ...attempts.flatMap(({ error }, index) =>
      error === null
        ? []
        : [`## What happened in ${(names[index] ?? '').toLowerCase()}\n\n${codeBlock(error)}`],
    ),
  ];
  return `${parts.filter(part => part !== '').join('\n\n')}\n`;
}

function factRows(attempts: readonly ComparedAttempt[], best: TaskComparison['best']): string[][] {
  const row = (name: string, valueOf: (attempt: ComparedAttempt) => string): string[] => [
    name,
    ...attempts.map(valueOf),
  ];
  const marked = (text: string, mark: string, ids: readonly string[], { taskId }: ComparedAttempt): string =>
    ids.length === 1 && ids[0] === taskId ? `${text} (${mark})` : text;
  return [
    row('Agent', ({ agent, model }) => escaped(model === null ? agent : `${agent}, ${model}`)),
    row('Outcome', ({ status, reason }) => (reason === null ? status : `${status}: ${reason}`)),
    row('Verification', verifiedText),
    row('Time', attempt => marked(seconds(attempt.executionTime), 'fastest', best.fastest, attempt)),
    row('Tokens', attempt => marked(number(attempt.tokens), 'fewest', best.cheapest, attempt)),
    row('Cost', ({ cost }) => (cost === null ? UNKNOWN : `$${cost.toFixed(4)}`)),
    row('Steps', ({ steps }) => number(steps)),
    row('Commits', ({ commits }) => number(commits)),
    row('Files', ({ filesChanged, added, removed }) =>
      added === null && removed === null
        ? number(filesChanged)
        : `${number(filesChanged)} (+${number(added ?? 0)} -${number(removed ?? 0)})`,
    ),
    row('Task', ({ taskId }) => codeSpan(taskId)),
  ];
}

function verifiedText({ verification }: ComparedAttempt): string {
  if (verification === null) return UNKNOWN;
  const { passed, command, exitCode, stale } = verification;
  const how = exitCode === null ? 'stopped' : `exit ${String(exitCode)}`;
  return `${passed ? 'passed' : 'failed'}: ${codeSpan(command)} (${how}${stale === true ? ', stale' : ''})`;
}

function changeText(change: FileChange | null): string {
  if (change === null) return UNKNOWN;
  const { kind, added, removed } = change;
  return added === undefined && removed === undefined
    ? kind
    : `${kind} +${String(added ?? 0)} -${String(removed ?? 0)}`;
}

function sameText(same: boolean | null): string {
  return same === null ? '' : same ? 'the same' : 'different';
}

/** A pipe within a cell would end it. */
function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [header, ...rows].map(row => row.map(cell => cell.replace(/(?<!\\)\|/g, '\\|')));
  const widths = header.map((_, column) =>
    Math.max(3, ...cells.map(row => Array.from(row[column] ?? '').length)),
  );
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => pad(row[column] ?? '', width)).join(' | ')} |`;
  const [head = [], ...body] = cells;
  const rule = `| ${widths.map(width => '-'.repeat(width)).join(' | ')} |`;
  return [line(head), rule, ...body.map(line)].join('\n');
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - Array.from(text).length));
}

function seconds(ms: number | null): string {
  return ms === null ? UNKNOWN : `${(ms / 1000).toFixed(1)} s`;
}

function number(value: number | null): string {
  return value === null ? UNKNOWN : value.toLocaleString('en-US');
}
