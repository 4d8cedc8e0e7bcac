import type { AgentSettings } from '../agents/createAgents.ts';
import { messageOf } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { HostOptions } from './host.ts';
import { readUserConfig } from './userConfig.ts';

/**
 * What the user's settings say about agents: the editor's, and config.json for what these leave out. A config.json that cannot
 * be used is said in the log and counts as empty; commands that run tasks refuse it.
 */
export async function readAgentSettings(
  { profile, agentSettings }: Pick<HostOptions, 'profile' | 'agentSettings'>,
  logger: Logger,
): Promise<() => AgentSettings> {
  const config = await readUserConfig(profile).catch((error: unknown): AgentSettings => {
    logger.warn(messageOf(error));
    return {};
  });
  return () => {
    const { agent = config.agent, model = config.model, acpAgents } = agentSettings?.() ?? {};
    return { agent, model, acpAgents: { ...config.acpAgents, ...acpAgents } };
  };
}
