import { type RecipeContext, type RecipeStep } from '../recipe.ts';
import { RecipeError } from './recipeError.ts';

/** What a POSIX shell and `cmd.exe` say when there is no such command. */
const notFound: readonly number[] = [127, 9009];

/** A step that runs tests: it fails when they do. */
export function runTestsStep(command: string, context: RecipeContext, passed = 'passed'): RecipeStep {
  return {
    title: `Run ${command}`,
    async run() {
      const { exitCode } = await context.runCommand(command);
      if (exitCode === 0) return passed;
      if (exitCode !== null && notFound.includes(exitCode)) return 'not run: no runner';
      const ending = exitCode === null ? 'was stopped' : `ended with exit code ${exitCode}`;
      throw new RecipeError(
        'exit_code',
        `The tests failed: "${command}" ${ending}. What was written was kept; the output says what failed.`,
      );
    },
  };
}

/** Runs `npm test` in a folder whose name needs no quotes. */
export function npmTestStep(folder: string, context: RecipeContext, passed: string): RecipeStep {
  return runTestsStep(folder === '' ? 'npm test' : `cd ${folder} && npm test`, context, `passed; ${passed}`);
}
