import { type Command, Option } from 'commander';
import { parseEndStatus } from '../../core/input.ts';
import type { SessionQuery } from '../../core/ports.ts';
import type { SearchProgress } from '../../core/search/searchPage.ts';
import type { SessionDetails } from '../../core/sessionManager.ts';
import type { SessionMetadata, SessionStatus } from '../../core/session.ts';
import type { SessionStats } from '../../core/stats.ts';
import { listOptions } from '../args.ts';
import { type Act, type CommandInput, type CommandResult, examples } from '../command.ts';
import { existingFolder } from '../context.ts';
import { SearchProgressLine } from '../searchProgressLine.ts';
import { searchText } from '../searchText.ts';
import { sessionListText, sessionText, titleOf } from '../sessionText.ts';
import { registerForkSession } from './forkSession.ts';
import { registerSessionChanges } from './sessionChanges.ts';
import { registerSessionTransfer } from './sessionTransfer.ts';
import { currentSession } from './tasks.ts';

const SESSION_STATUSES: readonly SessionStatus[] = ['active', 'completed', 'failed'];

export function registerSessions(program: Command, act: Act): void {
  const sessions = program
    .command('sessions')
    .summary('list, make, switch, end and keep sessions')
    .description(
      'Works with sessions: each holds tasks that belong together, their plans, what they changed and what came of them.',
    );
  examples(
    listOptions(sessions.command('list'), SESSION_STATUSES)
      .description('Lists sessions, newest first. The current one is marked with *.')
      .option('--trash', 'those in the trash instead')
      .action(act(listSessions)),
    ['sessions list', 'The newest 50:'],
    ['sessions list --status active --q profile', 'What is open and mentions a word:'],
    ['sessions list --json --limit 1000 | jq -r .sessions[].sessionId', 'Ids, for a program:'],
  );
  examples(
    sessions
      .command('create')
      .description('Makes a session and makes it the current one.')
      .option('--title <title>', "its title; the first task's text when not given")
      .option(
        '--working-directory <folder>',
        'where its tasks act: the root, a folder below it, or one that you trust',
      )
      .action(act(createSession)),
    ['sessions create --title "Profile page"', 'A session with a title:'],
    ['sessions create --working-directory packages/web', 'One that works in a folder below:'],
  );
  examples(
    sessions
      .command('show')
      .description('Shows a session: its figures and its tasks.')
      .argument('[session]', 'its id; the current one when not given')
      .action(act(showSession)),
    ['sessions show', 'The current session:'],
  );
  examples(
    sessions
      .command('switch')
      .description(
        'Makes a session the current one, and names what was interrupted in it. Nothing runs by itself.',
      )
      .argument('<session>', 'its id')
      .action(act(switchSession)),
    ['sessions switch 550e8400-e29b-41d4-a716-446655440000', 'Go on in an older session:'],
  );
  examples(
    sessions
      .command('end')
      .description('Ends a session. Running a task in it later opens it again.')
      .argument('[session]', 'its id; the current one when not given')
      .addOption(
        new Option('--status <status>', 'what came of it')
          .choices(['completed', 'failed'])
          .default('completed'),
      )
      .action(act(endSession)),
    ['sessions end', 'The current session is done:'],
    ['sessions end --status failed', 'It came to nothing:'],
  );
  examples(
    listOptions(sessions.command('search'), SESSION_STATUSES)
      .description(
        'Finds tasks and sessions by titles, task texts, commands, outputs and file names, newest first. All words must occur in ' +
          'one task, letter case ignored. Filters: status:failed, type:git, agent:direct, file:src/app.ts, since:7d.',
      )
      .argument('<query...>', 'words, "phrases" in quotes, and filters')
      .action(act(searchSessions)),
    ['sessions search user profile', 'Both words:'],
    [`sessions search '"cannot find module" status:failed since:2w'`, 'A phrase, in what failed lately:'],
    ['sessions search file:src/app.ts --json --limit 1000', 'What changed a file, for a program:'],
  );
  registerSessionChanges(sessions, act);
  registerSessionTransfer(sessions, act);
  registerForkSession(sessions, act);
  examples(
    sessions,
    ['sessions list', 'See what there is:'],
    ['sessions create --title "Profile page"', 'Begin a new one:'],
    ['sessions switch 550e8400-e29b-41d4-a716-446655440000', 'Go on in an older one:'],
  );
}

