import { type Recipe, type RecipeContext, type RecipeStep } from '../recipe.ts';
import { describeModule, type ModuleEntry } from './documentation/moduleEntry.ts';
import { updateReadme } from './documentation/readme.ts';
import { readModule } from './moduleSource.ts';
import { readQuietly } from './readQuietly.ts';
import { RecipeError } from './recipeError.ts';
import { subjectsOf } from './sessionFiles.ts';
import { surveyWorkspace, type Survey } from './survey.ts';
import { existingTest } from './tests/testFile.ts';
import { editWhole } from './wholeFileEdit.ts';
import { writeStep } from './writeStep.ts';

/** A README that lists more than this is an index that nobody reads. */
const mostEntries = 30;

/** "Update documentation": the README says what the session added or changed. */
export const updateDocumentation: Recipe = {
  name: 'update-documentation',
  example: 'Update documentation',
  matches: instruction =>
    /^\s*(please\s+)?update\s+(the\s+)?(documentation|docs|readme(\.md)?)\s*[.!]*\s*$/i.test(instruction),
  async plan(_instruction, context) {
    const survey = await surveyWorkspace(context);
    const readme = findReadme(survey);
    const { paths, fromSession } = subjectsOf(context.earlier, survey, 'document');
    if (!fromSession && readme !== undefined) {
      throw new RecipeError(
        'nothing_to_do',
        `There is nothing to document: this session changed no source file, and ${readme} is there already. Nothing was changed.`,
      );
    }
    const entries = await describeAll(paths.slice(0, mostEntries), survey, context);
    if (entries.length === 0) {
      throw new RecipeError(
        'nothing_to_do',
        `There is nothing to document: ${paths[0] ?? 'no file'} could not be read. Nothing was changed.`,
      );
    }
    const detail = `${fromSession ? '' : 'this session changed no source file, so the workspace was described; '}${entries.map(entry => entry.path).join(', ')}`;
    const text = readme === undefined ? undefined : await context.readFile(readme);
    if (readme === undefined || text === undefined)
      return [writeStep('README.md', updateReadme(titleOf(survey), entries), detail, context)];
    // An empty file has no text to replace: the documentation then goes where a README belongs second.
    if (text === '')
      return [writeStep('docs/README.md', updateReadme(titleOf(survey), entries), detail, context)];
    return [updateStep(readme, entries, detail, context)];
  },
};

function findReadme(survey: Survey): string | undefined {
  const at = (pattern: RegExp) => survey.files.find(file => pattern.test(file));
  return at(/^readme\.(md|markdown)$/i) ?? at(/^docs\/(readme|index)\.md$/i);
}

async function describeAll(
  paths: readonly string[],
  survey: Survey,
  context: RecipeContext,
): Promise<readonly ModuleEntry[]> {
  const entries = await Promise.all(
    paths.map(async path => {
      const text = await readQuietly(context, path);
      return text === undefined
        ? undefined
        : describeModule(readModule(path, text), existingTest(path, survey));
    }),
  );
  return entries.filter(entry => entry !== undefined);
}

function titleOf({ manifest }: Survey): string {
  const name = manifest?.name?.replace(/[^\w@/. -]/g, '') ?? '';
  const description = manifest?.description?.replace(/[<>\r\n]/g, ' ').trim() ?? '';
  return `# ${name === '' ? 'About this project' : name}\n${description === '' ? '' : `\n${description}\n`}`;
}

function updateStep(
  path: string,
  entries: readonly ModuleEntry[],
  detail: string,
  context: RecipeContext,
): RecipeStep {
  return {
    title: `Update ${path}`,
    async run() {
      const before = (await context.readFile(path)) ?? '';
      const after = updateReadme(before, entries);
      if (withoutEnd(after) === withoutEnd(before)) return `${path} is up to date already`;
      await editWhole(context, path, before, after);
      return detail;
    },
  };
}

function withoutEnd(text: string): string {
  return text.replace(/\s+$/, '');
}
