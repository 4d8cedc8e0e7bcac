import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Recipe } from '../agents/direct/recipe.ts';
import { recipes } from '../agents/direct/recipes.ts';
import type { Logger } from '../core/logger.ts';
import type { UserProfile } from './host.ts';

/** The built-in recipes and the user's own (`recipes/*.json` in the profile). A broken one is named in the log and left out. */
export async function userRecipes(profile: UserProfile, logger: Logger): Promise<readonly Recipe[]> {
  const folder = join(profile.config, 'recipes');
  try {
    await access(folder);
  } catch {
    return recipes;
  }
  const { loadRecipes } = await import('../agents/direct/recipes/custom/loadRecipes.ts');
  const loaded = await loadRecipes(folder);
  for (const { file, problem } of loaded.problems) logger.warn(`The recipe ${file} is left out: ${problem}`);
  return [...recipes, ...loaded.recipes];
}
