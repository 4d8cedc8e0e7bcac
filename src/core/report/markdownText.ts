import { inertLine, inertText } from '../inertText.ts';

/** Foreign text in running markdown text, on one line: nothing in it is markup. */
export function escaped(text: string): string {
  return inertLine(text)
    .replace(/[\\`*_{}[\]<>#|!~]|&(?=#?\w+;)/g, '\\$&')
    .replace(/:\/\//g, ':\u200a//');
}

/** Foreign text as inline code. */
export function codeSpan(text: string): string {
  const line = inertLine(text);
  const fence = '`'.repeat(longestRun(line) + 1);
  const pad = line.startsWith('`') || line.endsWith('`') || line === '' ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** Foreign text as a block, exactly as it is; `language` colours it. */
export function codeBlock(text: string, language: 'text' | 'diff' = 'text'): string {
  const clean = inertText(text);
  const fence = '`'.repeat(Math.max(3, longestRun(clean) + 1));
  return `${fence}${language}\n${clean}${clean.endsWith('\n') ? '' : '\n'}${fence}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
