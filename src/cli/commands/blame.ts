import { existsSync } from 'node:fs';
import { lstat, realpath } from 'node:fs/promises';
import { dirname, join, basename, relative, resolve, sep } from 'node:path';
import type { Command } from 'commander';
import type { Blame } from '../../core/blame/taskBlame.ts';
import type { TracedTask } from '../../core/blame/tracedTask.ts';
import { invalidInput, SessionError } from '../../core/errors.ts';
import { inertLine } from '../../core/inertText.ts';
import { blameText, tracedTasksText } from '../blameText.ts';
import { type Act, type CommandInput, type CommandResult, examples } from '../command.ts';

export function registerBlame(program: Command, act: Act): void {
  examples(
    program
      .command('blame')
      .summary('which task a file, a line or a commit comes from')
      .description(
        'Says which task last changed a file or a line, or which tasks are in a commit. Lines that come from no task are told as such.',
      )
      .argument('[file]', 'a file, or a line of it: FILE:LINE')
      .option('--commit <sha>', 'the tasks in a commit instead')
      .action(act(blame)),
    ['blame src/app.ts', 'Every line of a file:'],
    ['blame src/app.ts:42', 'One line:'],
    ['blame --commit 1a2b3c4', 'The tasks in a commit:'],
  );
}

async function blame({ context, args, options }: CommandInput): Promise<CommandResult> {
  const commit = options.text('commit');
  const [named] = args;
  if ((commit === undefined) === (named === undefined))
    throw invalidInput('file', 'Name a file, or a commit with --commit.');
  const { traces, root } = await context.host();
  if (commit !== undefined) {
    const tasks = await traces.ofCommit(commit);
    const text = (): string => tracedTasksText(context.terminal, tasks, 'No task made this commit.');
    return { document: { commit, tasks: tasks.map(traceOf) }, text };
  }
  const { path, line } = await placeOf(root, named ?? '');
  const found = await traces.ofFile(path);
  if (found.tasks.length === 0) await requireThere(join(root, path), path);
  if (line === undefined) {
    const document = { path, tasks: found.tasks.map(traceOf), lines: found.lines, note: found.note };
    return { document, text: () => blameText(context.terminal, found) };
  }
  const task = lineTask(found, line);
  const document = { path, line, task: task === null ? null : traceOf(task), exact: found.lines !== null };
  const text = (): string =>
    tracedTasksText(context.terminal, task === null ? [] : [task], 'This line comes from no task.') +
    (found.note === null ? '' : `${found.note}\n`);
  return { document: { ...document, note: found.note }, text };
}

/** The task of a line; where lines cannot be told, the one that changed the file last. */
function lineTask({ lines, tasks }: Blame, line: number): TracedTask | null {
  if (lines === null) return tasks[0] ?? null;
  if (line < 1 || line > lines.length)
    throw invalidInput(
      'file',
      `The file has ${String(lines.length)} lines; there is no line ${String(line)}.`,
    );
  return tasks.find(({ task }) => task.id === lines[line - 1]) ?? null;
}

/** A file that is gone has a history; one that never was is a wrong name. */
async function requireThere(file: string, path: string): Promise<void> {
  const isThere = await lstat(file).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  const what = `There is no file ${inertLine(path)}, and no task has changed one of that name. Check the name.`;
  throw new SessionError('not_found', what, { field: 'file' });
}

/** What programs are told of a task. */
function traceOf({ task, session }: TracedTask): object {
  const { id, sessionId, description, type, status, agent, updatedAt, endedAt, commits } = task;
  return {
    ...{ taskId: id, sessionId, sessionTitle: session.title, description, type, status, agent },
    ...{ at: endedAt ?? updatedAt, commits },
  };
}

async function placeOf(
  root: string,
  named: string,
): Promise<{ readonly path: string; readonly line: number | undefined }> {
  const [, file, number] = existsSync(named) ? [] : (/^(.+):(\d{1,9})$/.exec(named) ?? []);
  const absolute = resolve(file ?? named);
  // The file itself may be gone; where it was is known all the same.
  const folder = await realpath(dirname(absolute)).catch(() => dirname(absolute));
  const path = relative(root, join(folder, basename(absolute)))
    .split(sep)
    .join('/');
  if (path === '' || path === '..' || path.startsWith('../'))
    throw invalidInput(
      'file',
      `${named} is not below ${root}. Name a file there, or another folder with --root.`,
    );
  return { path, line: number === undefined ? undefined : Number(number) };
}
