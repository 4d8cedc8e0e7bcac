import * as vscode from 'vscode';
import { SessionError } from '../../core/errors.ts';
import type { ToolCall } from '../../core/toolCall.ts';
import type { App } from '../app.ts';
import type { FolderSessions } from '../folders/folderSessions.ts';
import type { Answer } from '../questions.ts';
import { openQuestion } from '../../core/waitingTask.ts';
import { type Call, type CommandHandler, requiredText, textArgument } from './call.ts';
import { namedTask } from './chosen.ts';

/** `allowOnce({taskId?})` and so on: answers what a task asks; without a task the one that asks. */
export function answering(answer: Exclude<Answer, 'deny'>): CommandHandler {
  return async (app, call) => {
    const { folder, question } = await questionOf(app, call);
    await app.questions.answer(folder, question, answer);
  };
}

/** `deny({taskId?, reason?})`; by hand it asks for a reason. */
export async function deny(app: App, call: Call): Promise<void> {
  const { folder, question } = await questionOf(app, call);
  if (call.args === undefined) await app.questions.deny(folder, question);
  else await app.questions.answer(folder, question, 'deny', textArgument(call.args, 'reason'));
}

/** `answer({text, taskId?})`: in words, to a question that is asked in words; by hand it asks for them. */
export async function answer(app: App, call: Call): Promise<void> {
  const { folder, question } = await questionOf(app, call);
  if (call.args === undefined) await app.questions.review(folder, question);
  else await app.questions.answerText(folder, question, requiredText(call.args, 'text'));
}

/** Shows all that a question is about, with the answers. */
export async function reviewQuestion(app: App, call: Call): Promise<void> {
  const { folder, question } = await questionOf(app, call);
  await app.questions.review(folder, question);
}

async function questionOf(app: App, call: Call): Promise<{ folder: FolderSessions; question: ToolCall }> {
  const named = call.approvalId === undefined ? await namedTask(app, call) : undefined;
  for (const folder of app.folders.all) {
    for (const state of folder.states.waiting()) {
      const question = openQuestion(state)?.call;
      const isMeant =
        (named === undefined || question?.taskId === named.taskId) &&
        (call.approvalId === undefined || question?.approvalId === call.approvalId);
      if (question !== undefined && isMeant) return { folder, question };
    }
  }
  throw new SessionError('conflict', vscode.l10n.t('No task waits for an answer.'));
}
