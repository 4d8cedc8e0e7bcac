import type { Command } from 'commander';
import { invalidInput, SessionError } from '../../core/errors.ts';
import type { SessionMetadata } from '../../core/session.ts';
import type { SessionDetails } from '../../core/sessionManager.ts';
import type { UpdateSessionRequest } from '../../core/sessionRequests.ts';
import { CHECKPOINT_DAYS } from '../../core/checkpoints.ts';
import { expiredIn, TRASH_DAYS } from '../../core/trashGrace.ts';
import { readUserConfig } from '../../host/userConfig.ts';
import { type Act, type CommandInput, type CommandResult, examples } from '../command.ts';
import { titleOf } from '../sessionText.ts';

const ID = '550e8400-e29b-41d4-a716-446655440000';

/** The commands that name, sort and put away sessions. */
export function registerSessionChanges(sessions: Command, act: Act): void {
  examples(
    sessions
      .command('rename')
      .description('Gives a session another title.')
      .argument('<session>', 'its id')
      .argument('<title>', 'one line of at most 200 characters')
      .action(act(renameSession)),
    [`sessions rename ${ID} "Profile page"`, 'A title of its own:'],
  );
  examples(
    sessions
      .command('tag')
      .description('Adds tags to a session, or takes them away.')
      .argument('<session>', 'its id')
      .argument('[tags...]', 'tags to add')
      .option(
        '--remove <tag>',
        'a tag to take away; can be given more than once',
        (tag: string, all: string[] | undefined) => [...(all ?? []), tag],
      )
      .option('--clear', 'take all tags away first')
      .action(act(tagSession)),
    [`sessions tag ${ID} frontend urgent`, 'Add two tags:'],
    [`sessions tag ${ID} --remove urgent`, 'Take one away:'],
  );
  for (const { name, undone, field, what } of [
    {
      name: 'pin',
      undone: 'Unpinned',
      field: 'pinned',
      what: 'Pins a session, so that it stays on top in VS Code.',
    },
    {
      name: 'archive',
      undone: 'Unarchived',
      field: 'archived',
      what: 'Archives a session: lists leave it out unless asked with --archived.',
    },
  ] as const) {
    const done = `${name[0]?.toUpperCase() ?? ''}${name.slice(1)}${name.endsWith('e') ? 'd' : 'ned'}`;
    const action = (input: CommandInput): Promise<CommandResult> => {
      const wanted = !input.options.flag('undo');
      return update(input, { [field]: wanted }, wanted ? done : undone);
    };
    const command = sessions
      .command(name)
      .description(what)
      .argument('<session>', 'its id')
      .option('--undo', 'take it back');
    examples(
      command.action(act(action)),
      [`sessions ${name} ${ID}`, `${name[0]?.toUpperCase() ?? ''}${name.slice(1)} it:`],
      [`sessions ${name} ${ID} --undo`, 'Take it back:'],
    );
  }
  examples(
    sessions
      .command('delete')
      .description('Moves a session to the trash, from which it can be restored.')
      .argument('<session>', 'its id')
      .action(act(deleteSession)),
    [`sessions delete ${ID}`, 'To the trash:'],
  );
  examples(
    sessions
      .command('restore')
      .description('Takes a session back from the trash.')
      .argument('<session>', 'its id')
      .action(act(restoreSession)),
    ['sessions list --trash', 'What is in the trash:'],
    [`sessions restore ${ID}`, 'Take it back:'],
  );
  examples(
    sessions
      .command('purge')
      .description(
        'Removes a session in the trash for good, or all of them. On a terminal it asks first, unless --yes is given.',
      )
      .argument('[session]', 'its id; all of the trash when not given')
      .option(
        '--expired',
        'only what was deleted more than 30 days ago (trashDays in config.json); nothing is ever removed by itself',
      )
      .option(
        '--checkpoints',
        'instead, the checkpoints of tasks older than 30 days (checkpointDays in config.json): those cannot be undone any more',
      )
      .action(act(purgeTrash)),
    [`sessions purge ${ID}`, 'Remove one:'],
    ['sessions purge --yes', 'Empty the trash:'],
    ['sessions purge --expired --yes', 'Only what has been there for long:'],
    ['sessions purge --checkpoints', 'What undo keeps of tasks of long ago:'],
  );
}

