import type { RedactedStream } from '../core/redactor.ts';
import { maskSpans, type Span } from './secretMask.ts';

/** How far before an unfinished word a name such as `Authorization: Bearer` may stand. */
const CONTEXT_CHARACTERS = 128;
const MAX_PRIVATE_KEY_CHARACTERS = 24_000;
/** Whatever `BEFORE_VALUE` finds holds one of these: looking for them alone takes a fortieth. */
const NAME_BEFORE_VALUE = /authorization|bearer|secret|token|passw|key/i;
const BEFORE_VALUE =
  /(?:authorization|bearer|[A-Za-z0-9_-]*(?:secret|token|passw(?:or)?d|_key|-key|apikey|accesskey|privatekey)(?:_[A-Z0-9]{1,20})?)["']?\s{0,4}(?:[:=]\s{0,4}["'`]?)?(?:(?:bearer|basic|token)\s{0,4})?$/i;
const OPEN_PRIVATE_KEY =
  /^-----BEGIN (?:[A-Z0-9 ]{0,50}|[A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-{0,5}|[A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----[A-Za-z0-9+/=\s\\:,.()-]*)$/;
const CLOSED_PRIVATE_KEY = /-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----/;

/** Knows secrets: what a stream needs of the redactor that it belongs to. */
export interface SecretFinder {
  /** The secrets in a text, in their order, apart from each other. */
  find(text: string): readonly Span[];
  redact(text: string): string;
  beginningAtEnd(text: string): number | undefined;
  readonly longest: number;
}

/**
 * Hides secrets in a text that comes in pieces. Held back is the last word, with the name in front of it that makes it a
 * secret, and a private key until its end: everything else goes on at once.
 */
export class SecretStream implements RedactedStream {
  readonly #redactor: SecretFinder;
  #held = '';

  constructor(redactor: SecretFinder) {
    this.#redactor = redactor;
  }

  push(chunk: string): string {
    this.#held += chunk;
    const wanted = this.#safeEnd(this.#held);
    if (wanted === 0) return '';
    const spans = this.#redactor.find(this.#held);
    // A secret that has begun before the cut goes on in one piece.
    const cut = spans.find(({ start, end }) => start < wanted && end > wanted)?.start ?? wanted;
    const text = this.#held.slice(0, cut);
    this.#held = this.#held.slice(cut);
    return maskSpans(
      text,
      spans.filter(({ end }) => end <= cut),
    );
  }

  end(): string {
    const rest = this.#held;
    this.#held = '';
    return this.#redactor.redact(rest);
  }

  /** How much of the text can hold no secret that goes on. */
  #safeEnd(text: string): number {
    const word = lastWordStart(text);
    const key = openPrivateKeyStart(text);
    const own = this.#redactor.beginningAtEnd(text);
    const ends = [word - contextLength(text, word), key, own].filter(end => end !== undefined);
    const end = Math.min(...ends);
    const limit = key === undefined || key > end ? this.#redactor.longest : MAX_PRIVATE_KEY_CHARACTERS;
    // What is longer than any secret, such as minified code, does not pile up. Cut in large steps: each cut searches it all.
    return text.length - end > 2 * limit ? text.length - limit : end;
  }
}

function lastWordStart(text: string): number {
  let start = text.length;
  while (start > 0 && !isSpace(text.charCodeAt(start - 1))) start--;
  return start;
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

function contextLength(text: string, word: number): number {
  const before = text.slice(Math.max(0, word - CONTEXT_CHARACTERS), word);
  if (!NAME_BEFORE_VALUE.test(before)) return 0;
  return BEFORE_VALUE.exec(before)?.[0].length ?? 0;
}

function openPrivateKeyStart(text: string): number | undefined {
  // Searching forwards, and for a rare letter first, is many times as quick; mostly there is none.
  if (!text.includes('BEGIN ')) return undefined;
  const start = text.lastIndexOf('-----BEGIN ');
  if (start < 0) return undefined;
  const key = text.slice(start);
  return OPEN_PRIVATE_KEY.test(key) && !CLOSED_PRIVATE_KEY.test(key) ? start : undefined;
}
