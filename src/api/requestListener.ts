import { getRequestListener } from '@hono/node-server';
import { messageOf, invalidInput } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { Host } from '../host/host.ts';
import { sendError } from './answer.ts';
import { type Bindings, createApp } from './app.ts';
import type { EventStreams } from './eventStreams.ts';
import { Idempotency } from './idempotency.ts';
import { allRoutes } from './routes/allRoutes.ts';
import { createTexts } from './texts.ts';

export interface RequestListenerOptions {
  readonly host: Host;
  readonly streams: EventStreams;
  /** Where the idempotency keys of this root are kept. */
  readonly keyFolder: string;
  readonly logger: Logger;
}

/** Answers requests that the gate admitted. A server that nobody asks anything never loads this. */
export function createRequestListener(options: RequestListenerOptions): (bindings: Bindings) => void {
  const { host, streams, keyFolder, logger } = options;
  const idempotency = new Idempotency({ folder: keyFolder, now: () => new Date(), logger });
  const app = createApp(allRoutes, { host, idempotency, streams, texts: createTexts(allRoutes) }, logger);
  return bindings => {
    const { incoming, outgoing } = bindings;
    const listener = getRequestListener(request => app.fetch(request, bindings), {
      overrideGlobalObjects: false,
      // A target that is no URL after all.
      errorHandler: error => {
        sendError(incoming, outgoing, invalidInput('target', messageOf(error)));
      },
    });
    void listener(incoming, outgoing);
  };
}
