import type { Command } from 'commander';
import { parseSessionId } from '../../core/input.ts';
import { parseSince } from '../args.ts';
import { type Act, type CommandInput, type CommandResult, examples } from '../command.ts';
import { titleOf } from '../sessionText.ts';
import { statsText } from '../statsText.ts';

export function registerStats(program: Command, act: Act): void {
  const stats = program
    .command('stats')
    .summary('figures over one session, a period, or all sessions')
    .description(
      'Shows how many tasks were done, how many of them succeeded, and how long they took. A figure over nothing is unknown, never 0 or 100.',
    )
    .option('--session <id>', 'only this session')
    .option('--since <time>', 'only tasks that ended since: a date, or 12h, 7d, 2w ago')
    .action(act(showStats));
  examples(
    stats,
    ['stats', 'All sessions of this folder:'],
    ['stats --since 7d', 'The last seven days:'],
    ['stats --session 550e8400-e29b-41d4-a716-446655440000 --json', 'One session, for a program:'],
  );
}

async function showStats({ context, options }: CommandInput): Promise<CommandResult> {
  const session = options.text('session');
  const since = options.text('since');
  const from = since === undefined ? undefined : parseSince(since, new Date());
  const id = session === undefined ? undefined : parseSessionId(session);
  const { sessions } = await context.host();
  const { terminal } = context;
  if (id !== undefined) {
    const details = await sessions.getSession(id);
    return { document: details.stats, text: () => statsText(terminal, titleOf(details), details.stats) };
  }
  const overall = await sessions.stats(from);
  const title = from === undefined ? 'All sessions' : `Since ${terminal.format.date(from)}`;
  return { document: overall, text: () => statsText(terminal, title, overall) };
}
