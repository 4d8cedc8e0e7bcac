import type * as vscode from 'vscode';
import type { Dashboard } from './dashboard/dashboard.ts';
import type { WorkspaceFolders } from './folders/workspaceFolders.ts';
import type { ApiKeys } from './keys/apiKeys.ts';
import type { OutputChannel } from './output/outputChannel.ts';
import type { Questions } from './questions.ts';
import type { WindowServer } from './server/windowServer.ts';
import type { SessionsView } from './sessionTree/sessionsView.ts';
import type { StatsView } from './statsView.ts';
import type { TaskDocuments } from './taskDocument/taskDocuments.ts';

/** What commands work with. */
export interface App {
  readonly folders: WorkspaceFolders;
  readonly output: OutputChannel;
  readonly view: SessionsView;
  readonly stats: StatsView;
  readonly dashboard: Dashboard;
  readonly documents: TaskDocuments;
  readonly questions: Questions;
  readonly server: WindowServer;
  readonly keys: ApiKeys;
  readonly context: vscode.ExtensionContext;
}
