import { type Recipe, type RecipeStep } from '../recipe.ts';
import { RecipeError } from './recipeError.ts';
import { npmTestStep } from './runTests.ts';
import { freeName, joinPath } from './sourceFiles.ts';
import { todoApp } from './todoApp/todoApp.ts';

/** "Build a todo app": in the workspace itself when it is empty, else in a folder of its own. */
export const buildTodoApp: Recipe = {
  name: 'build-todo-app',
  example: 'Build a todo app',
  matches: instruction =>
    /^\s*(please\s+)?(build|create|make|write)\s+(me\s+)?(a|the)\s+(new\s+|simple\s+|small\s+)?to-?do\s?(list\s+)?app(lication)?\s*[.!]*\s*$/i.test(
      instruction,
    ),
  async plan(_instruction, context) {
    const files = (await context.listFiles()).filter(file => !file.startsWith('.coding-agent/'));
    const folder = isEmpty(files) ? '' : `todo-app${freeFolder(files)}`;
    const present = new Set(files.map(file => file.toLowerCase()));
    const entries = Object.entries(todoApp)
      .map(([path, content]) => ({ path: joinPath(folder, path), content }))
      .filter(({ path }) => !present.has(path.toLowerCase()));
    const writes = entries.map(({ path, content }): RecipeStep => ({
      title: `Write ${path}`,
      async run() {
        await context.createFile(path, content);
        return undefined;
      },
    }));
    return [
      ...writes,
      npmTestStep(folder, context, `start it with: ${folder === '' ? '' : `cd ${folder} && `}npm start`),
    ];
  },
};

/** Whether nothing but a README, a license and hidden files is there: then the workspace is for the app. */
function isEmpty(files: readonly string[]): boolean {
  return files.every(file => file.startsWith('.') || /^(readme|license|licence)(\.(md|txt))?$/i.test(file));
}

function freeFolder(files: readonly string[]): string {
  const folders = [...new Set(files.map(file => file.split('/')[0] ?? ''))];
  const suffix = freeName(folders, number => [`todo-app${number === '' ? '' : `-${number}`}`]);
  if (Number(suffix) > 99)
    throw new RecipeError('file_exists', 'There are too many todo apps here. Nothing was changed.');
  return suffix === '' ? '' : `-${suffix}`;
}
