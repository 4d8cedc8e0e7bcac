import * as vscode from 'vscode';
import { type Disposable, DisposableList } from '../../core/disposable.ts';
import { messageOf } from '../../core/errors.ts';
import { inertText } from '../../core/inertText.ts';
import type { SessionMetadata } from '../../core/session.ts';
import type { AgentTask, TaskType } from '../../core/task.ts';
import type { CodingAgentApi } from '../codingAgentApi.ts';
import { ToolName } from '../contributionIds.ts';
import type { WorkspaceFolders } from '../folders/workspaceFolders.ts';
import { codeBlock } from '../../core/report/markdownText.ts';
import { signalOf } from './cancellation.ts';

type Input = Readonly<Record<string, unknown>>;

/** What VS Code's own agent, or another extension, can do with sessions. */
interface SessionTool {
  /** While it runs. */
  readonly progress: string;
  /** What a person confirms first, in full; none for what only looks. */
  readonly confirm?: (input: Input) => vscode.LanguageModelToolConfirmationMessages;
  /** Rejects with an error whose message helps a model. */
  readonly invoke: (input: Input, signal: AbortSignal) => Promise<unknown>;
}

const MAX_ROWS = 50;

/**
 * Registers the language model tools. `api` treats every text that comes through it as foreign: a task is shown to the person in
 * full and asked for, whatever was confirmed in the chat.
 */
export function registerSessionTools(api: CodingAgentApi, folders: WorkspaceFolders): Disposable {
  const scope = new DisposableList();
  for (const [name, tool] of Object.entries(sessionTools(api, folders)))
    scope.add(vscode.lm.registerTool(name, toLanguageModelTool(tool)));
  return scope;
}

export function sessionTools(
  api: CodingAgentApi,
  folders: Pick<WorkspaceFolders, 'requireActive' | 'withSession'>,
): Readonly<Record<ToolName, SessionTool>> {
  const { l10n } = vscode;
  return {
    [ToolName.createSession]: {
      progress: l10n.t('Creating a session'),
      invoke: async input =>
        row(
          await api.createSession({
            title: text(input, 'title'),
            workingDirectory: text(input, 'workingDirectory'),
          }),
        ),
    },
    [ToolName.listSessions]: {
      progress: l10n.t('Listing sessions'),
      invoke: async input => {
        const q = text(input, 'query');
        const sessions = await api.listSessions({ limit: MAX_ROWS, ...(q === undefined ? {} : { q }) });
        return { sessions: sessions.map(row) };
      },
    },
    [ToolName.switchSession]: {
      progress: l10n.t('Switching the session'),
      invoke: async input => row(await api.switchSession(text(input, 'sessionId') ?? '')),
    },
    [ToolName.endSession]: {
      progress: l10n.t('Ending the session'),
      confirm: input => ({
        title: l10n.t('End the session?'),
        message: shown(text(input, 'sessionId') ?? l10n.t('the current one')),
      }),
      invoke: async input => {
        const status = text(input, 'status');
        return row(
          await api.endSession(text(input, 'sessionId'), status as 'completed' | 'failed' | undefined),
        );
      },
    },
    [ToolName.runTask]: {
      progress: l10n.t('Running a task'),
      confirm: input => ({
        title: l10n.t('Run this task in a session?'),
        message: shown(text(input, 'task') ?? ''),
      }),
      invoke: async (input, signal) =>
        outcome(
          await api.executeTask({
            task: text(input, 'task') ?? '',
            sessionId: text(input, 'sessionId'),
            // The core refuses what is no type.
            type: text(input, 'type') as TaskType | undefined,
            agent: text(input, 'agent'),
            signal,
          }),
        ),
    },
    [ToolName.showStats]: {
      progress: l10n.t('Reading statistics'),
      invoke: async input => {
        const sessionId = text(input, 'sessionId');
        if (sessionId === undefined) return (await folders.requireActive().host()).statistics.over();
        return (await (await folders.withSession(sessionId)).sessions()).getSession(sessionId);
      },
    },
  };
}

function toLanguageModelTool(tool: SessionTool): vscode.LanguageModelTool<Input> {
  return {
    prepareInvocation: ({ input }) => ({
      invocationMessage: tool.progress,
      ...(tool.confirm && { confirmationMessages: tool.confirm(input) }),
    }),
    invoke: async ({ input }, token) => {
      const { signal, dispose } = signalOf(token);
      try {
        const answer = await tool.invoke(input, signal);
        return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(toText(answer))]);
      } catch (error) {
        // Errors of other bundles are errors by name only.
        throw new Error(inertText(messageOf(error)), { cause: error });
      } finally {
        dispose();
      }
    },
  };
}

/** JSON in which no text can steer what shows it. */
function toText(value: unknown): string {
  return JSON.stringify(
    value,
    (_key, part: unknown) => (typeof part === 'string' ? inertText(part) : part),
    1,
  );
}

/** All of it, as it is, in markdown that it cannot leave. */
function shown(value: string): vscode.MarkdownString {
  return new vscode.MarkdownString(codeBlock(value));
}

function row(session: SessionMetadata): object {
  const { sessionId, title, status, startTime } = session;
  const { workingDirectory, totalTasks, completedTasks, failedTasks } = session;
  return { sessionId, title, status, startTime, workingDirectory, totalTasks, completedTasks, failedTasks };
}

function outcome(task: AgentTask): object {
  const { id: taskId, sessionId, status, reason, error, agent, model, result, unsupervised } = task;
  return {
    ...{ taskId, sessionId, status, reason, error, agent, model, result, unsupervised },
    steps: task.plan?.steps.map(step => ({ title: step.title, status: step.status, detail: step.detail })),
    filesChanged: task.filesChanged.slice(0, MAX_ROWS).map(({ path, kind }) => ({ path, kind })),
  };
}

function text(input: Input, name: string): string | undefined {
  const value = input[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
