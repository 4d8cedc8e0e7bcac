import type { RedactedStream, Redactor } from '../core/redactor.ts';
import { MAX_SECRET_CHARACTERS, SECRET_PATTERNS } from './secretPatterns.ts';
import { holdsMask, maskSpans, type Span } from './secretMask.ts';
import { SecretStream } from './secretStream.ts';
import { TriggerScan } from './triggerScan.ts';

/** Shorter values would hide ordinary words. */
const MIN_SECRET_CHARACTERS = 8;

/**
 * The one funnel before journal, log, screen and models: hides the secrets that we hold by their value, also as JSON, in an
 * address and in base64, and those of others by their form (`SECRET_PATTERNS`).
 */
export class SecretRedactor implements Redactor {
  readonly #values = new Set<string>();

  constructor(secrets: readonly string[] = []) {
    for (const secret of secrets) this.add(secret);
  }

  /** From now on this value is hidden. Values of less than 8 characters are not: they would hide ordinary words. */
  add(secret: string): void {
    const value = secret.trim();
    if (value.length < MIN_SECRET_CHARACTERS) return;
    this.#values.add(value);
    this.#values.add(JSON.stringify(value).slice(1, -1));
    this.#values.add(encodeURIComponent(value.toWellFormed()));
    this.#values.add(Buffer.from(value).toString('base64').replace(/=+$/, ''));
  }

  redact(text: string): string {
    return maskSpans(text, this.find(text));
  }

  stream(): RedactedStream {
    return new SecretStream(this);
  }

  isRedacted(text: string): boolean {
    return holdsMask(text);
  }

  /** The secrets in a text, in their order, apart from each other. */
  find(text: string): readonly Span[] {
    if (text.length < MIN_SECRET_CHARACTERS) return [];
    const spans = [...this.#ownSpans(text), ...formSpans(text)];
    return spans.length < 2 ? spans : merged(spans);
  }

  /** Whether `text` ends with the beginning of a secret that holds white space, and where that begins. */
  beginningAtEnd(text: string): number | undefined {
    let first: number | undefined;
    for (const value of this.#values) {
      if (!/\s/.test(value)) continue;
      for (let length = Math.min(value.length - 1, text.length); length > 0; length--) {
        if (!text.endsWith(value.slice(0, length))) continue;
        first = Math.min(first ?? text.length, text.length - length);
        break;
      }
    }
    return first;
  }

  get longest(): number {
    return Math.max(MAX_SECRET_CHARACTERS, ...[...this.#values].map(value => value.length));
  }

  *#ownSpans(text: string): Generator<Span> {
    for (const value of this.#values) {
      for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + value.length)) {
        yield { start: at, end: at + value.length };
      }
    }
  }
}

const triggered = SECRET_PATTERNS.flatMap(form => form.triggers.map(trigger => ({ trigger, form })));
const scan = new TriggerScan(
  triggered.map(({ trigger, form }) => ({ text: trigger, ignoresCase: form.pattern.ignoreCase })),
);

function* formSpans(text: string): Generator<Span> {
  const forms = new Set([...scan.occurringIn(text)].map(index => triggered[index]?.form));
  for (const form of forms) {
    if (form === undefined || form.mayBeIn?.(text) === false) continue;
    yield* spansOf(form.pattern, text);
  }
}

function* spansOf(pattern: RegExp, text: string): Generator<Span> {
  for (const match of text.matchAll(pattern)) {
    const secret = match.groups?.['secret'];
    // A mask says what was there; it is no secret itself.
    if (holdsMask(match[0])) continue;
    if (secret === undefined) yield { start: match.index, end: match.index + match[0].length };
    else {
      const start = match.index + match[0].lastIndexOf(secret);
      yield { start, end: start + secret.length };
    }
  }
}

function merged(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = result.at(-1);
    if (last === undefined || span.start >= last.end) result.push(span);
    else if (span.end > last.end) result[result.length - 1] = { start: last.start, end: span.end };
  }
  return result;
}
