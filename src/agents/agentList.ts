import { findProgram } from './acp/findProgram.ts';
import { KNOWN_AGENTS } from './acp/knownAgents.ts';
import { type AgentSettings, configuredAgent } from './createAgents.ts';
import { findModelServers } from './model/modelServers.ts';
import { settingsProblem } from './model/modelKey.ts';
import type { ModelSettings } from './model/modelSettings.ts';

/**
 * `ready`: can be used. `unavailable`: chosen or built in, and something is missing. `found`: is on this machine, and nobody
 * chose it: it is used only when a person does. `absent`: known, and not installed.
 */
export type AgentState = 'ready' | 'unavailable' | 'found' | 'absent';

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
}

export interface AgentListOptions {
  readonly settings: AgentSettings;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly hasHostModel: boolean;
  /** Whether servers on loopback are looked for. */
  readonly lookForServers: boolean;
}

/** Variables that hold a provider's key by custom. Named when they are set; what is in them is not looked at. */
const KEY_VARIABLES: readonly (readonly [name: string, advice: Partial<ModelSettings>])[] = [
  ['ANTHROPIC_API_KEY', { provider: 'anthropic' }],
  ['OPENAI_API_KEY', { provider: 'openai-compatible', baseUrl: 'https://api.openai.com/v1' }],
  ['OPENROUTER_API_KEY', { provider: 'openai-compatible', baseUrl: 'https://openrouter.ai/api/v1' }],
];

/** Every agent that there is or could be: what is ready, why the rest is not, and what to do about it. Never rejects. */
export async function listAgents(options: AgentListOptions): Promise<readonly AgentEntry[]> {
  const { settings, environment, hasHostModel } = options;
  const chosen = configuredAgent(settings);
  const entry = (
    name: string,
    title: string,
    state: AgentState,
    advice: string | null = null,
  ): AgentEntry => ({
    ...{ name, title, state, advice, isDefault: name === chosen },
    model: name === 'model' ? (settings.model?.model ?? null) : null,
  });
  const problem = settingsProblem(settings.model, environment, false, hasHostModel);
  const model = entry(
    'model',
    titleOf(settings.model),
    problem === undefined ? 'ready' : 'unavailable',
    problem ?? null,
  );
  const own = Object.entries(settings.acpAgents ?? {}).map(([name, { command }]) => {
    const isThere = findProgram(command, environment) !== undefined;
    const advice = `There is no program "${command}": correct "acpAgents.${name}.command".`;
    return entry(
      `acp:${name}`,
      `Your agent ${name}`,
      isThere ? 'ready' : 'unavailable',
      isThere ? null : advice,
    );
  });
  const names = new Set(own.map(({ name }) => name));
  const known = KNOWN_AGENTS.filter(({ name }) => !names.has(`acp:${name}`)).map(
    ({ name, title, command, install }) => {
      const isThere = findProgram(command, environment) !== undefined;
      if (`acp:${name}` === chosen) {
        return entry(
          chosen,
          title,
          isThere ? 'ready' : 'unavailable',
          isThere ? null : `Install it: ${install}`,
        );
      }
      const advice = isThere
        ? `Use it with --agent acp:${name}, or set "agent": "acp:${name}".`
        : `Install it: ${install}`;
      return entry(`acp:${name}`, title, isThere ? 'found' : 'absent', advice);
    },
  );
  const others = settings.model === undefined ? await foundModels(options) : [];
  const direct = entry('direct', 'Explicit instructions and recipes, without a model', 'ready');
  return [direct, model, ...others, ...own, ...known];
}

async function foundModels({
  environment,
  lookForServers,
}: AgentListOptions): Promise<readonly AgentEntry[]> {
  const found = (title: string, settings: Partial<ModelSettings>): AgentEntry => ({
    ...{ name: 'model', title, state: 'found', isDefault: false, model: settings.model ?? null },
    advice: `Set "model": ${JSON.stringify({ ...settings, model: settings.model ?? 'NAME' })}.`,
  });
  const servers = lookForServers ? await findModelServers() : [];
  const keys = KEY_VARIABLES.filter(([name]) => (environment[name] ?? '') !== '');
  return [
    ...servers.map(({ title, baseUrl, models }) => {
      const [model] = models;
      const others = models.length > 1 ? ` and ${String(models.length - 1)} more` : '';
      return found(`${title} (${model ?? 'no model'}${others})`, {
        provider: 'openai-compatible',
        baseUrl,
        model,
      });
    }),
    ...keys.map(([name, settings]) => found(`A key in ${name}`, { ...settings, apiKeyEnv: name })),
  ];
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
