import * as vscode from 'vscode';
import type { AgentSettings } from '../agents/createAgents.ts';
import { SettingId } from './contributionIds.ts';

/**
 * What the settings say about agents. They are machine settings, which no workspace can give; what settings.json may hold that
 * is malformed is checked where it is used. What is not set is left to config.json in the user's profile.
 */
export function agentSettings(): Readonly<Record<keyof AgentSettings, unknown>> {
  const settings = vscode.workspace.getConfiguration();
  const agent = settings.get<unknown>(SettingId.agent);
  const verify = settings.get<unknown>(SettingId.verify);
  return {
    agent: agent === 'auto' ? undefined : agent,
    model: settings.get<unknown>(SettingId.model) ?? undefined,
    acpAgents: settings.get<unknown>(SettingId.acpAgents),
    permissions: settings.get<unknown>(SettingId.permissions) ?? undefined,
    verify: verify === '' ? undefined : verify,
    checkpoints: settings.get<unknown>(SettingId.checkpoints) === false ? false : undefined,
    checkpointGigabytes: given(settings, SettingId.checkpointGigabytes),
    // Off is the default: then config.json may say otherwise.
    commitTrailer: settings.get<unknown>(SettingId.commitTrailer) === true ? true : undefined,
  };
}

/** What the person set; a default leaves it to config.json. */
function given(settings: vscode.WorkspaceConfiguration, id: string): unknown {
  return settings.inspect(id)?.globalValue;
}
