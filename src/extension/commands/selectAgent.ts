import * as vscode from 'vscode';
import type { AgentEntry } from '../../agents/agentList.ts';
import { DisposableList } from '../../core/disposable.ts';
import { inertLine } from '../../core/inertText.ts';
import { parseAgent } from '../../core/input.ts';
import type { App } from '../app.ts';
import { SettingId } from '../contributionIds.ts';
import { reportError } from '../reportError.ts';
import { plainLabel } from '../show/plainLabel.ts';
import { agentItems, type AgentItem } from '../show/agentItems.ts';
import { takeNextStep } from './agentNextStep.ts';
import { type Call, requiredText } from './call.ts';

/** `selectAgent({agent})` sets it; by hand it shows who can carry tasks out, why others cannot, and goes on from there. */
export async function selectAgent(app: App, call: Call): Promise<void> {
  if (call.args !== undefined) {
    await writeChoice({ agent: parseAgent(requiredText(call.args, 'agent')) });
    return;
  }
  const agent = await pickAgent(app);
  if (agent === undefined) return;
  const choice = agent.next === null ? agent.choice : await takeNextStep(app, agent);
  if (choice === undefined) return;
  await writeChoice(choice);
  const title = plainLabel(inertLine(agent.title));
  vscode.window.setStatusBarMessage(vscode.l10n.t('$(check) Tasks now go to: {0}', title), 5000);
}

/** Into the settings of the user: a workspace chooses no agent. The limits that the person set stay. */
async function writeChoice({ agent, model }: AgentEntry['choice']): Promise<void> {
  const settings = vscode.workspace.getConfiguration();
  const { Global } = vscode.ConfigurationTarget;
  if (model !== undefined) {
    const limits = settings.inspect<{ limits?: unknown }>(SettingId.model)?.globalValue?.limits;
    await settings.update(SettingId.model, { ...model, ...(limits !== undefined && { limits }) }, Global);
  }
  await settings.update(SettingId.agent, agent, Global);
}

/** The list at once; the servers on this machine, which are asked only now, when they have answered. */
async function pickAgent(app: App): Promise<AgentEntry | undefined> {
  const host = await app.folders.requireActive().host();
  const scope = new DisposableList();
  const pick = scope.add(vscode.window.createQuickPick<AgentItem>());
  pick.title = vscode.l10n.t('Select Agent');
  pick.placeholder = vscode.l10n.t('Who carries out what explicit instructions and recipes cannot?');
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  const show = (agents: readonly AgentEntry[]): void => {
    const [active] = pick.activeItems;
    pick.items = agentItems(agents);
    const same = pick.items.find(item => item.agent !== undefined && item.label === active?.label);
    if (same !== undefined) pick.activeItems = [same];
  };
  pick.busy = true;
  void host
    .listAgents({ lookForServers: false })
    .then(show)
    .then(() => host.listAgents({ lookForServers: true }))
    .then(show)
    .catch(reportError)
    .finally(() => {
      pick.busy = false;
    });
  return chosenOf(pick, scope);
}

function chosenOf(pick: vscode.QuickPick<AgentItem>, scope: DisposableList): Promise<AgentEntry | undefined> {
  return new Promise(resolve => {
    scope.add(
      pick.onDidAccept(() => {
        resolve(pick.selectedItems[0]?.agent);
        pick.hide();
      }),
    );
    scope.add(
      pick.onDidHide(() => {
        resolve(undefined);
        scope.dispose();
      }),
    );
    pick.show();
  });
}
