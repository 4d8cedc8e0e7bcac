import { inertOutput } from '../inertText.ts';
import { foldText } from './foldText.ts';
import type { Excerpt } from './searchPage.ts';

const BEFORE = 50;
const LONGEST = 160;

/** The line of `text` around place `at`, with every occurrence of the terms marked. */
export function excerptOf(text: string, at: number, terms: readonly string[]): Excerpt {
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  const lineBreak = text.indexOf('\n', at);
  const lineEnd = lineBreak === -1 ? text.length : lineBreak;
  const start = wholeCharacter(text, Math.max(lineStart, at - BEFORE));
  const end = wholeCharacter(text, Math.min(lineEnd, start + LONGEST));
  const line = text.slice(start, end);
  const parts: { text: string; isMatch: boolean }[] = [];
  let last = 0;
  for (const [from, to] of occurrences(foldText(line), terms)) {
    parts.push(
      { text: line.slice(last, from), isMatch: false },
      { text: line.slice(from, to), isMatch: true },
    );
    last = to;
  }
  parts.push({ text: line.slice(last), isMatch: false });
  const cut = { before: start > lineStart ? '…' : '', after: end < lineEnd ? '…' : '' };
  return join(parts, cut);
}

function join(
  parts: readonly { readonly text: string; readonly isMatch: boolean }[],
  { before, after }: { readonly before: string; readonly after: string },
): Excerpt {
  const ranges: [number, number][] = [];
  let text = before;
  for (const part of parts) {
    const shown = inertOutput(part.text).replace(/\s+/g, ' ');
    const from = text.length;
    text += text === '' ? shown.trimStart() : shown;
    if (part.isMatch && text.length > from) ranges.push([from, text.length]);
  }
  return { text: `${text.trimEnd()}${after}`, ranges };
}

/** Where the terms are, in order, those that overlap as one. */
function occurrences(folded: string, terms: readonly string[]): [number, number][] {
  const found: [number, number][] = [];
  for (const term of terms) {
    for (let at = folded.indexOf(term); at >= 0; at = folded.indexOf(term, at + 1))
      found.push([at, at + term.length]);
  }
  found.sort(([a], [b]) => a - b);
  const merged: [number, number][] = [];
  for (const [from, to] of found) {
    const previous = merged.at(-1);
    if (previous !== undefined && from <= previous[1]) previous[1] = Math.max(previous[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

/** Not between the halves of a character. */
function wholeCharacter(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff && at > 0 ? at - 1 : at;
}
