import type { Clock, Ids } from '../core/ports.ts';
import type { Redactor } from '../core/redactor.ts';
import { agentVariables, isSecretName } from './acp/agentVariables.ts';
import { createAcpAgent } from './acp/acpAgent.ts';
import { findProgram } from './acp/findProgram.ts';
import { type AcpAgentSettings, KNOWN_AGENTS } from './acp/knownAgents.ts';
import type { Agent } from './agent.ts';
import type { HostModel } from './model/hostModel.ts';
import type { HostTool } from './model/hostTool.ts';
import type { PermissionSettings } from './permissionRule.ts';
import { createModelAgent } from './model/modelAgent.ts';
import type { ModelSettings } from './model/modelSettings.ts';

/** What the user's own settings say about agents. Never anything from a workspace or a session file. */
export interface AgentSettings {
  /** What `auto` uses for tasks that `direct` cannot do. */
  readonly agent?: string | undefined;
  readonly model?: ModelSettings | undefined;
  readonly acpAgents?: Readonly<Record<string, AcpAgentSettings>> | undefined;
  readonly permissions?: PermissionSettings | undefined;
  /** The command that verifies what agents did. */
  readonly verify?: string | undefined;
  /** Whether commits of all changes name their task in a trailer. */
  readonly commitTrailer?: boolean | undefined;
  /** Whether the workspace is captured around tasks; it is unless this is `false`. */
  readonly checkpoints?: boolean | undefined;
  readonly checkpointGigabytes?: number | undefined;
}

export interface AgentsOptions {
  /** The newest. */
  readonly settings: () => AgentSettings;
  /** Our own environment: keys that settings name, and where programs are. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The editor's models, where there is an editor. */
  readonly hostModel?: HostModel | undefined;
  /** The editor's tools that the person lets models use, as they are now. */
  readonly hostTools?: (() => readonly HostTool[]) | undefined;
  /** A key that the host keeps for this provider. Never rejects. */
  readonly storedKey?: ((settings: ModelSettings) => Promise<string | undefined>) | undefined;
  /** Learns the secrets that agents are given. */
  readonly redactor: Redactor & { add(secret: string): void };
  readonly clock: Clock;
  readonly ids: Ids;
}

/** Every agent that can be asked for by name: the model, the user's own ACP agents, and those that we know. */
export function createAgents(options: AgentsOptions): () => readonly Agent[] {
  const { settings, environment, redactor, clock, ids } = options;
  learnSecrets(options);
  const model = createModelAgent({ ...options, settings: () => settings().model });
  const known = KNOWN_AGENTS.map(({ name, install, ...started }) =>
    createAcpAgent({ name, install, settings: started, environment, redactor, clock, ids }),
  );
  return () => {
    const own = Object.entries(settings().acpAgents ?? {}).map(([name, started]) =>
      createAcpAgent({ name, settings: started, environment, redactor, clock, ids }),
    );
    const names = new Set(own.map(agent => agent.name));
    return [model, ...own, ...known.filter(agent => !names.has(agent.name))];
  };
}

/** Secrets that the settings refer to are hidden from the beginning, whoever prints them. */
function learnSecrets({ settings, environment, redactor }: AgentsOptions): void {
  const { model, acpAgents = {} } = settings();
  const key = model?.apiKeyEnv === undefined ? undefined : environment[model.apiKeyEnv];
  if (key !== undefined) redactor.add(key);
  for (const agent of Object.values(acpAgents)) {
    for (const [name, value] of Object.entries(agentVariables(agent.env, environment))) {
      if (isSecretName(name)) redactor.add(value);
    }
  }
}

/** The names of known agents that are installed here. */
export function foundAgents(environment: AgentsOptions['environment']): readonly string[] {
  return KNOWN_AGENTS.filter(({ command }) => findProgram(command, environment) !== undefined).map(
    ({ name }) => `acp:${name}`,
  );
}

/** What the person configured or once selected, for `auto`. What is merely found on the machine is never it. */
export function configuredAgent({ agent, model, acpAgents }: AgentSettings): string | undefined {
  if (agent !== undefined && agent !== 'auto') return agent;
  if (model !== undefined) return 'model';
  const [only, ...others] = Object.keys(acpAgents ?? {});
  return only !== undefined && others.length === 0 ? `acp:${only}` : undefined;
}
