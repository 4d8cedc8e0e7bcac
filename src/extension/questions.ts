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

  /** Puts a person's words on record. */
  async answerText(folder: FolderSessions, call: ToolCall, text: string): Promise<void> {
    if (call.approvalId === undefined) return;
    const decision: Decision = { allowed: true, by: 'person', scope: 'once', text };
    await (await folder.sessions()).decideApproval(call.taskId, call.approvalId, decision);
  }

  /** Asks by a message with the answers as buttons; what a message cannot show exactly is shown in an editor first. */
  async askByMessage(folder: FolderSessions, task: AgentTask, call: ToolCall): Promise<void> {
    if (call.expects === 'text') return this.#tellOfQuestion(folder, task, call);
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
    const answers = new Map<string, Answer>(answersTo(call).map(({ answer, short }) => [short, answer]));
    const buttons = fits ? [...answers.keys()] : [review];
    const chosen = await vscode.window.showInformationMessage(message, ...buttons);
    if (chosen === undefined) return;
    const answer = answers.get(chosen);
    if (answer === undefined) await this.review(folder, call);
    else if (answer === 'deny') await this.deny(folder, call);
    else await this.#answerByHand(folder, call, answer);
  }

  /** Shows all that a question asks about, then asks. */
  async review(folder: FolderSessions, call: ToolCall): Promise<void> {
    if (call.expects === 'text') return this.#askForText(folder, call);
    if (await this.#showChange(folder, call)) return this.#askBesideChange(folder, call);
    await this.#documents.showQuestion(call);
    const items = answersTo(call).map(({ answer, title, detail }) => ({ label: title, detail, answer }));
    const chosen = await vscode.window.showQuickPick(items, {
      title: vscode.l10n.t('Allow? {0}', plainLabel(questionText(call))),
      ignoreFocusOut: true,
    });
    if (chosen === undefined) return;
    if (chosen.answer === 'deny') await this.deny(folder, call);
    else await this.#answerByHand(folder, call, chosen.answer);
  }

  /** Shows a change of a file as a comparison; resolves with whether it is one. */
  async #showChange(folder: FolderSessions, call: ToolCall): Promise<boolean> {
    const host = await folder.host();
    const { task } = await host.sessions.getTask(call.taskId);
    const change = await host.proposedChange(task.sessionId, call);
    if (change !== undefined) await this.#documents.showChange(call, change);
    return change !== undefined;
  }

  /** Where it covers nothing of the comparison; the editor's title and the row have the answers too. */
  async #askBesideChange(folder: FolderSessions, call: ToolCall): Promise<void> {
    const answers = new Map(answersTo(call).map(({ answer, short }) => [short, answer]));
    const message = vscode.l10n.t('Allow this? {0}', plainLabel(questionText(call)));
    const chosen = await vscode.window.showInformationMessage(message, ...answers.keys());
    const answer = chosen === undefined ? undefined : answers.get(chosen);
    if (answer === 'deny') await this.deny(folder, call);
    else if (answer !== undefined) await this.#answerByHand(folder, call, answer);
  }

  async #askForText(folder: FolderSessions, call: ToolCall): Promise<void> {
    const question = inertText(questionSubject(call));
    if (question.length > LONGEST_IN_MESSAGE || question.includes('\n'))
      await this.#documents.showQuestion(call);
    const text = await vscode.window.showInputBox({
      title: vscode.l10n.t('The agent asks'),
      prompt: plainLabel(questionText(call)),
      placeHolder: vscode.l10n.t('Your answer. Escape leaves the question open.'),
      ignoreFocusOut: true,
      validateInput: value =>
        value.trim() === ''
          ? vscode.l10n.t('An empty answer says nothing. Deny tells the agent that there is none.')
          : undefined,
    });
    if (text === undefined) return;
    try {
      await this.answerText(folder, call, text);
    } catch (error) {
      reportError(error);
    }
  }

  async #tellOfQuestion(folder: FolderSessions, task: AgentTask, call: ToolCall): Promise<void> {
    const answer = vscode.l10n.t('Answer…');
    const message = vscode.l10n.t(
      '“{0}” asks you: {1}',
      plainLabel(shortLine(task.description, 40)),
      plainLabel(questionText(call)),
    );
    if ((await vscode.window.showInformationMessage(message, answer)) === answer)
      await this.review(folder, call);
  }

  /** Denies after asking for a reason, which may be empty. */
  async deny(folder: FolderSessions, call: ToolCall): Promise<void> {
    const reason = await vscode.window.showInputBox({
      title: vscode.l10n.t('Deny'),
      prompt: vscode.l10n.t('Why not? The agent reads it. Enter alone gives no reason.'),
    });
    if (reason === undefined) return;
    try {
      await this.answer(folder, call, 'deny', reason.trim());
    } catch (error) {
      reportError(error);
    }
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

/** What reaches further than the working directory is allowed one by one. */
function answersTo({ onceOnly }: ToolCall): ReturnType<typeof answerTitles> {
  const isPossible = (answer: Answer): boolean => answer === 'once' || answer === 'deny';
  return answerTitles().filter(({ answer }) => onceOnly !== true || isPossible(answer));
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
      detail: l10n.t('The agent is told that it may not, and why if you say so.'),
    },
  ];
}
