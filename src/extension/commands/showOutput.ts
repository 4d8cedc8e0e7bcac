import type { App } from '../app.ts';

/** Shows the output channel. */
export function showOutput(app: App): Promise<void> {
  app.output.show();
  return Promise.resolve();
}
