import { type Recipe, type RecipeContext, type RecipeStep } from '../recipe.ts';
import { restyle } from './restyle.ts';
import { pageFunctionName, writePageModule } from './component/pageModule.ts';
import { writeReactComponent } from './component/reactComponent.ts';
import { parseComponentName } from './naming.ts';
import { componentPath, isCommonModule, modulePath, sourceFolder } from './places.ts';
import { findPresent } from './readQuietly.ts';
import { RecipeError } from './recipeError.ts';
import { freeName, joinPath } from './sourceFiles.ts';
import { surveyWorkspace, type Survey } from './survey.ts';
import { writeStep } from './writeStep.ts';

export interface ComponentRequest {
  /** Whether the instruction says React. */
  readonly react: boolean;
  /** As it was typed. */
  readonly name: string | undefined;
}

/** "Create a new React component called UserProfile", and "Create component" for one with a name of its own. */
export const createComponent: Recipe = {
  name: 'create-component',
  example: 'Create a new React component called UserProfile',
  matches: instruction => parseComponentRequest(instruction) !== undefined,
  async plan(instruction, context) {
    const request = parseComponentRequest(instruction);
    if (request === undefined)
      throw new RecipeError('invalid_input', 'This is not an instruction to create a component.');
    const survey = await surveyWorkspace(context);
    const asReact = request.react || survey.react;
    if (!asReact && survey.otherFramework !== undefined) {
      throw new RecipeError(
        'not_supported',
        `This workspace uses ${survey.otherFramework}, for which there is no template. Nothing was changed. Ask for a React component, or connect a model.`,
      );
    }
    return asReact ? planReact(survey, request, context) : planPlain(survey, request, context);
  },
};

/** What an instruction asks for; `undefined` unless it is understood to the last word. */
export function parseComponentRequest(instruction: string): ComponentRequest | undefined {
  const pattern =
    /^\s*(?:please\s+)?(?:create|make|add|generate|write)\s+(?:(?:a|an|the)\s+)?(?:new\s+)?(react\s+)?component(?:\s+(called|named)\s+(["'`]?)(\S+?)\3|\s+(["'`]?)([\w-]+)\5)?\s*[.!]*\s*$/i;
  const match = pattern.exec(instruction);
  if (match === null) return undefined;
  const [, react, , , labelled, quote, bare] = match;
  // Without "called", a word is a name only when it looks like one: "create component tests" asks for something else.
  if (bare !== undefined && quote === '' && !/^[A-Z]|[-_\d]|[a-z][A-Z]/.test(bare)) return undefined;
  return { react: react !== undefined, name: labelled ?? bare };
}

async function planReact(
  survey: Survey,
  request: ComponentRequest,
  context: RecipeContext,
): Promise<readonly RecipeStep[]> {
  const name =
    request.name === undefined
      ? defaultName(survey, candidate => componentPath(survey, candidate))
      : parseComponentName(request.name);
  const path = componentPath(survey, name);
  await requireFree(survey, path, context);
  const code = writeReactComponent(name, {
    typescript: survey.language === 'typescript',
    importsReact: survey.importsReact,
    defaultExport: survey.defaultExports,
  });
  const detail = survey.react
    ? undefined
    : 'react is not a dependency of this workspace; nothing was installed';
  return [writeStep(path, restyle(code, survey.style), detail, context)];
}

async function planPlain(
  survey: Survey,
  request: ComponentRequest,
  context: RecipeContext,
): Promise<readonly RecipeStep[]> {
  const folder = joinPath(sourceFolder(survey), 'components');
  const place = (name: string) => modulePath(survey, folder, name);
  const name = request.name === undefined ? defaultName(survey, place) : parseComponentName(request.name);
  const path = place(name);
  await requireFree(survey, path, context);
  const code = writePageModule(name, {
    typescript: survey.language === 'typescript',
    commonModule: isCommonModule(path, survey),
  });
  const detail = `plain component without a framework: ${pageFunctionName(name)}() returns its HTML`;
  return [writeStep(path, restyle(code, survey.style), detail, context)];
}

function defaultName(survey: Survey, place: (name: string) => string): string {
  return `NewComponent${freeName(survey.files, suffix => [place(`NewComponent${suffix}`)])}`;
}

async function requireFree(survey: Survey, path: string, context: RecipeContext): Promise<void> {
  const existing = await findPresent(context, survey.files, path);
  if (existing === undefined) return;
  throw new RecipeError(
    'file_exists',
    `${existing} exists already. Nothing was changed. Choose another name, or move that file first.`,
  );
}
