import type { RecipeContext, RecipeStep } from '../recipe.ts';

/** Writes a new file; `detail` is said of the step. */
export function writeStep(
  path: string,
  content: string,
  detail: string | undefined,
  context: RecipeContext,
): RecipeStep {
  return {
    title: `Write ${path}`,
    async run() {
      await context.createFile(path, content);
      return detail;
    },
  };
}
