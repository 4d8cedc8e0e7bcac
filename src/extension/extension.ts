import * as vscode from 'vscode';
import { DisposableList } from '../core/disposable.ts';
import type { App } from './app.ts';
import { type CodingAgentApi, createApi } from './codingAgentApi.ts';
import { registerSessionParticipant } from './chat/sessionParticipant.ts';
import { registerSessionTools } from './chat/sessionTools.ts';
import { registerCommands } from './commands/registerCommands.ts';
import { Dashboard } from './dashboard/dashboard.ts';
import { CheckpointFiles } from './diff/checkpointFiles.ts';
import { noteEdits } from './folders/noteEdits.ts';
import { openHost } from './folders/openHost.ts';
import { WorkspaceFolders } from './folders/workspaceFolders.ts';
import { loadExistingSessions } from './folders/loadExistingSessions.ts';
import { ApiKeys } from './keys/apiKeys.ts';
import { LogChannel } from './logChannel.ts';
import { Notices } from './notices.ts';
import { followOtelSettings } from './otelSettings.ts';
import { OutputChannel } from './output/outputChannel.ts';
import { Questions } from './questions.ts';
import { ServerStatus } from './server/serverStatus.ts';
import { startWithWindow } from './server/startWithWindow.ts';
import { WindowServer } from './server/windowServer.ts';
import { SessionsView } from './sessionTree/sessionsView.ts';
import { StatsView } from './statsView.ts';
import { StatusBar } from './statusBar.ts';
import { TaskLens } from './taskLens.ts';
import { TaskDocuments } from './taskDocument/taskDocuments.ts';

let folders: WorkspaceFolders | undefined;
let server: WindowServer | undefined;

/**
 * Registers what a person sees and returns at once: no file is touched and no host is made until a folder's sessions are
 * needed. The scope made here lives as long as the extension; each folder has one of its own.
 */
export function activate(context: vscode.ExtensionContext): CodingAgentApi {
  const scope = new DisposableList();
  context.subscriptions.push(scope);
  const logger = scope.add(new LogChannel());
  const keys = new ApiKeys(context.secrets, context.globalState, logger);
  const opened = scope.add(
    new WorkspaceFolders({
      logger,
      openHost: (folder, onLongWork) =>
        openHost(folder, { memento: context.workspaceState, keys, logger, onLongWork }),
    }),
  );
  folders = opened;
  server = scope.add(new WindowServer(opened, logger));
  const documents = scope.add(new TaskDocuments(opened));
  const questions = new Questions(documents);
  const app: App = {
    folders: opened,
    output: scope.add(new OutputChannel(opened)),
    view: scope.add(new SessionsView(opened)),
    stats: scope.add(new StatsView(opened)),
    dashboard: scope.add(
      new Dashboard({
        folders: opened,
        documents,
        extensionUri: context.extensionUri,
        memento: context.workspaceState,
        logger,
      }),
    ),
    documents,
    questions,
    server,
    keys,
    context,
  };
  scope.add(new CheckpointFiles(opened));
  scope.add(noteEdits(opened));
  scope.add(followOtelSettings(opened));
  scope.add(new StatusBar(opened));
  scope.add(new TaskLens(opened));
  scope.add(new ServerStatus(server));
  scope.add(new Notices(opened, questions));
  scope.add(registerCommands(app));
  scope.add(registerSessionTools(createApi(opened, 'foreign'), opened));
  scope.add(registerSessionParticipant(opened));
  scope.add(loadExistingSessions(opened));
  scope.add(startWithWindow(server, opened));
  // Tests play the person; any other caller is an extension, whose tasks are asked for.
  const isTest = context.extensionMode === vscode.ExtensionMode.Test;
  return createApi(opened, isTest ? 'person' : 'foreign');
}

/** Resolves when what ran has been stopped and recorded. */
export async function deactivate(): Promise<void> {
  // Together, so that a program that waits for a task still hears that it was interrupted.
  await Promise.all([server?.stop(), folders?.close()]);
}
