import { isSessionError } from '../../../core/errors.ts';
import { type RecipeContext } from '../recipe.ts';

/** The text of a file that is only looked at: one that is too large or binary is as good as none. */
export async function readQuietly(context: RecipeContext, path: string): Promise<string | undefined> {
  try {
    return await context.readFile(path);
  } catch (error) {
    if (isSessionError(error) || isEnd(error)) throw error;
    return undefined;
  }
}

/** The first file that is really there, letter case ignored: git also lists files that were deleted. */
export async function findPresent(
  context: RecipeContext,
  files: readonly string[],
  path: string,
): Promise<string | undefined> {
  for (const file of files.filter(other => other.toLowerCase() === path.toLowerCase())) {
    const isPresent = await context.readFile(file).then(
      text => text !== undefined,
      () => true,
    );
    if (isPresent) return file;
  }
  return undefined;
}

/** Whether nothing may be read any more, rather than this file. */
function isEnd(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'cancelled' || error.code === 'denied');
}
