import { type Command, Option } from 'commander';
import { invalidInput, SessionError } from '../../core/errors.ts';
import type { SessionManager } from '../../core/sessionManager.ts';
import { type AgentTask, isFinished } from '../../core/task.ts';
import type { StartedTask } from '../../core/taskLauncher.ts';
import type { Decision, ToolCall } from '../../core/toolCall.ts';
import { publicTask } from '../../core/publicTask.ts';
import { readUserConfig } from '../../host/userConfig.ts';
import type { Options } from '../args.ts';
import { type Act, type CommandInput, type CommandResult, examples } from '../command.ts';
import { followTask } from '../followTask.ts';
import { taskText } from '../taskText.ts';

const SCOPES = ['once', 'session', 'exact'] as const;

export function registerAnswer(tasks: Command, act: Act): void {
  examples(
    tasks
      .command('answer')
      .description(
        'Answers what a task asks that runs elsewhere, or asked when its window or command was closed: then it goes on from there, here.',
      )
      .argument('<task>', 'the id of the task')
      .argument('[text]', 'the answer to a question in words')
      .option('--allow', 'allow what it wants to do')
      .option('--deny', 'do not allow it')
      .option('--reason <text>', 'why not, for the agent')
      .addOption(new Option('--scope <how-long>', 'how long it is allowed').choices(SCOPES).default('once'))
      .action(act(answerTask)),
    ['tasks answer task-550e8400-1a2b3c4d --allow', 'Let it do what it asked for:'],
    ['tasks answer task-550e8400-1a2b3c4d --deny --reason "Use pnpm"', 'Say why not:'],
    ['tasks answer task-550e8400-1a2b3c4d "Port 8080"', 'Answer in words:'],
  );
}

async function answerTask({ context, args, options }: CommandInput): Promise<CommandResult> {
  const [taskId = '', text] = args;
  const decision = decisionOf(options, text);
  const { agent: configuredAgent } = await readUserConfig(context.profile);
  context.followsTask();
  const { sessions } = await context.host({ configuredAgent });
  const details = await sessions.getTask(taskId);
  const call = details.offered ?? details.toolCalls.find(({ status }) => status === 'awaiting_approval');
  if (call?.approvalId === undefined)
    throw new SessionError('conflict', 'This task asks nothing. Nothing was changed.');
  if (details.offered === undefined) {
    await sessions.decideApproval(taskId, call.approvalId, decision);
    const answered = await sessions.getTask(taskId);
    return {
      document: { task: publicTask(answered.task) },
      text: () => taskText(context.terminal, answered.task, answered.toolCalls),
    };
  }
  return followTask(context, sessions, () => goOn(sessions, taskId, call, decision, context.signal));
}

/** The attempt that goes on runs in this process: Ctrl-C cancels it. */
async function goOn(
  sessions: SessionManager,
  taskId: string,
  { approvalId = '' }: ToolCall,
  decision: Decision,
  signal: AbortSignal,
): Promise<StartedTask> {
  const { id, sessionId } = await sessions.decideApproval(taskId, approvalId, decision);
  const cancel = (): void => {
    sessions.cancelTask(id).catch(() => undefined);
  };
  signal.addEventListener('abort', cancel);
  const finished = ended(sessions, id).finally(() => {
    signal.removeEventListener('abort', cancel);
  });
  return { sessionId, taskId: id, finished };
}

function ended(sessions: SessionManager, taskId: string): Promise<AgentTask> {
  return new Promise((resolve, reject) => {
    const settle = (task: AgentTask | undefined): void => {
      if (task === undefined || !isFinished(task)) return;
      subscription.dispose();
      resolve(task);
    };
    const subscription = sessions.onDidChange(change => {
      if (change.kind === 'records') settle(change.state.tasks.get(taskId));
    });
    sessions.getTask(taskId).then(({ task }) => {
      settle(task);
    }, reject);
  });
}

function decisionOf(options: Options, text: string | undefined): Decision {
  const [allow, deny] = [options.flag('allow'), options.flag('deny')];
  if (Number(allow) + Number(deny) + Number(text !== undefined) !== 1)
    throw invalidInput('answer', 'Give one answer: --allow, --deny, or a text.');
  const reason = options.text('reason');
  if (deny) return { allowed: false, by: 'person', scope: 'once', ...(reason !== undefined && { reason }) };
  if (text !== undefined) return { allowed: true, by: 'person', scope: 'once', text };
  const scope = SCOPES.find(known => known === options.text('scope'));
  if (scope === undefined) throw invalidInput('scope', `The scope is one of ${SCOPES.join(', ')}.`);
  return { allowed: true, by: 'person', scope };
}
