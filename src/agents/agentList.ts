import { findProgram } from './acp/findProgram.ts';
import { KNOWN_AGENTS } from './acp/knownAgents.ts';
import { type AgentSettings, configuredAgent } from './createAgents.ts';
import type { HostModelInfo } from './model/hostModel.ts';
import { findModelServers } from './model/modelServers.ts';
import { keyOf, settingsProblem } from './model/modelKey.ts';
import { hostedProviders } from './model/hostedProviders.ts';
import type { ModelSettings } from './model/modelSettings.ts';

/**
 * `ready`: can be used. `unavailable`: chosen or built in, and something is missing. `found`: is on this machine, and nobody
 * chose it: it is used only when a person does. `absent`: known, and not installed.
 */
export type AgentState = 'ready' | 'unavailable' | 'found' | 'absent';

/** What a person does next where something is missing. */
export type NextStep = 'enter_key' | 'choose_model' | 'open_settings' | 'install_agent' | 'install_model';

export interface AgentEntry {
  /** As in `--agent NAME`. */
  readonly name: string;
  readonly title: string;
  readonly state: AgentState;
  /** Whether `auto` uses it for what `direct` cannot do. */
  readonly isDefault: boolean;
  readonly model: string | null;
  /** Why it cannot be used, or what to do to use it; in a sentence. */
  readonly advice: string | null;
  /** What the settings say once it is chosen, as far as that is known. */
  readonly choice: { readonly agent: string; readonly model?: Partial<ModelSettings> };
  /** `null`: it can be chosen as it is. */
  readonly next: NextStep | null;
  /** The command that installs it. */
  readonly install: string | null;
  /** The names of models that there are to choose from; empty when that is not known. */
  readonly models: readonly string[];
}

export interface AgentListOptions {
  readonly settings: AgentSettings;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The editor's models; `undefined` where there is no editor. */
  readonly hostModels: readonly HostModelInfo[] | undefined;
  /** A key that the host keeps. Never rejects. */
  readonly storedKey?: ((settings: ModelSettings) => Promise<string | undefined>) | undefined;
  /** Whether servers on loopback are looked for. */
  readonly lookForServers: boolean;
}

/** Every agent that there is or could be: what is ready, why the rest is not, and what to do about it. Never rejects. */
export async function listAgents(options: AgentListOptions): Promise<readonly AgentEntry[]> {
  const chosen = configuredAgent(options.settings);
  const configured = await configuredModel(options);
  const direct = entry({
    ...{ name: 'direct', title: 'Explicit instructions and recipes, without a model', state: 'ready' },
  });
  const models = [...editorModels(options), ...(await foundModels(options)), ...(await hosted(options))];
  const own = options.settings.model;
  const others = models.filter(({ choice }) => own === undefined || !isSame(own, choice.model));
  return [direct, configured, ...others, ...acpAgents(options, chosen)].map(agent => ({
    ...agent,
    isDefault: agent.name === chosen && !others.includes(agent),
  }));
}

function entry(what: Pick<AgentEntry, 'name' | 'title' | 'state'> & Partial<AgentEntry>): AgentEntry {
  return {
    ...{ isDefault: false, model: null, advice: null, next: null, install: null, models: [] },
    choice: { agent: what.name },
    ...what,
  };
}

async function configuredModel(options: AgentListOptions): Promise<AgentEntry> {
  const { settings, environment, hostModels, storedKey } = options;
  const { model } = settings;
  const hasKey = model !== undefined && (await keyOf(model, environment, storedKey)) !== undefined;
  const problem = settingsProblem(model, environment, hasKey, hostModels !== undefined);
  const known = {
    ...{ name: 'model', title: titleOf(model), model: model?.model ?? null },
    choice: { agent: 'model', ...(model && { model }) },
  };
  if (problem === undefined) return entry({ ...known, state: 'ready' });
  const canEnterKey =
    model?.provider === 'anthropic' && model.model !== undefined && model.apiKeyEnv === undefined;
  const next = canEnterKey && storedKey !== undefined ? 'enter_key' : 'open_settings';
  return entry({ ...known, state: 'unavailable', advice: problem, next });
}

function editorModels({ hostModels }: AgentListOptions): readonly AgentEntry[] {
  if (hostModels === undefined) return [];
  const name = 'model';
  if (hostModels.length === 0) {
    const advice =
      'VS Code has no language model: sign in to one, or install an extension that provides one.';
    return [entry({ name, title: "VS Code's models", state: 'absent', advice, next: 'install_model' })];
  }
  return hostModels.map(({ id, title }) =>
    entry({
      ...{ name, title: `${title} by VS Code`, state: 'found', model: id },
      advice: `Set "model": ${JSON.stringify({ provider: 'vscode', model: id })}.`,
      choice: { agent: name, model: { provider: 'vscode', model: id } },
    }),
  );
}