async function listSessions({ context, options }: CommandInput): Promise<CommandResult> {
  const query = options.query;
  if (options.flag('trash')) {
    const { sessions } = await context.host();
    const page = { sessions: await sessions.listTrash(), damaged: [] };
    const text = (): string =>
      sessionListText(context.terminal, { ...page, current: undefined, empty: 'The trash is empty.' });
    return { document: page, text };
  }
  return listPage({
    context,
    query,
    empty: 'No sessions yet. Run a task and one is made for you: coding-agent run "TASK"',
  });
}

async function searchSessions({ context, args, options }: CommandInput): Promise<CommandResult> {
  const { q, status, limit, cursor } = options.query;
  const parts = [
    ...args,
    ...(q === undefined ? [] : [q]),
    ...(status === undefined ? [] : [`status:${status}`]),
  ];
  const host = await context.host();
  const progress = new SearchProgressLine(context.terminal, context.global.json !== undefined);
  const page = await host
    .search(parts.join(' '), {
      ...{
        signal: context.signal,
        onProgress: (state: SearchProgress) => {
          progress.show(state);
        },
      },
      ...(limit !== undefined && { limit }),
      ...(cursor !== undefined && { cursor }),
    })
    .finally(() => {
      progress.clear();
    });
  return { document: page, text: () => searchText(context.terminal, page) };
}

async function listPage({
  context,
  query,
  empty,
}: {
  readonly context: CommandInput['context'];
  readonly query: SessionQuery;
  readonly empty: string;
}): Promise<CommandResult> {
  const { sessions } = await context.host();
  const page = await sessions.listPage(query);
  const { total: _total, ...document } = page;
  // Listing opens no session: whether the chosen one is still current, its row tells.
  const choice = context.terminal.isPerson ? await context.chosenSession() : undefined;
  const current = page.sessions.find(
    ({ sessionId, status, endTime }) =>
      sessionId === choice?.sessionId && (status === 'active' || endTime?.toISOString() === choice.endTime),
  )?.sessionId;
  const filtered = Object.keys(query).some(key => key !== 'limit');
  const none = filtered ? 'No session matches.' : empty;
  return { document, text: () => sessionListText(context.terminal, { ...page, current, empty: none }) };
}

async function createSession({ context, options }: CommandInput): Promise<CommandResult> {
  const folder = options.text('workingDirectory');
  const workingDirectory =
    folder === undefined ? undefined : await existingFolder('workingDirectory', folder);
  const { sessions } = await context.host();
  const metadata = await sessions.createSession({ title: options.text('title'), workingDirectory });
  const { sessionId } = metadata;
  const text = (): string =>
    context.terminal.isPerson
      ? `Created ${titleOf(metadata)} (${sessionId}). It is the current session.\n`
      : `${sessionId}\n`;
  return { document: { sessionId, metadata }, text };
}

async function showSession({ context, args }: CommandInput): Promise<CommandResult> {
  const { sessions } = await context.host();
  const id = args[0] ?? (await currentSession(sessions));
  const { metadata, stats } = parts(await sessions.getSession(id));
  if (context.global.json !== undefined) return { document: { metadata, stats } };
  const [tasks, damage, current] = await Promise.all([
    sessions.listTasks(id),
    sessions.damageOf(id),
    sessions.currentSession(),
  ]);
  const more = { isCurrent: current === id, tasks, damage };
  return { document: undefined, text: () => sessionText(context.terminal, metadata, stats, more) };
}

async function switchSession({ context, args }: CommandInput): Promise<CommandResult> {
  const { sessions } = await context.host();
  const { session, interrupted } = await sessions.resumeSession(args[0] ?? '');
  const { metadata, stats } = parts(await sessions.getSession(session.sessionId));
  const text = (): string => {
    const retries = interrupted.map(task => `Interrupted: coding-agent tasks retry ${task.id}\n`);
    return `The current session is ${titleOf(metadata)} (${metadata.sessionId}).\n${retries.join('')}`;
  };
  return { document: { metadata, stats, interrupted: interrupted.map(task => task.id) }, text };
}

async function endSession({ context, args, options }: CommandInput): Promise<CommandResult> {
  const status = parseEndStatus(options.text('status'));
  const { sessions } = await context.host();
  const { metadata, stats } = parts(await sessions.endSession(args[0], status));
  const text = (): string => `Ended ${titleOf(metadata)} (${metadata.sessionId}): ${metadata.status}.\n`;
  return { document: { metadata, stats }, text };
}

/** A session as the documents of `show` and `end` have it. */
function parts({ stats, ...metadata }: SessionDetails): {
  metadata: SessionMetadata;
  stats: SessionStats;
} {
  return { metadata, stats };
}
