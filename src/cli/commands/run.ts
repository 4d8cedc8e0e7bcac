import { Option } from 'commander';
import { SessionError } from '../../core/errors.ts';
import {
  MAX_TASK_BYTES,
  parseAgent,
  parseSessionId,
  parseTaskText,
  parseTaskType,
  parseVerifyCommand,
} from '../../core/input.ts';
import { TASK_TYPES } from '../../core/task.ts';
import { readUserConfig } from '../../host/userConfig.ts';
import { type Act, type CommandInput, type CommandResult, examples } from '../command.ts';
import type { Command } from 'commander';
import { followTask } from '../followTask.ts';
import { readInput } from '../readInput.ts';

export function registerRun(program: Command, act: Act): void {
  const run = program
    .command('run')
    .summary('run a task and wait for its end')
    .description(
      'Runs a task in the current session, and shows its plan and its output as they come. Without a current session one is ' +
        'made and becomes the current one.\n\n' +
        'Ctrl-C cancels the task; what it had done is kept. On a busy session the task is recorded and waits for its turn.',
    )
    .argument('<task>', 'what is to be done, in quotes; - reads it from standard input')
    .option('--session <id>', 'the session to run it in, in place of the current one')
    .addOption(new Option('--new', 'make a new session for it').conflicts('session'))
    .addOption(new Option('--type <type>', 'told by the text when not given').choices(TASK_TYPES))
    .option('--agent <agent>', 'auto, direct, model or acp:NAME')
    .option(
      '--verify <command>',
      'a command that has to confirm it, such as "npm test"; else the task has failed',
    )
    .option('--no-wait', 'fail at once when another task of the session runs')
    .action(act(runTask));
  examples(
    run,
    ['run "Create a new React component called UserProfile"', 'Let the agent that fits do it:'],
    ['run "$ npm test" --new', 'Run a command in a new session:'],
    ['run --yes --trust --json "Add tests" | jq .task.status', 'From a script, where nobody can be asked:'],
    ['run "Add tests" --verify "npm test"', 'Let a command confirm what the agent reports:'],
    ['run - < task.txt', 'A task of several lines:'],
  );
}

async function runTask({ context, args, options }: CommandInput): Promise<CommandResult> {
  // All is checked before anything is made: a refused task leaves no session behind.
  const task = parseTaskText(await taskText(args[0] ?? ''));
  const type = options.text('type');
  const taskType = type === undefined ? undefined : parseTaskType(type);
  const session = options.text('session');
  const named = session === undefined ? undefined : parseSessionId(session);
  const agent = options.text('agent');
  if (agent !== undefined) parseAgent(agent);
  const command = options.text('verify');
  const verify = command === undefined ? undefined : parseVerifyCommand(command);
  const { agent: configuredAgent } = await readUserConfig(context.profile);
  context.followsTask();
  const { sessions } = await context.host({ configuredAgent });
  return followTask(context, sessions, async () => {
    if (context.signal.aborted)
      throw new SessionError('cancelled', 'Cancelled before the task was recorded.');
    const sessionId = options.flag('new') ? (await sessions.createSession()).sessionId : named;
    const { signal } = context;
    return sessions.startTask({
      task,
      sessionId,
      type: taskType,
      agent,
      verify,
      signal,
      noWait: !options.waits,
    });
  });
}

/** The text given, or what standard input holds for `-`. */
async function taskText(argument: string): Promise<string> {
  if (argument !== '-') return argument;
  // One byte more than is allowed tells that it is too long.
  return (await readInput(MAX_TASK_BYTES * 64)).replace(/\r?\n$/, '');
}
