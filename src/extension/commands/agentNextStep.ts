import * as vscode from 'vscode';
import type { AgentEntry } from '../../agents/agentList.ts';
import { inertLine } from '../../core/inertText.ts';
import type { App } from '../app.ts';
import { SettingId } from '../contributionIds.ts';
import { keyPlaceOf } from '../keys/keyPlace.ts';
import { plainLabel } from '../show/plainLabel.ts';
import { enterKey } from './apiKey.ts';

type Choice = AgentEntry['choice'];

/** Does what is missing for an agent; resolves with what to choose once nothing is, else with `undefined`. */
export async function takeNextStep(app: App, agent: AgentEntry): Promise<Choice | undefined> {
  switch (agent.next) {
    case null:
      return agent.choice;
    case 'enter_key':
      return (await askForKey(app, agent)) ? withModel(agent) : undefined;
    case 'choose_model':
      return withModel(agent);
    case 'open_settings':
      return openSettings(agent);
    case 'install_agent':
      typeInTerminal(agent.install ?? '');
      return undefined;
    case 'install_model':
      await vscode.commands.executeCommand('workbench.extensions.search', 'language models');
      return undefined;
  }
}

async function askForKey(app: App, { choice }: AgentEntry): Promise<boolean> {
  const { provider, baseUrl } = choice.model ?? {};
  const place = provider && keyPlaceOf({ provider, baseUrl });
  return place !== undefined && enterKey(app, place);
}

async function withModel(agent: AgentEntry): Promise<Choice | undefined> {
  const { choice } = agent;
  if (choice.model === undefined || (agent.models.length === 0 && choice.model.model !== undefined)) {
    return choice;
  }
  const title = vscode.l10n.t('Model of {0}', plainLabel(inertLine(agent.title)));
  const model = agent.models.length === 0 ? await typeModel(title) : await pickModel(title, agent.models);
  return model === undefined ? undefined : { ...choice, model: { ...choice.model, model } };
}

async function pickModel(title: string, models: readonly string[]): Promise<string | undefined> {
  const items = models.map(model => ({ label: plainLabel(inertLine(model)), model }));
  return (await vscode.window.showQuickPick(items, { title }))?.model;
}

async function typeModel(title: string): Promise<string | undefined> {
  const name = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('The name of the model, as its provider writes it.'),
    validateInput: value =>
      value.trim() === '' ? vscode.l10n.t('Without a name no model can be asked.') : undefined,
  });
  return name?.trim();
}

async function openSettings({ name }: AgentEntry): Promise<undefined> {
  const setting = name === 'model' ? SettingId.model : SettingId.acpAgents;
  await vscode.commands.executeCommand('workbench.action.openSettings', setting);
  return undefined;
}

/** The person sees the command and runs it, or does not. */
function typeInTerminal(command: string): void {
  const terminal = vscode.window.createTerminal(vscode.l10n.t('Install an agent'));
  terminal.show();
  terminal.sendText(command, false);
}
