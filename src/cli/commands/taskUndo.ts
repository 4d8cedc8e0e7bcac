import type { Command } from 'commander';
import { SessionError } from '../../core/errors.ts';
import { inertLine } from '../../core/inertText.ts';
import { publicTask } from '../../core/publicTask.ts';
import { type Act, type CommandInput, type CommandResult, examples } from '../command.ts';
import { diffText, undoPlanText, undoneText } from '../diffText.ts';

/** `tasks diff` and `tasks undo`. */
export function registerTaskUndo(tasks: Command, act: Act): void {
  examples(
    tasks
      .command('diff')
      .description('Shows what a task changed, as a patch that "git apply" takes; while it runs, up to now.')
      .argument('<task>', 'the id of the task')
      .option('--stat', 'only the files and how many lines')
      .action(act(diffTask)),
    ['tasks diff task-550e8400-1a2b3c4d', 'What one task changed:'],
    ['tasks diff task-550e8400-1a2b3c4d --stat', 'Only which files:'],
  );
  examples(
    tasks
      .command('undo')
      .description(
        'Takes back what a task changed, and nothing else: all of it, or nothing when a file was changed since. ' +
          'Undoing an undone task brings its changes back. On a terminal it asks first, elsewhere it needs --yes.',
      )
      .argument('<task>', 'the id of the task')
      .option('--force', 'overwrite files that were changed since; undoing once more brings them back')
      .action(act(undoTask)),
    ['tasks undo task-550e8400-1a2b3c4d', 'Take a task back, after a look at what will happen:'],
    ['tasks undo task-550e8400-1a2b3c4d --yes', 'The same without a question; again, to bring it back:'],
  );
}

async function diffTask({ context, args, options }: CommandInput): Promise<CommandResult> {
  const { undo } = await context.host();
  const isShort = options.flag('stat');
  const diff = await undo.diff(args[0] ?? '', { patches: !isShort });
  return { document: diff, text: () => diffText(context.terminal, diff, isShort) };
}

async function undoTask({ context, args, options }: CommandInput): Promise<CommandResult> {
  const { undo } = await context.host();
  const taskId = args[0] ?? '';
  const force = options.flag('force');
  const { terminal, global } = context;
  const plan = await undo.plan(taskId);
  // What cannot be done is refused by `undo`, in the same words everywhere.
  const isPossible = plan.conflicts.length === 0 || force;
  if (isPossible && plan.files.length > 0 && !global.yes) {
    if (!terminal.canAsk)
      throw new SessionError(
        'denied',
        'Nobody can be asked here whether files are to be changed. Nothing was changed. Look with "tasks diff", then give --yes.',
      );
    terminal.writeError(undoPlanText(plan));
    const answer = await context.ask(
      plan.undone ? 'Undo this task? [y/N] ' : 'Bring these changes back? [y/N] ',
    );
    if (answer?.trim().toLowerCase() !== 'y') throw new SessionError('cancelled', 'Nothing was changed.');
  }
  const result = await undo.undo(taskId, { force });
  return {
    document: {
      taskId,
      undone: result.plan.undone,
      files: result.plan.files,
      left: result.plan.left,
      task: publicTask(result.task),
    },
    text: () => undoneText(result, inertLine(taskId)),
  };
}
