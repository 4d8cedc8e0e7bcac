import * as vscode from 'vscode';
import { type Disposable, DisposableList } from '../core/disposable.ts';
import type { SessionChange } from '../core/sessionChange.ts';
import type { AgentTask } from '../core/task.ts';
import type { ToolCall } from '../core/toolCall.ts';
import { CommandId } from './contributionIds.ts';
import type { FolderSessions } from './folders/folderSessions.ts';
import type { FolderChange, WorkspaceFolders } from './folders/workspaceFolders.ts';
import type { Questions } from './questions.ts';
import { notifyAfterMs } from './settings.ts';
import { durationText } from './show/numberText.ts';
import { plainLabel } from './show/plainLabel.ts';
import { openQuestion } from '../core/waitingTask.ts';
import { reasonText, shortLine } from './show/taskWords.ts';

/** The two reasons to interrupt a person: a task waits for them, or a long one ended while they were elsewhere. */
export class Notices implements Disposable {
  readonly #questions: Questions;
  readonly #scope = new DisposableList();
  readonly #told = new Set<string>();

  constructor(folders: WorkspaceFolders, questions: Questions) {
    this.#questions = questions;
    this.#scope.add(
      folders.onDidChange(change => {
        this.#note(change);
      }),
    );
  }

  dispose(): void {
    this.#scope.dispose();
  }

  #note({ folder, change }: FolderChange): void {
    if (change.kind !== 'records') return;
    const question = openQuestion(change.state)?.call;
    if (
      question?.status === 'awaiting_approval' &&
      question.approvalId !== undefined &&
      !this.#told.has(question.approvalId)
    ) {
      this.#told.add(question.approvalId);
      this.#tellQuestion(folder, change.state.tasks.get(question.taskId), question);
    }
    for (const task of endedTasks(change)) tellEnd(task);
  }

  #tellQuestion(folder: FolderSessions, task: AgentTask | undefined, call: ToolCall): void {
    if (task !== undefined) void this.#questions.askByMessage(folder, task, call);
  }
}

function* endedTasks(change: Extract<SessionChange, { kind: 'records' }>): Iterable<AgentTask> {
  for (const { event } of change.records) {
    if (event.type !== 'taskCompleted' && event.type !== 'taskFailed') continue;
    const task = change.state.tasks.get(event.data.taskId);
    if (task !== undefined) yield task;
  }
}

function tellEnd(task: AgentTask): void {
  const threshold = notifyAfterMs();
  const isLong = threshold !== null && (task.executionTime ?? 0) >= threshold;
  if (!isLong || vscode.window.state.focused) return;
  const time = durationText(task.executionTime);
  const title = plainLabel(shortLine(task.description));
  const message =
    task.status === 'completed'
      ? vscode.l10n.t('“{0}” is completed, after {1}.', title, time)
      : vscode.l10n.t('“{0}”: {1}, after {2}.', title, reasonText(task.reason ?? 'error'), time);
  const show = vscode.l10n.t('Show Task');
  void vscode.window.showInformationMessage(message, show).then(answer => {
    if (answer === show) void vscode.commands.executeCommand(CommandId.showTask, { taskId: task.id });
  });
}
