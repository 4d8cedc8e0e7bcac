import * as vscode from 'vscode';
import { isSessionError, SessionError } from '../../core/errors.ts';
import { inertLine } from '../../core/inertText.ts';
import type { SessionManager } from '../../core/sessionManager.ts';
import { type AgentTask, isFinished } from '../../core/task.ts';
import type { StartedTask } from '../../core/taskLauncher.ts';
import type { App } from '../app.ts';
import { plainLabel } from '../show/plainLabel.ts';
import { taskIdOfPage } from '../taskDocument/taskDocuments.ts';
import { type Call, textArgument } from './call.ts';
import { type ChosenTask, missingTaskId, namedTask, tasksOfCurrent } from './chosen.ts';
import { requireTrustedFolder } from './requirements.ts';
import { isRow } from './rows.ts';
import { withProgress } from './runTask.ts';
import { pickTask } from './taskPicker.ts';

/**
 * `verifyTask({taskId, command?})` resolves with the task and its new evidence, whatever that says. By hand the command that
 * verified it before runs again; else the workspace's own are offered.
 */
export async function verifyTask(app: App, call: Call): Promise<AgentTask | undefined> {
  const chosen = (await namedTask(app, call)) ?? (await unnamed(app, call));
  if (chosen === undefined) return undefined;
  app.folders.markUsed(chosen.folder);
  const sessions = await chosen.folder.sessions();
  const { taskId } = chosen;
  if (call.args !== undefined) {
    const command = textArgument(call.args, 'command');
    return finished(sessions, await sessions.verifyTask(taskId, { command }));
  }
  const started = (await onlyOffer(sessions, taskId, call)) ?? (await known(sessions, taskId));
  if (started !== undefined) return finished(sessions, started);
  const command = await askForCommand(sessions, taskId);
  return command === undefined
    ? undefined
    : finished(sessions, await sessions.verifyTask(taskId, { command }));
}

/** The row of the only command that is offered says it: a click on it is the choice. */
async function onlyOffer(
  sessions: SessionManager,
  taskId: string,
  { node }: Call,
): Promise<StartedTask | undefined> {
  if (!isRow(node, 'verify')) return undefined;
  const [only, ...others] = node.candidates;
  if (only === undefined || others.length > 0) return undefined;
  return sessions.verifyTask(taskId, { command: only.command });
}

/** With the command that is known; `undefined` when none is. */
async function known(sessions: SessionManager, taskId: string): Promise<StartedTask | undefined> {
  try {
    return await sessions.verifyTask(taskId);
  } catch (error) {
    if (isSessionError(error) && error.code === 'invalid_input' && error.field === 'command')
      return undefined;
    throw error;
  }
}

async function finished(sessions: SessionManager, started: StartedTask): Promise<AgentTask> {
  await withProgress(started.finished);
  return (await sessions.getTask(started.taskId)).task;
}

/** What the workspace offers, its tests first; or a command of one's own. */
async function askForCommand(sessions: SessionManager, taskId: string): Promise<string | undefined> {
  const { l10n } = vscode;
  const title = l10n.t('Verify Task');
  const offered = (await sessions.verificationCandidates(taskId)).map(({ command, source }) => ({
    label: plainLabel(inertLine(command)),
    description: source,
    command,
  }));
  const own = { label: l10n.t('Another command…'), description: '', command: undefined };
  const placeHolder = l10n.t('Which command has to confirm the task?');
  const picked =
    offered.length === 0
      ? own
      : await vscode.window.showQuickPick<{
          label: string;
          description: string;
          command: string | undefined;
        }>([...offered, own], { title, placeHolder });
  if (picked === undefined || picked.command !== undefined) return picked?.command;
  const typed = await vscode.window.showInputBox({
    title,
    prompt: l10n.t('A command line that exits with 0 when the task did what it should'),
    placeHolder: 'npm test',
  });
  return typed?.trim() === '' ? undefined : typed;
}

async function unnamed(app: App, call: Call): Promise<ChosenTask | undefined> {
  if (call.args !== undefined) throw missingTaskId();
  const shown = taskIdOfPage(vscode.window.activeTextEditor?.document.uri);
  if (shown !== undefined) return { folder: await app.folders.withTask(shown), taskId: shown };
  requireTrustedFolder(app);
  const { folder, tasks } = await tasksOfCurrent(app);
  const ended = tasks.filter(isFinished);
  if (ended.length === 0)
    throw new SessionError(
      'not_found',
      vscode.l10n.t('The current session has no finished task that could be verified.'),
    );
  const task = await pickTask(ended, vscode.l10n.t('Verify Task'), vscode.l10n.t('Which task?'));
  return task && { folder, taskId: task.id };
}
