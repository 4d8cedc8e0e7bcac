import * as vscode from 'vscode';
import type { OtelSettings } from '../host/host.ts';
import { SettingId } from './contributionIds.ts';

/** What the settings say about the export of spans. They are machine settings, which no workspace can give. */
export function otelSettings(): OtelSettings | undefined {
  const settings = vscode.workspace.getConfiguration();
  const endpoint = settings.get<unknown>(SettingId.otelEndpoint);
  const content = settings.get<unknown>(SettingId.otelContent) === true;
  return typeof endpoint === 'string' && endpoint !== '' ? { endpoint, content } : undefined;
}
