import * as vscode from 'vscode';
import type { AgentTask, TaskType } from '../../core/task.ts';
import type { App } from '../app.ts';
import { ViewId } from '../contributionIds.ts';
import type { FolderSessions } from '../folders/folderSessions.ts';
import { type Call, requiredText, textArgument } from './call.ts';
import { askForTask } from './askForTask.ts';
import { sessionOf } from './chosen.ts';
import { chooseFolder, requireTrustedFolder } from './requirements.ts';

interface Request {
  readonly task: string;
  readonly sessionId?: string | undefined;
  readonly type?: TaskType | undefined;
  readonly agent?: string | undefined;
  readonly verify?: string | undefined;
}

/** `runTask({task, sessionId?, type?, agent?, verify?})`, or asks for the task. Resolves with the task once it ended, failed or not. */
export async function runTask(app: App, call: Call): Promise<AgentTask | undefined> {
  const { args, node } = call;
  if (args !== undefined) {
    const sessionId = textArgument(args, 'sessionId');
    const folder =
      sessionId === undefined ? app.folders.requireActive() : await app.folders.withSession(sessionId);
    return run(app, folder, {
      task: requiredText(args, 'task'),
      sessionId,
      // The core refuses what is no type.
      type: textArgument(args, 'type') as TaskType | undefined,
      agent: textArgument(args, 'agent'),
      verify: textArgument(args, 'verify'),
    });
  }
  requireTrustedFolder(app);
  const chosen = node === undefined ? undefined : await sessionOf(app, call);
  const asked = await askForTask(app);
  if (asked === undefined) return undefined;
  const folder = chosen?.folder ?? (await chooseFolder(app, vscode.l10n.t('Run Task')));
  if (folder === undefined) return undefined;
  return run(app, folder, { ...asked, sessionId: chosen?.sessionId });
}

async function run(app: App, folder: FolderSessions, request: Request): Promise<AgentTask> {
  app.folders.markUsed(folder);
  const sessions = await folder.sessions();
  const { finished } = await sessions.startTask({ ...request, origin: 'person' });
  return withProgress(finished);
}

/** The thin bar on the view; how far it is stands in the tree and the status bar, where it can be cancelled too. */
export function withProgress<T>(work: Promise<T>): Promise<T> {
  void vscode.window.withProgress({ location: { viewId: ViewId.sessions } }, () =>
    work.then(
      () => undefined,
      () => undefined,
    ),
  );
  return work;
}
