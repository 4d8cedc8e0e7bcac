import { type RecipeContext, type RecipeStep } from '../../recipe.ts';
import { npmTestStep } from '../runTests.ts';
import { changedFiles } from '../sessionFiles.ts';
import { joinPath } from '../sourceFiles.ts';
import { type Survey } from '../survey.ts';
import { importantFeature } from '../todoApp/importantFeature.ts';
import { searchFeature } from '../todoApp/searchFeature.ts';
import { applyEdits, type TodoFeature } from '../todoApp/todoFeature.ts';
import { editWhole } from '../wholeFileEdit.ts';
import { writeStep } from '../writeStep.ts';

const features: readonly TodoFeature[] = [searchFeature, importantFeature];

/** The folder of a todo app that "Build a todo app" made: the one of this session first. `undefined` when there is none. */
export function todoAppFolder(survey: Survey, context: RecipeContext): string | undefined {
  const marker = /^(?:([\w-]+)\/)?src\/todoList\.js$/;
  const present = new Set(survey.files);
  const complete = (folder: string) =>
    ['src/app.js', 'index.html', 'package.json'].every(path => present.has(joinPath(folder, path)));
  return [...changedFiles(context.earlier, survey), ...survey.files]
    .map(path => marker.exec(path))
    .filter(match => match !== null)
    .map(match => match[1] ?? '')
    .find(complete);
}

/** Steps that teach the app what it does not know yet; `undefined` when it knows everything. */
export function planTodoFeature(
  folder: string,
  survey: Survey,
  context: RecipeContext,
): readonly RecipeStep[] | undefined {
  const feature = features.find(one => !survey.files.includes(joinPath(folder, 'src', `${one.name}.js`)));
  if (feature === undefined) return undefined;
  const modulePath = joinPath(folder, 'src', `${feature.name}.js`);
  const testPath = joinPath(folder, 'test', `${feature.name}.test.js`);
  const tests = survey.files.includes(testPath)
    ? []
    : [writeStep(testPath, feature.test, undefined, context)];
  return [
    writeStep(modulePath, feature.module, `the todo app gets ${feature.summary}`, context),
    ...tests,
    ...Object.keys(feature.edits).map(path => wireStep(folder, path, feature, context)),
    npmTestStep(folder, context, `the todo app has ${feature.summary}`),
  ];
}

/** A file that was changed by hand is left alone: nothing is wired into code that is not known. */
function wireStep(folder: string, file: string, feature: TodoFeature, context: RecipeContext): RecipeStep {
  const path = joinPath(folder, file);
  return {
    title: `Connect it in ${path}`,
    async run() {
      const before = await context.readFile(path);
      const after = before === undefined ? undefined : applyEdits(before, feature.edits[file] ?? []);
      if (before === undefined || after === undefined)
        return 'not connected: the file was changed since it was written';
      await editWhole(context, path, before, after);
      return 'connected';
    },
  };
}
