import { sha256 } from './content.ts';

const MASK = /\[secret: [0-9]+ characters, SHA-256 [0-9a-f]{8}\]/;

/** What stands in the place of a secret: enough to recognise it again, not enough to find it. */
export function maskOf(secret: string): string {
  return `[secret: ${secret.length} characters, SHA-256 ${sha256(secret).slice(0, 8)}]`;
}

/** Whether something was hidden in this text. */
export function holdsMask(text: string): boolean {
  return MASK.test(text);
}

/** A part of a text that is a secret. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** `text` with the spans masked. */
export function maskSpans(text: string, spans: readonly Span[]): string {
  if (spans.length === 0) return text;
  let shown = '';
  let position = 0;
  for (const { start, end } of spans) {
    shown += text.slice(position, start) + maskOf(text.slice(start, end));
    position = end;
  }
  return shown + text.slice(position);
}
