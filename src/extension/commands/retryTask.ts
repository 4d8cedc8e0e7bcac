import * as vscode from 'vscode';
import { SessionError } from '../../core/errors.ts';
import { type AgentTask, isFinished } from '../../core/task.ts';
import { inertLine } from '../../core/inertText.ts';
import type { App } from '../app.ts';
import type { FolderSessions } from '../folders/folderSessions.ts';
import { plainLabel } from '../show/plainLabel.ts';
import { type Call, requiredText, textArgument } from './call.ts';
import { type ChosenTask, missingTaskId, namedTask, tasksOfCurrent } from './chosen.ts';
import { requireTrustedFolder } from './requirements.ts';
import { rowOf } from './rows.ts';
import { withProgress } from './runTask.ts';
import { pickTask } from './taskPicker.ts';

/** `retryTask({taskId, agent?})`, on a row, or asks which. Resolves with the new attempt once it ended, failed or not. */
export async function retryTask(app: App, call: Call): Promise<AgentTask | undefined> {
  const named = await namedTask(app, call);
  if (named !== undefined) return retry(app, named, call.args && textArgument(call.args, 'agent'));
  if (call.args !== undefined) throw missingTaskId();
  const asked = await askForTask(app);
  if (asked === undefined) return undefined;
  const others = await otherAgents(asked.folder, asked.task);
  const picked = others.length === 0 ? SAME : await pickAgent([sameAgent(asked.task), ...others]);
  return picked && retry(app, { folder: asked.folder, taskId: asked.task.id }, picked.agent);
}

/** `retryTaskWith({taskId, agent})`; by hand it asks which other agent is to try. */
export async function retryTaskWith(app: App, call: Call): Promise<AgentTask | undefined> {
  if (call.args !== undefined) requiredText(call.args, 'agent');
  const row = rowOf(call.node, 'task');
  if (row === undefined) return retryTask(app, call);
  requireTrustedFolder(app);
  const others = await otherAgents(row.folder, row.task);
  if (others.length === 0) throw noOtherAgent();
  const picked = await pickAgent(others);
  return picked && retry(app, { folder: row.folder, taskId: row.task.id }, picked.agent);
}

async function retry(
  app: App,
  { folder, taskId }: ChosenTask,
  agent: string | undefined,
): Promise<AgentTask | undefined> {
  app.folders.markUsed(folder);
  const { finished } = await (await folder.sessions()).retryTask(taskId, { agent });
  return withProgress(finished);
}

async function askForTask(
  app: App,
): Promise<{ readonly folder: FolderSessions; readonly task: AgentTask } | undefined> {
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
  const task = await pickTask(failedFirst, title(), vscode.l10n.t('Which task is to run again?'));
  return task && { folder, task };
}

interface AgentItem extends vscode.QuickPickItem {
  /** `undefined`: the same as before. */
  readonly agent: string | undefined;
}

const SAME = { agent: undefined };

function sameAgent({ agent, model }: AgentTask): AgentItem {
  return { label: vscode.l10n.t('The same agent'), description: namesOf(agent, model), ...SAME };
}

/** Those that can be asked by their name alone: ready, or found here, which choosing them makes the person's own will. */
async function otherAgents(folder: FolderSessions, task: AgentTask): Promise<readonly AgentItem[]> {
  const agents = await (await folder.host()).listAgents({ lookForServers: false });
  return agents
    .filter(({ name, next, state, choice }) => {
      const usable = state === 'ready' || (state === 'found' && choice.model === undefined);
      return usable && next === null && name !== task.agent;
    })
    .map(({ name, title: label, model, state }) => ({
      label: plainLabel(inertLine(label)),
      description: namesOf(name, model),
      ...(state === 'found' && { detail: vscode.l10n.t('Found here, not chosen for other tasks.') }),
      agent: name,
    }));
}

function namesOf(agent: string | null, model: string | null): string {
  return plainLabel(inertLine([agent, model].filter(name => name !== null).join(' · ')));
}

async function pickAgent(items: readonly AgentItem[]): Promise<AgentItem | undefined> {
  const placeHolder = vscode.l10n.t('Which agent is to try? The attempts can be compared.');
  return vscode.window.showQuickPick(items, { title: title(), placeHolder, matchOnDescription: true });
}

function noOtherAgent(): SessionError {
  return new SessionError(
    'no_agent',
    vscode.l10n.t('No other agent is ready. Select Agent shows what there is, and how to get one.'),
  );
}

function title(): string {
  return vscode.l10n.t('Retry Task');
}

function rank(task: AgentTask): number {
  return task.status === 'failed' ? 0 : 1;
}
