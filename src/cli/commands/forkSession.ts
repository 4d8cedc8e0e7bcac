import type { Command } from 'commander';
import { type Act, type CommandInput, type CommandResult, examples } from '../command.ts';
import { titleOf } from '../sessionText.ts';

const ID = '550e8400-e29b-41d4-a716-446655440000';

/** Adds `fork` to the commands about sessions. */
export function registerForkSession(sessions: Command, act: Act): void {
  examples(
    sessions
      .command('fork')
      .description(
        'Makes a session that goes on from where another one was, and makes it the current one. It begins with copies of that session’s finished tasks; the session itself does not change. What was made elsewhere goes on like this.',
      )
      .argument('<session>', 'its id')
      .option('--at <task>', 'the last task to take along; all that have ended when not given')
      .option('--title <title>', 'one line of at most 200 characters')
      .action(act(forkSession)),
    [`sessions fork ${ID}`, 'Go on from its end:'],
    [`sessions fork ${ID} --at task-550e8400-1a2b3c4d --title "Another way"`, 'Go on from one of its tasks:'],
  );
}

async function forkSession({ context, args, options }: CommandInput): Promise<CommandResult> {
  const { forks } = await context.host();
  const metadata = await forks.fork(args[0] ?? '', { at: options.text('at'), title: options.text('title') });
  const { sessionId } = metadata;
  const count = context.terminal.format.count(metadata.totalTasks, 'task', 'tasks');
  return {
    document: { sessionId, metadata },
    text: () => `Forked with ${count}: ${titleOf(metadata)} (${sessionId}). It is the current session now.\n`,
  };
}
