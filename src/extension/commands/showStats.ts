import * as vscode from 'vscode';
import type { OverallStats } from '../../core/stats.ts';
import type { App } from '../app.ts';
import { ViewId } from '../contributionIds.ts';
import type { Call } from './call.ts';

/** Shows the statistics view. Resolves with the figures over all sessions. */
export async function showStats(app: App, { args }: Call): Promise<OverallStats> {
  const folder = app.folders.requireActive();
  if (args === undefined) await vscode.commands.executeCommand(`${ViewId.stats}.focus`);
  return (await folder.sessions()).stats();
}
