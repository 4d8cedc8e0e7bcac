import type { Command } from 'commander';
import { invalidInput, SessionError } from '../../core/errors.ts';
import { inertLine } from '../../core/inertText.ts';
import { parseAgent, parseSessionId } from '../../core/input.ts';
import { publicTask } from '../../core/publicTask.ts';
import type { SessionManager } from '../../core/sessionManager.ts';
import { type AgentTask, TASK_STATUSES } from '../../core/task.ts';
import { readUserConfig } from '../../host/userConfig.ts';
import { listOptions, type Options } from '../args.ts';
import { type Act, type CommandInput, type CommandResult, examples } from '../command.ts';
import { registerCompareTasks } from './compareTasks.ts';
import { followTask } from '../followTask.ts';
import { followVerification } from '../followVerification.ts';
import { registerTaskUndo } from './taskUndo.ts';
import { taskListText, taskText } from '../taskText.ts';
import { registerAnswer } from './answerTask.ts';

export function registerTasks(program: Command, act: Act): void {
  const tasks = program
    .command('tasks')
    .summary('list, read, cancel, retry, verify, compare, diff and undo tasks')
    .description('Works with the tasks of a session.');
  const list = tasks
    .command('list')
    .description("Lists a session's tasks, oldest first.")
    .option('--session <id>', 'the session, in place of the current one');
  examples(
    listOptions(list, TASK_STATUSES).action(act(listTasks)),
    ['tasks list', 'The current session:'],
    ['tasks list --status failed --json', 'What failed, for a program:'],
  );
  examples(
    tasks
      .command('show')
      .description(
        'Shows a task: what was asked, its plan, what it printed and changed, and what came of it.',
      )
      .argument('<task>', 'the id of the task')
      .option('--report', 'as markdown for people who were not there, such as the readers of a pull request')
      .action(act(showTask)),
    ['tasks show task-550e8400-1a2b3c4d', 'One task:'],
    [
      'tasks show task-550e8400-1a2b3c4d --report | gh pr create --body-file -',
      'As the text of a pull request:',
    ],
  );
  examples(
    tasks
      .command('cancel')
      .description(
        'Stops a task, whichever process runs it, and waits until it has ended. What it had done is kept.',
      )
      .argument('<task>', 'the id of the task')
      .action(act(cancelTask)),
    ['tasks cancel task-550e8400-1a2b3c4d', 'Stop what runs in another window:'],
  );
  examples(
    tasks
      .command('retry')
      .description(
        "Runs a finished task's text again, as a new attempt in the same session. Text that is not your own is asked for first.",
      )
      .argument('<task>', 'the id of the task')
      .option('--agent <agent>', 'another agent than before: auto, direct, model or acp:NAME')
      .action(act(retryTask)),
    ['tasks retry task-550e8400-1a2b3c4d', 'Try again:'],
    ['tasks retry task-550e8400-1a2b3c4d --agent model', 'Let another agent try:'],
  );
  examples(
    tasks
      .command('verify')
      .description(
        'Runs a command that has to confirm what a finished task did, and keeps the evidence. The status of the task stays.',
      )
      .argument('<task>', 'the id of the task')
      .option(
        '--command <command>',
        'the command; in place of the one that verified it before, or the one in config.json (verify)',
      )
      .action(act(verifyTask)),
    ['tasks verify task-550e8400-1a2b3c4d --command "npm test"', 'With the tests of the workspace:'],
    ['tasks verify task-550e8400-1a2b3c4d', 'Again, as the time before:'],
  );
  registerCompareTasks(tasks, act);
  registerTaskUndo(tasks, act);
  registerAnswer(tasks, act);
  examples(
    tasks,
    ['tasks list', "See the current session's:"],
    ['tasks show task-550e8400-1a2b3c4d', 'Read what one did:'],
  );
}

async function listTasks({ context, options }: CommandInput): Promise<CommandResult> {
  const named = options.text('session');
  const id = named === undefined ? undefined : parseSessionId(named);
  const select = selection(options);
  const { sessions } = await context.host();
  const page = select(await sessions.listTasks(id ?? (await currentSession(sessions))));
  return {
    document: { ...page, tasks: page.tasks.map(publicTask) },
    text: () => taskListText(context.terminal, page.tasks),
  };
}

async function showTask({ context, args, options }: CommandInput): Promise<CommandResult> {
  const { sessions, transfer } = await context.host();
  if (options.flag('report')) {
    const report = await transfer.reportTask(args[0] ?? '');
    return { document: { report }, text: () => report };
  }
  const { task, toolCalls } = await sessions.getTask(args[0] ?? '');
  return { document: publicTask(task), text: () => taskText(context.terminal, task, toolCalls) };
}

async function cancelTask({ context, args }: CommandInput): Promise<CommandResult> {
  const { sessions } = await context.host();
  const task = await sessions.cancelTask(args[0] ?? '');
  const outcome = task.status === 'failed' ? `is ${task.reason ?? 'failed'}` : `had ended: ${task.status}`;
  return { document: publicTask(task), text: () => `Task ${inertLine(task.id)} ${outcome}.\n` };
}

async function retryTask({ context, args, options }: CommandInput): Promise<CommandResult> {
  const { agent: configuredAgent } = await readUserConfig(context.profile);
  const agent = options.text('agent');
  if (agent !== undefined) parseAgent(agent);
  context.followsTask();
  const { sessions } = await context.host({ configuredAgent });
  const { signal } = context;
  return followTask(context, sessions, () => sessions.retryTask(args[0] ?? '', { agent, signal }));
}

async function verifyTask({ context, args, options }: CommandInput): Promise<CommandResult> {
  const command = options.text('command');
  // A config.json that cannot be read would leave out what it says.
  await readUserConfig(context.profile);
  context.followsTask();
  const { sessions } = await context.host();
  const { signal } = context;
  return followVerification(context, sessions, () => sessions.verifyTask(args[0] ?? '', { command, signal }));
}

/** The id of the current session, for commands that were given none. */
export async function currentSession(sessions: SessionManager): Promise<string> {
  const id = await sessions.currentSession();
  if (id === undefined)
    throw new SessionError('not_found', 'There is no current session. Name one, or switch to one first.');
  return id;
}

/** What `--status`, `--q`, `--limit` and `--cursor` leave of a session's tasks: the newest, oldest first. */
function selection(
  options: Options,
): (tasks: readonly AgentTask[]) => { tasks: readonly AgentTask[]; nextCursor?: string } {
  const limit = options.limit;
  const status = options.text('status');
  const cursor = options.text('cursor');
  const words = (options.text('q') ?? '').toLowerCase().split(/\s+/);
  return all => {
    const end = cursor === undefined ? all.length : all.findIndex(task => task.id === cursor);
    if (end === -1) throw invalidInput('cursor', `There is no task ${JSON.stringify(cursor)} to go on from.`);
    const found = all
      .slice(0, end)
      .filter(task => status === undefined || task.status === status)
      .filter(task => words.every(word => task.description.toLowerCase().includes(word)));
    const tasks = limit === undefined ? found : found.slice(-limit);
    const first = tasks[0];
    return tasks.length < found.length && first !== undefined ? { tasks, nextCursor: first.id } : { tasks };
  };
}
