import { type Recipe, type RecipeContext, type RecipeStep } from '../recipe.ts';
import { readModule, type ModuleSource } from './moduleSource.ts';
import { readQuietly } from './readQuietly.ts';
import { RecipeError } from './recipeError.ts';
import { runTestsStep } from './runTests.ts';
import { subjectsOf } from './sessionFiles.ts';
import { surveyWorkspace, type Survey } from './survey.ts';
import { valuesOf } from './tests/exportsTest.ts';
import { existingTest } from './tests/testFile.ts';
import { writeTest, type WrittenTest } from './tests/writeTest.ts';
import { writeStep } from './writeStep.ts';

/** More would be a wall of files that nobody asked for. */
const mostFiles = 20;
/** Every look is on record. */
const mostReads = 40;

/** "Add tests": for what the session changed, run where the workspace has a runner. */
export const addTests: Recipe = {
  name: 'add-tests',
  example: 'Add tests',
  matches: instruction =>
    /^\s*(please\s+)?(add|write|create)\s+(the\s+|some\s+)?(unit\s+)?tests\s*[.!]*\s*$/i.test(instruction),
  async plan(_instruction, context) {
    const survey = await surveyWorkspace(context);
    const { paths, fromSession } = subjectsOf(context.earlier, survey, 'test');
    const untested = paths.filter(path => existingTest(path, survey) === undefined);
    const modules = await readModules(untested, fromSession ? mostFiles : 1, context);
    if (modules.length === 0) throw nothingToTest(paths, untested, fromSession);
    const written = await Promise.all(modules.map(module => writeTest(module, survey, context)));
    const distinct = written.filter(
      (one, index) => written.findIndex(other => other.path === one.path) === index,
    );
    return [
      ...distinct.map(one => writeStep(one.path, one.content, detailOf(one, fromSession), context)),
      runStep(distinct, survey, context),
    ];
  },
};

/** The first files that export something to look at. Names that would need escaping in code are left alone. */
async function readModules(
  paths: readonly string[],
  most: number,
  context: RecipeContext,
): Promise<readonly ModuleSource[]> {
  const safe = paths.filter(path => /^[^'"`\\#?%\p{Cc}]+$/u.test(path));
  const modules: ModuleSource[] = [];
  for (const path of safe.slice(0, mostReads)) {
    const text = await readQuietly(context, path);
    const module = text === undefined ? undefined : readModule(path, text);
    if (module !== undefined && valuesOf(module).length > 0) modules.push(module);
    if (modules.length === most) break;
  }
  return modules;
}

function nothingToTest(
  paths: readonly string[],
  untested: readonly string[],
  fromSession: boolean,
): RecipeError {
  const whose = fromSession ? 'this session changed' : 'of the workspace';
  const why =
    untested.length === 0
      ? `every source file ${whose} has a test already (${paths.slice(0, 3).join(', ')})`
      : `no source file ${whose} exports anything that a test could load (${untested.slice(0, 3).join(', ')})`;
  return new RecipeError('nothing_to_do', `There is nothing to test: ${why}. Nothing was changed.`);
}

function detailOf(test: WrittenTest, fromSession: boolean): string {
  return fromSession
    ? test.detail
    : `${test.detail}; this session changed no source file, so ${test.subject} was chosen`;
}

function runStep(written: readonly WrittenTest[], survey: Survey, context: RecipeContext): RecipeStep {
  const { runner } = survey;
  if (runner?.installed !== true) {
    return { title: 'Run the tests', run: async () => Promise.resolve('not run: no runner') };
  }
  return runTestsStep(runner.command(written.map(test => test.path)), context);
}
