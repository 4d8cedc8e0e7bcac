import type { FileDiff, TaskDiff } from '../core/checkpoints.ts';
import { inertLine, inertText } from '../core/inertText.ts';
import type { UndoResult } from '../core/taskUndo.ts';
import type { UndoFile, UndoPlan } from '../core/undoPlan.ts';
import type { Terminal } from './terminal.ts';

/** What a task changed: a patch, or a line a file. */
export function diffText(terminal: Terminal, diff: TaskDiff, isShort: boolean): string {
  const { files } = diff;
  if (files.length === 0) return `${nothing(diff)}\n`;
  if (isShort) return statText(terminal, diff);
  // A pipe gets the patch and nothing else.
  const patches = files.map(file => file.patch ?? withoutPatch(file)).join('');
  return terminal.isPerson ? `${painted(terminal, patches)}${notes(terminal, diff)}` : patches;
}

/** What an undo would do, before it is asked for. */
export function undoPlanText(plan: UndoPlan): string {
  const lines = plan.files.map(file => `  ${actionText(file)}`);
  const left = plan.left.map(({ path, reason }) => `  leave     ${inertLine(path)} (${reason})`);
  const lost = plan.conflicts.map(
    ({ path }) => `  overwrite ${inertLine(path)} (changed since; kept in a checkpoint)`,
  );
  return `${[...lines, ...lost, ...left].join('\n')}\n`;
}

export function undoneText({ plan }: UndoResult, taskId: string): string {
  const files = `${plan.files.length} file${plan.files.length === 1 ? '' : 's'}`;
  const left =
    plan.left.length === 0
      ? ''
      : ` ${plan.left.length} left alone: ${plan.left.map(({ path, reason }) => `${inertLine(path)} (${reason})`).join(', ')}.`;
  return plan.undone
    ? `Undone: ${files}.${left} To bring the changes back: coding-agent tasks undo ${taskId}\n`
    : `Brought back: ${files}.${left}\n`;
}

function actionText({ path, action, from }: UndoFile): string {
  const name = from === undefined ? inertLine(path) : `${inertLine(from)} -> ${inertLine(path)}`;
  return `${{ create: 'create', change: 'change', delete: 'delete', rename: 'rename', mode: 'chmod' }[action].padEnd(9)} ${name}`;
}

function statText(terminal: Terminal, diff: TaskDiff): string {
  const { style, format } = terminal;
  const rows = diff.files.map(file => {
    const { kind, path, from, added, removed, binary, mode, shared } = file;
    const counts =
      binary === true || added === undefined
        ? 'binary'
        : `${style.green(`+${format.number(added)}`)} ${style.red(`-${format.number(removed ?? 0)}`)}`;
    const name = from === undefined ? inertLine(path) : `${inertLine(from)} -> ${inertLine(path)}`;
    const more = [
      ...(mode === undefined ? [] : [`${mode.before} -> ${mode.after}`]),
      ...(shared === true ? ['shared: somebody else was at work on it too'] : []),
    ].map(text => style.dim(`  ${text}`));
    return `${kind.padEnd(8)}  ${name}  ${counts}${more.join('')}`;
  });
  return `${rows.join('\n')}\n${notes(terminal, diff)}`;
}

function notes({ style }: Terminal, { foldersMade, foldersRemoved, undone, problem }: TaskDiff): string {
  const lines = [
    ...foldersMade.map(name => `folder made: ${inertLine(name)}`),
    ...foldersRemoved.map(name => `folder removed: ${inertLine(name)}`),
    ...(undone ? ['These changes are undone.'] : []),
    ...(problem === undefined ? [] : [problem]),
  ];
  return lines.map(line => `${style.dim(line)}\n`).join('');
}

function painted({ style }: Terminal, patches: string): string {
  return patches
    .split('\n')
    .map(line => {
      const text = inertText(line);
      if (/^(diff --git|--- |\+\+\+ )/.test(line)) return style.bold(text);
      if (line.startsWith('@@')) return style.blue(text);
      if (line.startsWith('+')) return style.green(text);
      return line.startsWith('-') ? style.red(text) : text;
    })
    .join('\n');
}

function withoutPatch({ kind, path }: FileDiff): string {
  return `# ${kind} ${inertLine(path)}: its content was not captured\n`;
}

function nothing({ before }: TaskDiff): string {
  return before === null
    ? 'This task changed no file that is on record, and the workspace was not captured around it.'
    : 'This task changed no file.';
}
