import { type RecipeContext } from '../recipe.ts';

/** Changes a file from one text, which it must still have, to another: only the lines that differ, and as many as make them unique. */
export async function editWhole(
  context: RecipeContext,
  path: string,
  before: string,
  after: string,
): Promise<void> {
  const { oldText, newText } = changedPart(before, after);
  await context.editFile(path, oldText, newText);
}

/** The smallest block of whole lines around all differences that occurs once. */
export function changedPart(
  before: string,
  after: string,
): { readonly oldText: string; readonly newText: string } {
  const old = before.split(/(?<=\n)/);
  const changed = after.split(/(?<=\n)/);
  let start = 0;
  while (start < old.length && start < changed.length && old[start] === changed[start]) start++;
  let end = 0;
  while (
    end < old.length - start &&
    end < changed.length - start &&
    old.at(-1 - end) === changed.at(-1 - end)
  )
    end++;
  for (;;) {
    const oldText = old.slice(start, old.length - end).join('');
    if (oldText !== '' && before.indexOf(oldText) === before.lastIndexOf(oldText)) {
      return { oldText, newText: changed.slice(start, changed.length - end).join('') };
    }
    if (start === 0 && end === 0) return { oldText: before, newText: after };
    if (start > 0) start--;
    if (end > 0) end--;
  }
}
