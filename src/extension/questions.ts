import * as vscode from 'vscode';
import { inertText } from '../core/inertText.ts';
import type { AgentTask } from '../core/task.ts';
import type { Decision, ToolCall } from '../core/toolCall.ts';
import type { FolderSessions } from './folders/folderSessions.ts';
import { reportError } from './reportError.ts';
import { isPlainLabel, plainLabel } from './show/plainLabel.ts';
import { questionSubject, questionText, shortLine } from './show/taskWords.ts';
import type { TaskDocuments } from './taskDocument/taskDocuments.ts';

const LONGEST_IN_MESSAGE = 200;

export type Answer = 'once' | 'session' | 'exact' | 'deny';

/** What tasks ask a person: shown in full, answered in four ways. */
export class Questions {
  readonly #documents: TaskDocuments;

  constructor(documents: TaskDocuments) {
    this.#documents = documents;
  }

  /** Puts a person's answer on record. */
  async answer(folder: FolderSessions, call: ToolCall, answer: Answer, reason?: string): Promise<void> {
    if (call.approvalId === undefined) return;
    const sessions = await folder.sessions();
    await sessions.decideApproval(call.taskId, call.approvalId, decisionOf(answer, reason));
  }

  /** Asks by a message with the answers as buttons; what a message cannot show exactly is shown in an editor first. */
  async askByMessage(folder: FolderSessions, task: AgentTask, call: ToolCall): Promise<void> {
    const subject = inertText(questionSubject(call));
    const fits = subject.length <= LONGEST_IN_MESSAGE && !subject.includes('\n') && isPlainLabel(subject);
    const what = fits ? subject : plainLabel(questionText(call));
    const isWholeTask = call.subject === inertText(task.description);
    const message = isWholeTask
      ? vscode.l10n.t('Another program wants to run this task. Allow it? {0}', what)
      : vscode.l10n.t(
          '“{0}” waits for you. Allow this? {1}',
          plainLabel(shortLine(task.description, 40)),
          what,
        );
    const review = vscode.l10n.t('Review…');
    const answers = new Map<string, Answer>(answerTitles().map(({ answer, short }) => [short, answer]));
    const buttons = fits ? [...answers.keys()] : [review];
    const chosen = await vscode.window.showInformationMessage(message, ...buttons);
    if (chosen === undefined) return;
    const answer = answers.get(chosen);
    if (answer === undefined) await this.review(folder, call);
    else await this.#answerByHand(folder, call, answer);
  }

  /** Shows all that a question asks about, then asks. */
  async review(folder: FolderSessions, call: ToolCall): Promise<void> {
    await this.#documents.showQuestion(call);
    const items = answerTitles().map(({ answer, title, detail }) => ({ label: title, detail, answer }));
    const chosen = await vscode.window.showQuickPick(items, {
      title: vscode.l10n.t('Allow? {0}', plainLabel(questionText(call))),
      ignoreFocusOut: true,
    });
    if (chosen !== undefined) await this.#answerByHand(folder, call, chosen.answer);
  }

  /** Denies after asking for a reason, which may be empty. */
  async deny(folder: FolderSessions, call: ToolCall): Promise<void> {
    const reason = await vscode.window.showInputBox({
      title: vscode.l10n.t('Deny'),
      prompt: vscode.l10n.t('Why not? The agent reads it. Enter alone gives no reason.'),
    });
    if (reason !== undefined) await this.answer(folder, call, 'deny', reason.trim());
  }

  async #answerByHand(folder: FolderSessions, call: ToolCall, answer: Answer): Promise<void> {
    try {
      await this.answer(folder, call, answer);
    } catch (error) {
      reportError(error);
    }
  }
}

function decisionOf(answer: Answer, reason: string | undefined): Decision {
  if (answer !== 'deny') return { allowed: true, by: 'person', scope: answer };
  const why = reason === undefined || reason === '' ? {} : { reason };
  return { allowed: false, by: 'person', scope: 'once', ...why };
}

function answerTitles(): { answer: Answer; short: string; title: string; detail: string }[] {
  const { l10n } = vscode;
  return [
    {
      answer: 'once',
      short: l10n.t('Allow Once'),
      title: l10n.t('Allow once'),
      detail: l10n.t('This time only.'),
    },
    {
      answer: 'session',
      short: l10n.t('In This Session'),
      title: l10n.t('Always in this session'),
      detail: l10n.t('What this kind of action asks is allowed until the session ends.'),
    },
    {
      answer: 'exact',
      short: l10n.t('Exactly This'),
      title: l10n.t('Always for exactly this'),
      detail: l10n.t('The same text is allowed in this folder from now on.'),
    },
    {
      answer: 'deny',
      short: l10n.t('Deny'),
      title: l10n.t('Deny'),
      detail: l10n.t('The agent is told that it may not.'),
    },
  ];
}
