/** Where diagnostics go. Implementations never throw and never write to standard output. */
export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  /** `cause` is what was thrown, when something was. */
  error(message: string, cause?: unknown): void;
}

const discard = (): void => undefined;

/** Discards everything. */
export const nullLogger: Logger = { debug: discard, info: discard, warn: discard, error: discard };
