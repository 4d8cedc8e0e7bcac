import * as vscode from 'vscode';
import { SessionError } from '../../core/errors.ts';
import { type AgentTask, isFinished } from '../../core/task.ts';
import { inertLine } from '../../core/inertText.ts';
import type { App } from '../app.ts';
import type { FolderSessions } from '../folders/folderSessions.ts';
import { plainLabel } from '../show/plainLabel.ts';
import { type Call, textArgument } from './call.ts';
import { type ChosenTask, missingTaskId, namedTask, tasksOfCurrent } from './chosen.ts';
import { requireTrustedFolder } from './requirements.ts';
import { withProgress } from './runTask.ts';
import { pickTask } from './taskPicker.ts';

/** `retryTask({taskId, agent?})`, on a row, or asks which. Resolves with the new attempt once it ended, failed or not. */
export async function retryTask(app: App, call: Call): Promise<AgentTask | undefined> {
  const named = await namedTask(app, call);
  if (named === undefined && call.args !== undefined) throw missingTaskId();
  const chosen: Chosen | undefined = named ?? (await ask(app));
  if (chosen === undefined) return undefined;
  app.folders.markUsed(chosen.folder);
  const agent = call.args === undefined ? chosen.agent : textArgument(call.args, 'agent');
  const { finished } = await (await chosen.folder.sessions()).retryTask(chosen.taskId, { agent });
  return withProgress(finished);
}

interface Chosen extends ChosenTask {
  /** Another agent than before. */
  readonly agent?: string | undefined;
}

async function ask(app: App): Promise<Chosen | undefined> {
  requireTrustedFolder(app);
  const { folder, tasks } = await tasksOfCurrent(app);
  const finished = tasks.filter(isFinished);
  if (finished.length === 0) {
    throw new SessionError(
      'task_not_finished',
      vscode.l10n.t('The current session has no finished task that could run again.'),
    );
  }
  const failedFirst = finished.toSorted((a, b) => rank(a) - rank(b));
  const title = vscode.l10n.t('Retry Task');
  const task = await pickTask(failedFirst, title, vscode.l10n.t('Which task is to run again?'));
  if (task === undefined) return undefined;
  const picked = await askForAgent(folder, task, title);
  return picked && { folder, taskId: task.id, agent: picked.agent };
}

/** Who is to try: the same as before (Enter), or another one that is ready; nothing is asked where there is no other. */
async function askForAgent(
  folder: FolderSessions,
  { agent }: AgentTask,
  title: string,
): Promise<{ readonly agent: string | undefined } | undefined> {
  const agents = await (await folder.host()).listAgents({ lookForServers: false });
  const others = agents.filter(
    ({ name, next, state }) => state === 'ready' && next === null && name !== agent,
  );
  if (others.length === 0) return { agent: undefined };
  const same = { label: vscode.l10n.t('The same agent'), description: agent, agent: undefined };
  const items = others.map(({ name, title: label }) => ({
    label: plainLabel(inertLine(label)),
    description: name,
    agent: name,
  }));
  const placeHolder = vscode.l10n.t('Which agent is to try? The attempts can be compared.');
  return vscode.window.showQuickPick<{ label: string; description: string; agent: string | undefined }>(
    [same, ...items],
    { title, placeHolder },
  );
}

function rank(task: AgentTask): number {
  return task.status === 'failed' ? 0 : 1;
}
