import type { App } from '../app.ts';

/** Stops the server of this window, if one runs; tasks run on. */
export function stopServer(app: App): Promise<void> {
  return app.server.stop();
}
