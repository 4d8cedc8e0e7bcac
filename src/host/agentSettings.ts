import type { AgentSettings } from '../agents/createAgents.ts';
import type { PermissionSettings } from '../agents/permissionRule.ts';
import { messageOf } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { wrongValue } from '../core/wrongValue.ts';
import type { HostOptions } from './host.ts';
import { readUserConfig } from './userConfig.ts';

/**
 * What the user's settings say about agents: the editor's, and config.json for what these leave out. What cannot be used is said
 * in the log and counts as not set; commands that run tasks refuse such a config.json.
 */
export async function readAgentSettings(
  { profile, agentSettings }: Pick<HostOptions, 'profile' | 'agentSettings'>,
  logger: Logger,
): Promise<() => AgentSettings> {
  const config = await readUserConfig(profile).catch((error: unknown): AgentSettings => {
    logger.warn(messageOf(error));
    return { permissions: ASK_ALL };
  });
  if (agentSettings === undefined) return () => config;
  const check = await settingsCheck(logger);
  return () => {
    const checked = check(agentSettings());
    const { agent = config.agent, model = config.model, acpAgents, permissions } = checked;
    const { verify = config.verify, commitTrailer = config.commitTrailer } = checked;
    const { checkpoints = config.checkpoints } = checked;
    const { checkpointGigabytes = config.checkpointGigabytes } = checked;
    return {
      ...{ agent, model, verify, commitTrailer, checkpoints, checkpointGigabytes },
      ...{ acpAgents: { ...config.acpAgents, ...acpAgents } },
      permissions: permissions ?? config.permissions,
    };
  };
}

const ASK_ALL: PermissionSettings = { ask: [{}] };

type Unchecked = Readonly<Record<keyof AgentSettings, unknown>>;

/** Passes what is well-formed; says each mistake once. */
async function settingsCheck(logger: Logger): Promise<(settings: Unchecked) => AgentSettings> {
  const { userConfig } = await import('./userConfigSchema.ts');
  const said = new Set<string>();
  return settings => {
    const parsed = userConfig.safeParse(settings, { error: wrongValue });
    if (parsed.success) return parsed.data;
    for (const { path, message } of parsed.error.issues) {
      const mistake = `The setting codingAgent.${path.map(String).join('.')} cannot be used: ${message}.`;
      if (!said.has(mistake)) logger.warn(mistake);
      said.add(mistake);
    }
    const wrong = new Set(parsed.error.issues.map(({ path }) => path[0]));
    const rest = Object.entries(settings).filter(([name]) => !wrong.has(name));
    // Rules that cannot be read may have denied anything: then everything is asked for.
    const permissions = wrong.has('permissions') ? { permissions: ASK_ALL } : {};
    return { ...userConfig.parse(Object.fromEntries(rest)), ...permissions };
  };
}
