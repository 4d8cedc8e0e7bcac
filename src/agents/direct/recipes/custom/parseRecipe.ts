import type * as z from 'zod';
import { wrongValue } from '../../../../core/wrongValue.ts';
import { type Recipe, type RecipeContext, type RecipeStep } from '../../recipe.ts';
import { RecipeError } from '../recipeError.ts';
import { writeStep } from '../writeStep.ts';
import { parsePhrase } from './phrase.ts';
import { recipeFile, type RecipeFile } from './recipeFile.ts';
import { checkTemplate, fillTemplate } from './template.ts';

/** A recipe of the user's own. Throws `invalid_input`, with all that is wrong, for what is none. */
export function parseRecipe(value: unknown): Recipe {
  const parsed = recipeFile.safeParse(value, { error: wrongValue });
  if (!parsed.success)
    throw new RecipeError('invalid_input', parsed.error.issues.map(describeIssue).join(' '));
  const file = parsed.data;
  const texts = typeof file.match === 'string' ? [file.match] : file.match;
  const phrases = texts.map(parsePhrase);
  const names = phrases[0]?.names ?? new Set<string>();
  if (phrases.some(phrase => !sameNames(phrase.names, names))) {
    throw new RecipeError('invalid_input', 'match: all phrases need the same placeholders.');
  }
  checkTemplates(file, names);
  const wordsIn = (instruction: string) =>
    phrases.map(phrase => phrase.match(instruction)).find(words => words !== undefined);
  return {
    name: file.name,
    example: texts[0] ?? '',
    matches: instruction => wordsIn(instruction) !== undefined,
    async plan(instruction, context) {
      const words = wordsIn(instruction);
      if (words === undefined)
        throw new RecipeError('invalid_input', `This is not an instruction for the recipe ${file.name}.`);
      return planFile(file, words, context);
    },
  };
}

async function planFile(
  { files = [], commands = [] }: RecipeFile,
  words: ReadonlyMap<string, string>,
  context: RecipeContext,
): Promise<readonly RecipeStep[]> {
  const written = files.map(({ path, content }) => ({
    path: fillTemplate(path, words),
    content: withOneNewline(fillTemplate(typeof content === 'string' ? content : content.join('\n'), words)),
  }));
  for (const { path } of written) {
    if ((await context.readFile(path)) === undefined) continue;
    throw new RecipeError(
      'file_exists',
      `${path} exists already. Nothing was changed. Choose another name, or move that file first.`,
    );
  }
  return [
    ...written.map(({ path, content }) => writeStep(path, content, undefined, context)),
    ...commands.map(command => commandStep(fillTemplate(command, words), context)),
  ];
}

function commandStep(command: string, context: RecipeContext): RecipeStep {
  return {
    title: `Run ${command}`,
    async run() {
      const { exitCode } = await context.runCommand(command);
      if (exitCode === 0) return 'exit 0';
      const ending = exitCode === null ? 'was stopped' : `ended with exit code ${exitCode}`;
      throw new RecipeError('exit_code', `"${command}" ${ending}. What was written before was kept.`);
    },
  };
}

function checkTemplates({ files = [], commands = [] }: RecipeFile, names: ReadonlySet<string>): void {
  const paths = new Set<string>();
  for (const [index, { path, content }] of files.entries()) {
    checkTemplate(path, names, `files[${index}].path`, true);
    for (const text of typeof content === 'string' ? [content] : content) {
      checkTemplate(text, names, `files[${index}].content`, false);
    }
    if (paths.has(path))
      throw new RecipeError('invalid_input', `files[${index}].path: ${path} is written twice.`);
    paths.add(path);
  }
  for (const [index, command] of commands.entries())
    checkTemplate(command, names, `commands[${index}]`, false);
}

function sameNames(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every(name => other.has(name));
}

function describeIssue({ path, message, code }: z.core.$ZodIssue): string {
  const where = path.map(part => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  const what = code === 'invalid_union' ? 'is neither a text nor a list of texts within the limits' : message;
  return `${where === '' ? 'The recipe' : where.replace(/^\./, '')}: ${what.replace(/\.?$/, '.')}`;
}

function withOneNewline(text: string): string {
  return `${text.replace(/\n+$/, '')}\n`;
}
