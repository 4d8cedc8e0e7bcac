import * as vscode from 'vscode';
import { invalidInput, SessionError } from '../../core/errors.ts';
import type { SessionMetadata } from '../../core/session.ts';
import type { AgentTask } from '../../core/task.ts';
import type { App } from '../app.ts';
import type { FolderSessions } from '../folders/folderSessions.ts';
import { type Call, textArgument } from './call.ts';
import { rowOf } from './rows.ts';

export interface ChosenSession {
  readonly folder: FolderSessions;
  readonly sessionId: string;
}

/** The session that a call is about: named by id, the row's, else the current one. Rejects when there is none. */
export async function sessionOf(app: App, { args, node }: Call): Promise<ChosenSession> {
  const id = args && textArgument(args, 'sessionId');
  if (id !== undefined) return { folder: await app.folders.withSession(id), sessionId: id };
  const row = rowOf(node, 'session');
  if (row !== undefined) return { folder: row.folder, sessionId: row.session.sessionId };
  const folder = app.folders.requireActive();
  const sessionId = await (await folder.sessions()).currentSession();
  if (sessionId !== undefined) return { folder, sessionId };
  throw new SessionError(
    'not_found',
    vscode.l10n.t('There is no current session. Create one, or switch to one, first.'),
  );
}

/** The same with what is known of the session, for a prompt's default. */
export async function sessionDetails(
  app: App,
  call: Call,
): Promise<ChosenSession & { readonly session: SessionMetadata }> {
  const chosen = await sessionOf(app, call);
  return { ...chosen, session: await (await chosen.folder.sessions()).getSession(chosen.sessionId) };
}

export interface ChosenTask {
  readonly folder: FolderSessions;
  readonly taskId: string;
}

/** The task that a call names: by id or by its row; `undefined` when it is to be asked. */
export async function namedTask(app: App, call: Call): Promise<ChosenTask | undefined> {
  const id = call.args && textArgument(call.args, 'taskId');
  if (id !== undefined) return { folder: await app.folders.withTask(id), taskId: id };
  const row = rowOf(call.node, 'task');
  return row && { folder: row.folder, taskId: row.task.id };
}

export function missingTaskId(): SessionError {
  return invalidInput('taskId', 'taskId is missing.');
}

/** The current session's tasks, newest first. */
export async function tasksOfCurrent(app: App): Promise<{ folder: FolderSessions; tasks: AgentTask[] }> {
  const folder = app.folders.requireActive();
  const sessions = await folder.sessions();
  const current = await sessions.currentSession();
  if (current === undefined) return { folder, tasks: [] };
  return { folder, tasks: (await sessions.listTasks(current)).toReversed() };
}
