import { type Recipe } from './recipe.ts';
import { addTests } from './recipes/addTests.ts';
import { createComponent } from './recipes/createComponent.ts';

/** The work that needs no model. At most one recipe matches an instruction. */
export const recipes: readonly Recipe[] = [createComponent, addTests];
