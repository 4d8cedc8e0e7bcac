import { type Command, Option } from 'commander';
import { invalidInput } from '../../core/errors.ts';
import { parseSessionId } from '../../core/input.ts';
import { statsCsv } from '../../core/statsCsv.ts';
import { namedPeriod, PERIOD_NAMES, type StatsPeriod } from '../../core/statsPeriod.ts';
import type { SessionReport, StatsReport } from '../../core/statsReport.ts';
import { parseSince, parseUntil } from '../../core/since.ts';
import type { Options } from '../args.ts';
import { type Act, type CommandInput, type CommandResult, examples } from '../command.ts';
import { titleOf } from '../sessionText.ts';
import { periodTitle, reportText } from '../statsText.ts';

export function registerStats(program: Command, act: Act): void {
  const stats = program
    .command('stats')
    .summary('figures over one session, a period, or all sessions')
    .description(
      'Shows how many tasks were done, how many of them succeeded and were verified, and how long they took: in all, per day, by type, agent and model. A figure over nothing is unknown, never 0 or 100.',
    )
    .option('--session <id>', 'only this session')
    .option('--since <time>', 'only tasks that ended since: a date, or 12h, 7d, 2w ago')
    .option('--until <time>', 'only tasks that ended before: a time, or to the end of a date')
    .addOption(
      new Option('--period <name>', 'instead of these: the last of them, or all').choices(PERIOD_NAMES),
    )
    .option('--csv', 'one table of comma-separated values, for a spreadsheet')
    .action(act(showStats));
  examples(
    stats,
    ['stats', 'All sessions of this folder:'],
    ['stats --period week', 'The last seven days:'],
    ['stats --since 2026-01-01 --until 2026-01-31 --csv', 'January, for a spreadsheet:'],
    ['stats --session 550e8400-e29b-41d4-a716-446655440000 --json', 'One session, for a program:'],
  );
}

async function showStats({ context, options }: CommandInput): Promise<CommandResult> {
  const session = options.text('session');
  const id = session === undefined ? undefined : parseSessionId(session);
  const period = periodOf(options, new Date());
  const isCsv = options.flag('csv');
  if (isCsv && options.global.json !== undefined)
    throw invalidInput('csv', 'Give --csv or --json, not both.');
  const { sessions, statistics } = await context.host();
  const { terminal } = context;
  const answer = (report: StatsReport | SessionReport, title: string): CommandResult => ({
    document: report,
    text: () => (isCsv ? statsCsv(report) : reportText(terminal, title, report)),
  });
  const when = periodTitle(terminal.format, period);
  if (id === undefined) return answer(await statistics.over(period), when);
  const details = await sessions.getSession(id);
  const title = period.since === undefined && period.until === undefined ? '' : ` · ${when}`;
  return answer(await statistics.ofSession(id, period), `${titleOf(details)}${title}`);
}

function periodOf(options: Options, now: Date): StatsPeriod {
  const [name, since, until] = ['period', 'since', 'until'].map(option => options.text(option));
  if (name !== undefined && (since !== undefined || until !== undefined))
    throw invalidInput('period', 'Give --period, or --since and --until, not both.');
  if (name !== undefined) return namedPeriod(name, now);
  return {
    ...(since !== undefined && { since: parseSince(since, now) }),
    ...(until !== undefined && { until: parseUntil(until, now) }),
  };
}
