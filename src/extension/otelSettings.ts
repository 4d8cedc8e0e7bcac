import * as vscode from 'vscode';
import type { OtelSettings } from '../host/host.ts';
import { SettingId } from './contributionIds.ts';
import type { WorkspaceFolders } from './folders/workspaceFolders.ts';

/** What the settings say about the export of spans. They are machine settings, which no workspace can give. */
export function otelSettings(): OtelSettings | undefined {
  const settings = vscode.workspace.getConfiguration();
  const endpoint = settings.get<unknown>(SettingId.otelEndpoint);
  const content = settings.get<unknown>(SettingId.otelContent) === true;
  return typeof endpoint === 'string' && endpoint !== '' ? { endpoint, content } : undefined;
}

/** Spans go where the settings say from the moment on in which they say it. */
export function followOtelSettings(folders: WorkspaceFolders): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration(async change => {
    if (
      !change.affectsConfiguration(SettingId.otelEndpoint) &&
      !change.affectsConfiguration(SettingId.otelContent)
    )
      return;
    for (const { openedHost } of folders.all) await openedHost?.followOtelSettings();
  });
}