async function foundModels({ lookForServers }: AgentListOptions): Promise<readonly AgentEntry[]> {
  const servers = lookForServers ? await findModelServers() : [];
  return servers.map(({ title, baseUrl, models }) => {
    const [model] = models;
    const others = models.length > 1 ? ` and ${String(models.length - 1)} more` : '';
    const settings = {
      provider: 'openai-compatible',
      baseUrl,
      ...(model !== undefined && { model }),
    } as const;
    return entry({
      ...{ name: 'model', title: `${title} (${model ?? 'no model'}${others})`, state: 'found', models },
      ...{ model: model ?? null, next: models.length === 1 ? null : 'choose_model' },
      advice: `Set "model": ${JSON.stringify({ ...settings, model: model ?? 'NAME' })}.`,
      choice: { agent: 'model', model: settings },
    });
  });
}

/** Services for which there is a key, and those for which there is none. What is in a variable is not looked at. */
async function hosted({ environment, storedKey }: AgentListOptions): Promise<readonly AgentEntry[]> {
  const entries = hostedProviders.map(async ({ title, variable, settings }) => {
    const isSet = (environment[variable] ?? '') !== '';
    const isStored = (await storedKey?.({ ...settings })) !== undefined;
    const written = { ...settings, model: 'NAME', ...(isSet && !isStored && { apiKeyEnv: variable }) };
    const set = `set "model": ${JSON.stringify(written)}.`;
    const { model: _name, ...model } = written;
    const known = { name: 'model', title, choice: { agent: 'model', model } } as const;
    if (isStored)
      return entry({ ...known, state: 'found', advice: `There is a key: ${set}`, next: 'choose_model' });
    if (isSet) {
      const found = { title: `A key in ${variable}`, state: 'found', next: 'choose_model' } as const;
      return entry({ ...known, ...found, advice: `S${set.slice(1)}` });
    }
    const advice =
      storedKey === undefined
        ? `There is no key: set the environment variable ${variable}, then ${set}`
        : 'There is no key. Enter one: it is kept by VS Code, never in a file of yours.';
    return entry({
      ...{ ...known, state: 'unavailable', advice },
      next: storedKey === undefined ? 'open_settings' : 'enter_key',
    });
  });
  return Promise.all(entries);
}

function acpAgents(
  { settings, environment }: AgentListOptions,
  chosen: string | undefined,
): readonly AgentEntry[] {
  const own = Object.entries(settings.acpAgents ?? {}).map(([key, { command }]) => {
    const name = `acp:${key}`;
    const title = `Your agent ${key}`;
    if (findProgram(command, environment) !== undefined) return entry({ name, title, state: 'ready' });
    const advice = `There is no program "${command}": correct "acpAgents.${key}.command".`;
    return entry({ name, title, state: 'unavailable', advice, next: 'open_settings' });
  });
  const names = new Set(own.map(({ name }) => name));
  const known = KNOWN_AGENTS.filter(agent => !names.has(`acp:${agent.name}`)).map(agent => {
    const name = `acp:${agent.name}`;
    const { title, command, install } = agent;
    const isThere = findProgram(command, environment) !== undefined;
    const isChosen = name === chosen;
    if (isThere && isChosen) return entry({ name, title, state: 'ready' });
    if (isThere) {
      return entry({
        ...{ name, title, state: 'found' },
        advice: `Use it with --agent ${name}, or set "agent": "${name}".`,
      });
    }
    const missing = { advice: `Install it: ${install}`, next: 'install_agent', install } as const;
    return entry({ name, title, state: isChosen ? 'unavailable' : 'absent', ...missing });
  });
  return [...own, ...known];
}

function isSame(own: ModelSettings, other: Partial<ModelSettings> | undefined): boolean {
  if (own.provider !== other?.provider) return false;
  return own.baseUrl === other.baseUrl && (other.model === undefined || own.model === other.model);
}

function titleOf(model: ModelSettings | undefined): string {
  if (model === undefined) return 'A model of your choice';
  const names = {
    vscode: 'VS Code',
    anthropic: 'Anthropic',
    'openai-compatible': model.baseUrl ?? 'OpenAI-compatible server',
  };
  return `Model by ${names[model.provider]}`;
}
