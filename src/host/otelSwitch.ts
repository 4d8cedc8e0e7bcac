import { isDeepStrictEqual } from 'node:util';
import { messageOf } from '../core/errors.ts';
import type { Event } from '../core/event.ts';
import type { Logger } from '../core/logger.ts';
import type { SessionChange } from '../core/sessionChange.ts';
import type { HostOptions, OtelSettings } from './host.ts';
import { readOtelSettings } from './otelSettings.ts';

export interface OtelSwitchParts {
  readonly onDidChange: Event<SessionChange>;
  readonly writer: string;
  readonly logger: Logger;
}

/** Exports spans while the user names a collector. Without one nothing is loaded and nothing connects. */
export class OtelSwitch {
  readonly #options: Pick<HostOptions, 'profile' | 'otelSettings'>;
  readonly #parts: OtelSwitchParts;
  #settings: OtelSettings | undefined;
  #stop: (() => Promise<void>) | undefined;
  #following = Promise.resolve();
  #closed = false;

  constructor(options: Pick<HostOptions, 'profile' | 'otelSettings'>, parts: OtelSwitchParts) {
    this.#options = options;
    this.#parts = parts;
  }

  /** Does what the settings say now; spans that wait go where they were to go. Never rejects. */
  follow(): Promise<void> {
    this.#following = this.#following.then(() => this.#follow());
    return this.#following;
  }

  /** Sends what is left. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#following;
    await this.#stop?.();
  }

  async #follow(): Promise<void> {
    const { onDidChange, writer, logger } = this.#parts;
    const settings = await readOtelSettings(this.#options, process.env, logger);
    if (this.#closed || isDeepStrictEqual(settings, this.#settings)) return;
    this.#settings = settings;
    const stop = this.#stop;
    this.#stop = undefined;
    await stop?.();
    if (settings === undefined) return;
    try {
      const { OtelExport } = await import('./otel/otelExport.ts');
      const exporter = new OtelExport(settings, writer, logger);
      const subscription = onDidChange(change => {
        exporter.take(change);
      });
      this.#stop = () => {
        subscription.dispose();
        return exporter.close();
      };
    } catch (error) {
      logger.warn(
        `The OpenTelemetry export could not be started: ${messageOf(error)} Tasks are not affected.`,
      );
    }
  }
}
