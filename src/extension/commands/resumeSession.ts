import * as vscode from 'vscode';
import { inertLine } from '../../core/inertText.ts';
import type { SessionMetadata } from '../../core/session.ts';
import type { AgentTask } from '../../core/task.ts';
import type { App } from '../app.ts';
import { plainLabel } from '../show/plainLabel.ts';
import { type Call, requiredText } from './call.ts';
import { type ChosenSession, sessionOf } from './chosen.ts';
import { withProgress } from './runTask.ts';
import { chooseSession } from './sessionPicker.ts';

export interface Resumed {
  readonly session: SessionMetadata;
  readonly interrupted: readonly AgentTask[];
}

/** `resumeSession({sessionId})` switches and names what was interrupted; by hand it offers to retry that. Nothing runs by itself. */
export async function resumeSession(app: App, call: Call): Promise<Resumed | undefined> {
  if (call.args !== undefined) requiredText(call.args, 'sessionId');
  const chosen =
    (call.args ?? call.node)
      ? await sessionOf(app, call)
      : await chooseSession(app, vscode.l10n.t('Resume Session'));
  if (chosen === undefined) return undefined;
  app.folders.markUsed(chosen.folder);
  const sessions = await chosen.folder.sessions();
  const resumed = await sessions.resumeSession(chosen.sessionId);
  if (call.args === undefined && resumed.interrupted.length > 0)
    await offerRetry(chosen, resumed.interrupted);
  return resumed;
}

async function offerRetry({ folder }: ChosenSession, interrupted: readonly AgentTask[]): Promise<void> {
  const tasks = interrupted.map(task => ({
    label: plainLabel(inertLine(task.description)),
    description: vscode.l10n.t('interrupted'),
    picked: false,
    task,
  }));
  const chosen = await vscode.window.showQuickPick(tasks, {
    title: vscode.l10n.t('These tasks were interrupted. Which are to run again?'),
    placeHolder: vscode.l10n.t('Enter alone runs none of them.'),
    canPickMany: true,
  });
  const sessions = await folder.sessions();
  for (const { task } of chosen ?? []) await withProgress((await sessions.retryTask(task.id)).finished);
}
