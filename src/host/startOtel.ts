import type { Disposable } from '../core/disposable.ts';
import type { Event } from '../core/event.ts';
import { messageOf } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { SessionChange } from '../core/sessionChange.ts';
import type { HostOptions } from './host.ts';
import { readOtelSettings } from './otelSettings.ts';

/** Exports spans while the user named a collector. Without one nothing is loaded and nothing connects. */
export async function startOtel(
  options: Pick<HostOptions, 'profile' | 'otelSettings'>,
  parts: { readonly onDidChange: Event<SessionChange>; readonly writer: string; readonly logger: Logger },
): Promise<{ close(): Promise<void> } | undefined> {
  const { onDidChange, writer, logger } = parts;
  const settings = await readOtelSettings(options, process.env, logger);
  if (settings === undefined) return undefined;
  try {
    const { OtelExport } = await import('./otel/otelExport.ts');
    const exporter = new OtelExport(settings, writer, logger);
    const subscription: Disposable = onDidChange(change => {
      exporter.take(change);
    });
    return {
      close: () => {
        subscription.dispose();
        return exporter.close();
      },
    };
  } catch (error) {
    logger.warn(`The OpenTelemetry export could not be started: ${messageOf(error)} Tasks are not affected.`);
    return undefined;
  }
}
