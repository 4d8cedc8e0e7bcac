import { diffArrays } from 'diff';

// Beyond this many differing lines the exact answer is not worth its price: all of them count as new.
const MAX_EDITS = 2000;

/** For each line of `after` the place of the same line in `before`, -1 for one that is new. */
export function matchLines(before: readonly string[], after: readonly string[]): readonly number[] {
  const places = new Array<number>(after.length).fill(-1);
  let start = 0;
  const shorter = Math.min(before.length, after.length);
  for (; start < shorter && before[start] === after[start]; start++) places[start] = start;
  let end = 0;
  for (; end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]; end++)
    places[after.length - 1 - end] = before.length - 1 - end;
  const changes = diffArrays(
    before.slice(start, before.length - end),
    after.slice(start, after.length - end),
    {
      maxEditLength: MAX_EDITS,
    },
  );
  let old = start;
  let fresh = start;
  for (const { added, removed, count } of changes ?? []) {
    if (!added && !removed) for (let each = 0; each < count; each++) places[fresh + each] = old + each;
    if (!added) old += count;
    if (!removed) fresh += count;
  }
  return places;
}
