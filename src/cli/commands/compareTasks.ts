import type { Command } from 'commander';
import { readComparison } from '../../core/readComparison.ts';
import { type Act, type CommandInput, type CommandResult, examples } from '../command.ts';
import { comparisonText } from '../comparisonText.ts';

/** Adds `compare` to the commands about tasks. */
export function registerCompareTasks(tasks: Command, act: Act): void {
  examples(
    tasks
      .command('compare')
      .description(
        'Sets attempts side by side: outcome, verification, time, tokens and cost, changed files. One task stands for all attempts of it. An asterisk marks the fastest and the one with the fewest tokens.',
      )
      .argument('<tasks...>', 'the id of one attempt, or the ids of the tasks to compare')
      .action(act(compareTasks)),
    ['tasks compare task-550e8400-1a2b3c4d', 'All attempts of a task:'],
    ['tasks compare task-550e8400-1a2b3c4d task-550e8400-5e6f7a8b --json', 'Two tasks, for a program:'],
  );
}

async function compareTasks({ context, args }: CommandInput): Promise<CommandResult> {
  const { sessions } = await context.host();
  const comparison = await readComparison(sessions, args);
  return { document: comparison, text: () => comparisonText(context.terminal, comparison) };
}
