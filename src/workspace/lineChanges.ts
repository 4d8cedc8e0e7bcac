import { createTwoFilesPatch, diffArrays } from 'diff';

export interface LineCounts {
  readonly added: number;
  readonly removed: number;
}

// Beyond this many differing lines the exact minimum is not worth its quadratic price: all of them count as replaced.
const MAX_EXACT_LINES = 4000;
const MAX_EDITS = 2000;

/** How many lines were added and removed between two lists of lines (or of what stands for lines). */
export function countLines<T>(before: readonly T[], after: readonly T[]): LineCounts {
  let start = 0;
  const shorter = Math.min(before.length, after.length);
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  const old = before.slice(start, before.length - end);
  const fresh = after.slice(start, after.length - end);
  if (old.length === 0 || fresh.length === 0 || old.length + fresh.length > MAX_EXACT_LINES) {
    return { added: fresh.length, removed: old.length };
  }
  const changes = diffArrays(old, fresh, { maxEditLength: MAX_EDITS });
  // No answer within the limit: the lists have next to nothing in common.
  const sum = (kind: 'added' | 'removed', otherwise: number): number =>
    changes?.reduce((total, change) => total + (change[kind] ? change.count : 0), 0) ?? otherwise;
  return { added: sum('added', fresh.length), removed: sum('removed', old.length) };
}

/** The lines of a text: an end of line ends one and begins none. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** A unified diff from `before` (`undefined`: no file) to `after`, as people are shown it before they decide. */
export function unifiedDiff(path: string, before: string | undefined, after: string | undefined): string {
  const patch = createTwoFilesPatch(
    before === undefined ? '/dev/null' : `a/${path}`,
    after === undefined ? '/dev/null' : `b/${path}`,
    before ?? '',
    after ?? '',
    undefined,
    undefined,
    { context: 3, maxEditLength: MAX_EDITS },
  );
  return patch ?? `--- a/${path}\n+++ b/${path}\n(replaced as a whole)\n${after ?? ''}`;
}

/** Such as `+24 -0`. */
export function shownCounts({ added, removed }: LineCounts): string {
  return `+${added} -${removed}`;
}
