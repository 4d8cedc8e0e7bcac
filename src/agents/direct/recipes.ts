import { type Recipe } from './recipe.ts';
import { addFeature } from './recipes/addFeature.ts';
import { addTests } from './recipes/addTests.ts';
import { buildTodoApp } from './recipes/buildTodoApp.ts';
import { createComponent } from './recipes/createComponent.ts';
import { updateDocumentation } from './recipes/updateDocumentation.ts';

/** The work that needs no model. At most one recipe matches an instruction. */
export const recipes: readonly Recipe[] = [
  createComponent,
  addTests,
  updateDocumentation,
  buildTodoApp,
  addFeature,
];
