import * as vscode from 'vscode';
import type { Disposable } from '../../core/disposable.ts';
import { messageOf } from '../../core/errors.ts';
import { inertLine, inertText } from '../../core/inertText.ts';
import { codeBlock, codeSpan, escaped } from '../../core/report/markdownText.ts';
import type { PlanStep } from '../../core/plan.ts';
import type { AgentTask } from '../../core/task.ts';
import { openQuestion } from '../../core/waitingTask.ts';
import { CommandId, PARTICIPANT } from '../contributionIds.ts';
import type { FolderChange, WorkspaceFolders } from '../folders/workspaceFolders.ts';
import { changeKindText, lineCounts } from '../show/changeWords.ts';
import { durationText } from '../show/numberText.ts';
import { plainLabel } from '../show/plainLabel.ts';
import { questionText, stepDescription, taskStatusText } from '../show/taskWords.ts';
import { signalOf } from './cancellation.ts';

/** Steps, and files. */
const MAX_ROWS = 20;

/** What of a chat's answer the participant writes. */
export type Answer = Pick<vscode.ChatResponseStream, 'markdown' | 'progress' | 'button' | 'reference'>;

/** `@session` in VS Code's chat. */
export function registerSessionParticipant(folders: WorkspaceFolders): Disposable {
  const participant = vscode.chat.createChatParticipant(
    PARTICIPANT,
    async (request, _context, stream, token) => answerInChat(folders, request.prompt, stream, token),
  );
  participant.iconPath = new vscode.ThemeIcon('comment-discussion');
  return participant;
}

/**
 * Runs a text as a task in the current session, tells how it goes, and answers with what came of it. The text counts as foreign:
 * any extension can open the chat with a prompt and have it sent (`workbench.action.chat.open`), and the request does not tell
 * that from what a person typed. So it is shown in full and asked for, like any text that is not provably the person's own.
 */
export async function answerInChat(
  folders: WorkspaceFolders,
  prompt: string,
  stream: Answer,
  token: vscode.CancellationToken,
): Promise<vscode.ChatResult> {
  const { l10n } = vscode;
  if (prompt.trim() === '') {
    stream.markdown(l10n.t('Say what is to be done: it runs as a task in the current session.'));
    return {};
  }
  const { signal, dispose } = signalOf(token);
  try {
    const folder = folders.requireActive();
    const sessions = await folder.sessions();
    const { taskId, finished } = await sessions.startTask({ task: prompt, origin: 'foreign', signal });
    const subscription = folders.onDidChange(change => {
      tell(change, taskId, stream);
    });
    try {
      const task = await finished;
      conclude(task, folder.folder.uri, stream);
      return { metadata: { taskId, sessionId: task.sessionId, status: task.status } };
    } finally {
      subscription.dispose();
    }
  } catch (error) {
    return { errorDetails: { message: escaped(messageOf(error)) } };
  } finally {
    dispose();
  }
}

/** Steps as they begin, and that the task waits for the person. */
function tell({ change }: FolderChange, taskId: string, stream: Answer): void {
  if (change.kind !== 'records') return;
  for (const { event } of change.records) {
    if (event.type === 'stepChanged' && event.data.taskId === taskId && event.data.status === 'in_progress') {
      const { stepId } = event.data;
      const step = change.state.tasks.get(taskId)?.plan?.steps.find(({ id }) => id === stepId);
      if (step !== undefined) stream.progress(plainLabel(inertLine(step.title)));
    }
    if (event.type === 'approvalRequested' && event.data.taskId === taskId) {
      const call = openQuestion(change.state)?.call;
      if (call === undefined) continue;
      // No progress: VS Code shows that no longer once there is a button.
      stream.markdown(`${vscode.l10n.t('Waits for you: {0}', codeSpan(questionText(call)))}\n\n`);
      stream.button({
        command: CommandId.reviewQuestion,
        title: vscode.l10n.t('Review…'),
        arguments: [{ taskId }],
      });
    }
  }
}

function conclude(task: AgentTask, root: vscode.Uri, stream: Answer): void {
  const { l10n } = vscode;
  const time = task.executionTime === null ? '' : ` · ${durationText(task.executionTime)}`;
  stream.markdown(`**${escaped(taskStatusText(task))}**${time}\n\n`);
  const steps = (task.plan?.steps ?? []).map(stepLine);
  if (steps.length > 0) stream.markdown(`${listOf(steps)}\n\n`);
  const summary = summaryOf(task);
  if (summary !== '') stream.markdown(`${codeBlock(summary)}\n\n`);
  if (task.error !== undefined) stream.markdown(`${codeBlock(inertText(task.error))}\n\n`);
  if (task.filesChanged.length > 0) {
    const files = task.filesChanged.map(change => {
      const lines = lineCounts([change]) ?? '';
      return `${changeKindText(change)} ${escaped(change.path)} ${lines}`.trimEnd();
    });
    stream.markdown(`${l10n.t('Changed files:')}\n\n${listOf(files)}`);
    for (const { path, kind } of task.filesChanged.slice(0, MAX_ROWS))
      if (kind !== 'deleted') stream.reference(vscode.Uri.joinPath(root, path));
  }
  stream.button({
    command: CommandId.showTask,
    title: l10n.t('Show Task'),
    arguments: [{ taskId: task.id }],
  });
}

function listOf(rows: readonly string[]): string {
  const more = rows.length - MAX_ROWS;
  const shown = more > 0 ? [...rows.slice(0, MAX_ROWS), vscode.l10n.t('and {0} more', more)] : rows;
  return shown.map(row => `- ${row}`).join('\n');
}

function stepLine(step: PlanStep): string {
  const mark = step.status === 'completed' ? '✓' : step.status === 'failed' ? '✗' : '–';
  return [`${mark} ${escaped(step.title)}`, escaped(stepDescription(step))].filter(Boolean).join(' · ');
}

/** What the agent said at the end; `direct` says no more than its steps do. */
function summaryOf({ agent, result }: AgentTask): string {
  if (agent === 'direct' || typeof result !== 'object' || result === null) return '';
  return 'summary' in result && typeof result.summary === 'string' ? result.summary : '';
}
