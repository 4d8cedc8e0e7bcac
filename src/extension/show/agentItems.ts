import * as vscode from 'vscode';
import type { AgentEntry, AgentState } from '../../agents/agentList.ts';
import { inertLine } from '../../core/inertText.ts';
import { plainLabel } from './plainLabel.ts';

export interface AgentItem extends vscode.QuickPickItem {
  /** None on a line between groups. */
  readonly agent?: AgentEntry;
}

const GROUPS: readonly AgentState[] = ['ready', 'found', 'unavailable', 'absent'];

/** Rows in groups: what is ready first, then what is here, then what lacks something, with what Enter does about it. */
export function agentItems(agents: readonly AgentEntry[]): AgentItem[] {
  return GROUPS.flatMap(state => {
    const rows = agents.filter(agent => agent.state === state).map(rowOf);
    const label = groupTitle(state);
    return rows.length === 0 ? [] : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...rows];
  });
}

function groupTitle(state: AgentState): string {
  switch (state) {
    case 'ready':
      return vscode.l10n.t('ready');
    case 'found':
      return vscode.l10n.t('found here, not chosen');
    case 'unavailable':
      return vscode.l10n.t('something is missing');
    case 'absent':
      return vscode.l10n.t('not installed');
  }
}

function rowOf(agent: AgentEntry): AgentItem {
  const { title, name, model, isDefault } = agent;
  const used = isDefault ? [vscode.l10n.t('in use')] : [];
  const detail = detailOf(agent);
  return {
    label: plainLabel(inertLine(title)),
    description: plainLabel(
      [name === 'model' ? inertLine(model ?? '') : name, ...used].filter(Boolean).join(' · '),
    ),
    ...(detail !== undefined && { detail: plainLabel(inertLine(detail)) }),
    iconPath: new vscode.ThemeIcon(iconOf(agent)),
    agent,
  };
}

function iconOf({ isDefault, state, name }: AgentEntry): string {
  if (state === 'absent') return 'cloud-download';
  if (state === 'unavailable') return 'warning';
  if (isDefault) return 'check';
  return name === 'model' ? 'sparkle' : name === 'direct' ? 'list-ordered' : 'plug';
}

/** Why it is not ready, and what Enter does. */
function detailOf({ state, advice, next, install }: AgentEntry): string | undefined {
  const { l10n } = vscode;
  switch (next) {
    case null:
      return state === 'ready' ? undefined : l10n.t('Enter uses it from now on.');
    case 'enter_key':
      return l10n.t('There is no key. Enter asks for it; it is kept in VS Code’s secret storage.');
    case 'choose_model':
      return l10n.t('Enter asks which of its models.');
    case 'open_settings':
      return l10n.t('{0} Enter opens the settings.', advice ?? '');
    case 'install_agent':
      return l10n.t('Enter puts "{0}" into a terminal.', install ?? '');
    case 'install_model':
      return l10n.t('{0} Enter shows such extensions.', advice ?? '');
  }
}
