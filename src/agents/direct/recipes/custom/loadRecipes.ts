import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../../../core/errors.ts';
import { type Recipe } from '../../recipe.ts';
import { parseRecipe } from './parseRecipe.ts';

export interface LoadedRecipes {
  /** By file name. */
  readonly recipes: readonly Recipe[];
  /** Files that are no recipes, each with what is wrong: the others work all the same. */
  readonly problems: readonly { readonly file: string; readonly problem: string }[];
}

const mostFiles = 200;
const mostBytes = 256 * 1024;

/**
 * The user's own recipes: every `*.json` of a folder, which has to be in the user's profile. A workspace is no place for them:
 * whoever wrote it would decide what an instruction does. A folder that is not there holds none. Never rejects.
 */
export async function loadRecipes(folder: string): Promise<LoadedRecipes> {
  const recipes: Recipe[] = [];
  const problems: { file: string; problem: string }[] = [];
  const names = await listRecipes(folder).catch((error: unknown) => {
    problems.push({ file: folder, problem: messageOf(error) });
    return [];
  });
  for (const [index, file] of names.entries()) {
    try {
      if (index >= mostFiles) throw new Error(`Only the first ${mostFiles} recipes are read.`);
      const recipe = parseRecipe(await readJson(join(folder, file)));
      if (recipes.some(other => other.name === recipe.name))
        throw new Error(`Another file has a recipe called ${recipe.name} already.`);
      recipes.push(recipe);
    } catch (error) {
      problems.push({ file, problem: messageOf(error) });
    }
  }
  return { recipes, problems };
}

async function listRecipes(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter(name => name.endsWith('.json') && !name.startsWith('.')).sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

async function readJson(path: string): Promise<unknown> {
  const { size } = await stat(path);
  if (size > mostBytes) throw new Error(`The file has ${size} bytes; a recipe has ${mostBytes} at most.`);
  const text = (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`This is no JSON: ${messageOf(error)}`, { cause: error });
  }
}