function renameSession(input: CommandInput): Promise<CommandResult> {
  return update(input, { title: input.args[1] ?? '' }, 'Renamed');
}

async function tagSession(input: CommandInput): Promise<CommandResult> {
  const { context, args, options } = input;
  const [id = '', ...added] = args;
  const removed = options.texts('remove');
  if (added.length === 0 && removed.length === 0 && !options.flag('clear'))
    throw invalidInput('tags', 'Name tags to add, or give --remove TAG or --clear. Nothing was changed.');
  const { sessions } = await context.host();
  const { tags } = await sessions.getSession(id);
  const kept = options.flag('clear') ? [] : tags.filter(tag => !removed.includes(tag));
  return update(input, { tags: [...new Set([...kept, ...added.map(tag => tag.trim())])] }, 'Tagged');
}

async function update(
  { context, args }: CommandInput,
  changes: UpdateSessionRequest,
  done: string,
): Promise<CommandResult> {
  const { sessions } = await context.host();
  return changed(await sessions.updateSession(args[0] ?? '', changes), done);
}

async function deleteSession({ context, args }: CommandInput): Promise<CommandResult> {
  const { sessions } = await context.host();
  const sessionId = args[0] ?? '';
  await sessions.deleteSession(sessionId);
  const text = (): string => `Moved to the trash. Take it back: coding-agent sessions restore ${sessionId}\n`;
  return { document: { sessionId, deleted: true }, text };
}

async function restoreSession({ context, args }: CommandInput): Promise<CommandResult> {
  const { sessions } = await context.host();
  return changed(await sessions.restoreSession(args[0] ?? ''), 'Restored');
}

async function purgeCheckpoints({ context }: CommandInput): Promise<CommandResult> {
  await context.requireTrust();
  const { checkpointDays = CHECKPOINT_DAYS } = await readUserConfig(context.profile);
  const { undo } = await context.host();
  const pruned = await undo.prune(new Date(Date.now() - checkpointDays * 24 * 60 * 60 * 1000));
  const { format } = context.terminal;
  const what = `${format.count(pruned.tasks, 'task', 'tasks')} older than ${format.count(checkpointDays, 'day', 'days')}`;
  return {
    document: { checkpoints: pruned },
    text: () => `Removed the checkpoints of ${what}: ${format.number(pruned.bytes)} bytes.\n`,
  };
}

async function purgeTrash(input: CommandInput): Promise<CommandResult> {
  const { context, args, options } = input;
  if (options.flag('checkpoints')) return purgeCheckpoints(input);
  const { sessions } = await context.host();
  const [id] = args;
  const { terminal, global } = context;
  const onlyExpired = options.flag('expired');
  if (onlyExpired && id !== undefined)
    throw invalidInput('expired', 'Give an id or --expired, not both. Nothing was removed.');
  const { trashDays = TRASH_DAYS } = onlyExpired ? await readUserConfig(context.profile) : {};
  const wanted = async (): Promise<readonly SessionMetadata[]> => {
    const trash = await sessions.listTrash();
    return onlyExpired ? expiredIn(trash, new Date(), trashDays) : trash;
  };
  const count = (number: number): string => terminal.format.count(number, 'session', 'sessions');
  if (id === undefined && terminal.canAsk && !global.yes) {
    const { length } = await wanted();
    const answer = length === 0 ? 'y' : await context.ask(`Remove ${count(length)} for good? [y/N] `);
    if (!/^\s*y(es)?\s*$/i.test(answer ?? '')) throw new SessionError('denied', 'Nothing was removed.');
  }
  const purged: string[] = [];
  if (onlyExpired)
    for (const { sessionId } of await wanted()) purged.push(...(await sessions.purgeTrash(sessionId)));
  else purged.push(...(await sessions.purgeTrash(id)));
  return { document: { purged }, text: () => `Removed ${count(purged.length)} for good.\n` };
}

function changed({ stats, ...metadata }: SessionDetails, done: string): CommandResult {
  return {
    document: { metadata, stats },
    text: () => `${done}: ${titleOf(metadata)} (${metadata.sessionId}).\n`,
  };
}
