import { type ModuleEntry } from './moduleEntry.ts';

/** A README with these entries: those that it has are brought up to date, the others added. Twice is the same as once. */
export function updateReadme(text: string, entries: readonly ModuleEntry[]): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  let lines = closed(text.replace(/\s*$/, '').split(/\r?\n/));
  for (const entry of entries) lines = placeEntry(lines, entry);
  return lines.join(eol) + eol;
}

function placeEntry(lines: readonly string[], entry: ModuleEntry): readonly string[] {
  const block = [`### ${entry.heading}`, '', ...entry.body];
  const known = headings(lines).find(({ index, level, end }) => {
    return level === 3 && lines.slice(index, end).includes(`- File: \`${entry.path}\``);
  });
  if (known !== undefined) return spliced(lines, known.index, known.end, block);
  const title = entry.component ? 'Components' : 'Modules';
  const section = headings(lines).find(
    ({ level, text }) => level === 2 && text.toLowerCase() === title.toLowerCase(),
  );
  if (section !== undefined) return spliced(lines, section.end, section.end, block);
  return spliced(lines, lines.length, lines.length, [`## ${title}`, '', ...block]);
}

interface Heading {
  readonly index: number;
  readonly level: number;
  readonly text: string;
  /** The line after the last one that belongs to it. */
  readonly end: number;
}

function headings(lines: readonly string[]): readonly Heading[] {
  const found: { index: number; level: number; text: string }[] = [];
  let fence: string | undefined;
  for (const [index, line] of lines.entries()) {
    fence = fenceAfter(line, fence);
    const heading = fence === undefined ? /^(#{1,6})\s+(.*?)\s*#*$/.exec(line) : null;
    if (heading !== null) found.push({ index, level: heading[1]?.length ?? 1, text: heading[2] ?? '' });
  }
  return found.map((heading, position) => {
    const next = found.slice(position + 1).find(other => other.level <= heading.level);
    return { ...heading, end: next?.index ?? lines.length };
  });
}

/** What will end the block of code that is open after a line; `undefined` when none is. */
function fenceAfter(line: string, fence: string | undefined): string | undefined {
  const [, mark, info = ''] = /^ {0,3}(```+|~~~+)(.*)$/.exec(line) ?? [];
  if (mark === undefined) return fence;
  if (fence === undefined) return mark;
  return mark.startsWith(fence) && info.trim() === '' ? undefined : fence;
}

/** Ends a block of code that was left open: what follows would be part of it. */
function closed(lines: readonly string[]): readonly string[] {
  let fence: string | undefined;
  for (const line of lines) fence = fenceAfter(line, fence);
  return fence === undefined ? lines : [...lines, fence];
}

/** Replaces lines by a block with one empty line on each side of it. */
function spliced(
  lines: readonly string[],
  start: number,
  end: number,
  block: readonly string[],
): readonly string[] {
  const before = trimmedEnd(lines.slice(0, start));
  const after = lines.slice(end);
  const firstText = after.findIndex(line => line.trim() !== '');
  const rest = firstText < 0 ? [] : after.slice(firstText);
  return [
    ...before,
    ...(before.length > 0 ? [''] : []),
    ...trimmedEnd(block),
    ...(rest.length > 0 ? ['', ...rest] : []),
  ];
}

function trimmedEnd(lines: readonly string[]): readonly string[] {
  let end = lines.length;
  while (end > 0 && lines[end - 1]?.trim() === '') end--;
  return lines.slice(0, end);
}
