import type { Clock, Ids } from '../../core/ports.ts';
import type { Redactor } from '../../core/redactor.ts';
import type { Agent } from '../agent.ts';
import { ACTING_TOOLS } from './actingTools.ts';
import type { Tool } from '../tools/tool.ts';
import type { HostModel } from './hostModel.ts';
import { type HostTool, toTool } from './hostTool.ts';
import { keyOf, settingsProblem } from './modelKey.ts';
import type { ModelSettings } from './modelSettings.ts';

export interface ModelAgentOptions {
  /** The newest settings of the user's profile; `undefined` when no model is configured. */
  readonly settings: () => ModelSettings | undefined;
  /** A key that the host keeps (SecretStorage), when it has one for this provider. Never rejects. */
  readonly storedKey?: ((settings: ModelSettings) => Promise<string | undefined>) | undefined;
  /** Where keys named in the settings are. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The editor's models, where there is an editor. */
  readonly hostModel?: HostModel | undefined;
  /** The editor's tools that the person lets models use, as they are now. */
  readonly hostTools?: (() => readonly HostTool[]) | undefined;
  /** Hides secrets in what goes to the model; learns the key. */
  readonly redactor?: (Redactor & { add(secret: string): void }) | undefined;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** Carries tasks out with a model and our own tools. What does the work is loaded on first use. */
export function createModelAgent(options: ModelAgentOptions): Agent {
  const { settings, environment, hostModel, redactor, clock, ids } = options;
  return {
    name: 'model',
    get model() {
      return settings()?.model ?? null;
    },
    isUnsupervised: false,
    refusal: () =>
      settingsProblem(settings(), environment, options.storedKey !== undefined, hostModel !== undefined),
    carryOut: async agentRun => {
      const configured = settings();
      if (configured === undefined) return noModel('No model is configured.');
      const key = await keyOf(configured, environment, options.storedKey);
      if (key !== undefined) redactor?.add(key);
      const problem = settingsProblem(configured, environment, key !== undefined, hostModel !== undefined);
      if (problem !== undefined) return noModel(problem);
      const { runModelLoop } = await import('./modelLoop.ts');
      return runModelLoop({
        agentRun,
        tools: withHostTools(options.hostTools?.() ?? []),
        settings: configured,
        key,
        hostModel,
        redactor,
        clock,
        ids,
      });
    },
  };
}

/** Ours first: no other tool takes the name of one. */
function withHostTools(hostTools: readonly HostTool[]): ReadonlyMap<string, Tool<unknown>> {
  const others = hostTools.filter(({ name }) => !ACTING_TOOLS.has(name) && !OWN_NAMES.has(name));
  return new Map([...ACTING_TOOLS, ...others.map(host => [host.name, toTool(host)] as const)]);
}

const OWN_NAMES = new Set(['update_plan', 'ask_user']);

function noModel(error: string): { status: 'failed'; reason: 'error'; errorCode: string; error: string } {
  return { status: 'failed', reason: 'error', errorCode: 'no_agent', error };
}
