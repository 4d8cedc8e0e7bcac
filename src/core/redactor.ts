import type { Logger } from './logger.ts';

/** Hides secrets in text before it is written, shown or passed on. Never throws. */
export interface Redactor {
  /** A whole text with every secret replaced by its length and the beginning of its hash. */
  redact(text: string): string;
  /** The same for one text that comes in pieces. */
  stream(): RedactedStream;
  /** Whether something was hidden in this text: then it cannot be acted on, only shown. */
  isRedacted(text: string): boolean;
}

/** One text on its way. What may be the beginning of a secret is held back until that is clear. */
export interface RedactedStream {
  /** What is safe to pass on by now. */
  push(chunk: string): string;
  /** The rest. */
  end(): string;
}

/** Every text in a JSON value redacted; the value itself when there is nothing to hide. */
export function redactValue<T>(value: T, redactor: Redactor): T {
  return redactAny(value, redactor) as T;
}

function redactAny(value: unknown, redactor: Redactor): unknown {
  if (typeof value === 'string') return redactor.redact(value);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (Array.isArray(value)) {
    const items = value.map(item => redactAny(item, redactor));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  const entries = Object.entries(value);
  const redacted = entries.map(([key, item]) => [redactor.redact(key), redactAny(item, redactor)] as const);
  const isChanged = redacted.some(
    ([key, item], index) => key !== entries[index]?.[0] || item !== entries[index][1],
  );
  return isChanged ? Object.fromEntries(redacted) : value;
}

/** A logger that writes no secret. */
export function redactedLogger(logger: Logger, redactor: Redactor): Logger {
  return {
    debug: message => logger.debug(redactor.redact(message)),
    info: message => logger.info(redactor.redact(message)),
    warn: message => logger.warn(redactor.redact(message)),
    error: (message, cause) => {
      const text = cause instanceof Error ? (cause.stack ?? cause.message) : cause;
      logger.error(redactor.redact(message), redactValue(text, redactor));
    },
  };
}
