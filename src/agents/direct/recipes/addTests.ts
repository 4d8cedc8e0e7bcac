import { type Recipe, type RecipeContext, type RecipeStep } from '../recipe.ts';
import { readModule, type ModuleSource } from './moduleSource.ts';
import { RecipeError } from './recipeError.ts';
import { runTestsStep } from './runTests.ts';
import { subjectsOf } from './sessionFiles.ts';
import { readQuietly, surveyWorkspace, type Survey } from './survey.ts';
import { valuesOf } from './tests/exportsTest.ts';
import { existingTest } from './tests/testFile.ts';
import { writeTest, type WrittenTest } from './tests/writeTest.ts';

/** More would be a wall of files that nobody asked for. */
const mostFiles = 20;

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
    const modules = await readModules(untested, context);
    const [first] = modules;
    if (first === undefined) throw nothingToTest(paths, untested, fromSession);
    const chosen = fromSession ? modules.slice(0, mostFiles) : [first];
    const written = await Promise.all(chosen.map(module => writeTest(module, survey, context)));
    const distinct = written.filter(
      (one, index) => written.findIndex(other => other.path === one.path) === index,
    );
    return [...distinct.map(one => writeStep(one, fromSession, context)), runStep(distinct, survey, context)];
  },
};

/** Files that export something that a test could look at. Names that would need escaping in code are left alone. */
async function readModules(
  paths: readonly string[],
  context: RecipeContext,
): Promise<readonly ModuleSource[]> {
  const safe = paths.filter(path => /^[^'"`\\#?%\p{Cc}]+$/u.test(path)).slice(0, 200);
  const modules = await Promise.all(
    safe.map(async path => {
      const text = await readQuietly(context, path);
      return text === undefined ? undefined : readModule(path, text);
    }),
  );
  return modules
    .filter(module => module !== undefined && valuesOf(module).length > 0)
    .filter(module => module !== undefined);
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

function writeStep(test: WrittenTest, fromSession: boolean, context: RecipeContext): RecipeStep {
  return {
    title: `Write ${test.path}`,
    async run() {
      await context.createFile(test.path, test.content);
      return fromSession
        ? test.detail
        : `${test.detail}; this session changed no source file, so ${test.subject} was chosen`;
    },
  };
}

function runStep(written: readonly WrittenTest[], survey: Survey, context: RecipeContext): RecipeStep {
  const { runner } = survey;
  if (runner?.installed !== true) {
    return { title: 'Run the tests', run: async () => Promise.resolve('not run: no runner') };
  }
  return runTestsStep(runner.command(written.map(test => test.path)), context);
}
