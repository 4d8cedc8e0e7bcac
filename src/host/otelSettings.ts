import type { Logger } from '../core/logger.ts';
import type { HostOptions, OtelSettings } from './host.ts';
import { readUserConfig } from './userConfig.ts';

/**
 * What the user's own settings say: the editor's, else config.json. `undefined`, which is the default, means that nothing is
 * exported. No workspace is asked, and the environment counts only where the user said so.
 */
export async function readOtelSettings(
  { profile, otelSettings }: Pick<HostOptions, 'profile' | 'otelSettings'>,
  environment: NodeJS.ProcessEnv,
  logger: Logger,
): Promise<OtelSettings | undefined> {
  const given = otelSettings?.();
  // A mistake in the file is told by whoever runs tasks; here it means that nothing is exported.
  const config = await readUserConfig(profile).catch(() => ({}));
  const { endpoint, content = false } = given ?? ('otel' in config ? (config.otel ?? {}) : {});
  if (endpoint === undefined) return undefined;
  if (endpoint !== 'env' && !isWebAddress(endpoint)) {
    const what = JSON.stringify(endpoint);
    logger.warn(
      `The setting codingAgent.otel.endpoint cannot be used: ${what} is not a web address. Nothing is exported.`,
    );
    return undefined;
  }
  if (endpoint !== 'env') return { endpoint, content };
  const named =
    environment['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] ?? environment['OTEL_EXPORTER_OTLP_ENDPOINT'];
  return named === undefined ? undefined : { endpoint, content };
}

function isWebAddress(endpoint: string): boolean {
  return /^https?:$/.test(URL.parse(endpoint)?.protocol ?? '');
}
