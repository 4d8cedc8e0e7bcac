import * as vscode from 'vscode';
import type { StatsReport } from '../../core/statsReport.ts';
import type { App } from '../app.ts';
import { ViewId } from '../contributionIds.ts';
import type { Call } from './call.ts';

/** Shows the statistics view. Resolves with the figures over all sessions. */
export async function showStats(app: App, { args }: Call): Promise<StatsReport> {
  const folder = app.folders.requireActive();
  if (args === undefined) await vscode.commands.executeCommand(`${ViewId.stats}.focus`);
  return (await folder.host()).statistics.over();
}
