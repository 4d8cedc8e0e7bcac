import type { Clock, Ids } from '../../core/ports.ts';
import type { Agent } from '../agent.ts';
import { agentVariables, isSecretName } from './agentVariables.ts';
import { FILE_TOOLS } from './fileTools.ts';
import { findProgram } from './findProgram.ts';
import type { AcpAgentSettings } from './knownAgents.ts';

export interface AcpAgentOptions {
  /** As in `acp:NAME`. */
  readonly name: string;
  /** From the user's own settings or our list, never from a workspace. */
  readonly settings: AcpAgentSettings;
  /** How it is installed, when we know. */
  readonly install?: string | undefined;
  /** Our own environment: where programs are, and what `${env:NAME}` stands for. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Learns the secrets that the agent is given. */
  readonly redactor?: { add(secret: string): void } | undefined;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** An external agent that speaks the Agent Client Protocol. What drives it is loaded on first use. */
export function createAcpAgent(options: AcpAgentOptions): Agent {
  const { name, settings, environment, redactor, clock, ids } = options;
  return {
    name: `acp:${name}`,
    model: null,
    isUnsupervised: false,
    refusal: () => refusal(options),
    carryOut: async agentRun => {
      const file = findProgram(settings.command, environment);
      if (file === undefined) {
        return {
          status: 'failed',
          reason: 'error',
          errorCode: 'no_agent',
          error: refusal(options) ?? 'The agent is gone.',
        };
      }
      const variables = agentVariables(settings.env, environment);
      for (const [key, value] of Object.entries(variables)) if (isSecretName(key)) redactor?.add(value);
      const program = {
        ...{ command: file, args: settings.args ?? [], cwd: agentRun.run.session.workingDirectory },
        environment: { ...agentRun.environment.environment, ...variables },
      };
      const { runAcpTask } = await import('./acpTask.ts');
      return runAcpTask({ name, program, agentRun, tools: FILE_TOOLS, clock, ids });
    },
  };
}

function refusal({ name, settings, install, environment }: AcpAgentOptions): string | undefined {
  if (findProgram(settings.command, environment) !== undefined) return undefined;
  const how =
    install === undefined ? `Correct "acpAgents.${name}.command" in the settings.` : `Install it: ${install}`;
  return `The agent "acp:${name}" is not installed: there is no program "${settings.command}". ${how}`;
}
