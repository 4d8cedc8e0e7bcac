import type { Logger } from '../core/logger.ts';
import { inertText } from '../core/inertText.ts';
import type { Terminal } from './terminal.ts';

/** Diagnostics on standard error; only what a person should know of. */
export function createCliLogger(terminal: Pick<Terminal, 'writeError'>): Logger {
  const write = (message: string): void => {
    terminal.writeError(`coding-agent: ${inertText(message)}\n`);
  };
  return { debug: () => undefined, info: () => undefined, warn: write, error: write };
}
