import { RecipeError } from './recipeError.ts';

/** How files are named. `lower` is not told apart from kebab-case and camelCase by names of one word. */
export type FileNaming = 'pascal' | 'kebab' | 'camel' | 'snake';

/** The words of an identifier, lower-cased: `UserProfile`, `user-profile` and `userProfile` give the same. */
export function wordsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter(word => word !== '')
    .map(word => word.toLowerCase());
}

export function pascalCase(name: string): string {
  // What is Pascal case already keeps its capitals: `HTMLView` is not `HtmlView`.
  if (/^[A-Z][A-Za-z0-9]*$/.test(name)) return name;
  return wordsOf(name).map(capitalized).join('');
}

export function camelCase(name: string): string {
  const [first = '', ...rest] = wordsOf(name);
  return first + rest.map(capitalized).join('');
}

export function kebabCase(name: string): string {
  return wordsOf(name).join('-');
}

export function snakeCase(name: string): string {
  return wordsOf(name).join('_');
}

/** `User profile`, for people. */
export function sentenceCase(name: string): string {
  return capitalized(wordsOf(name).join(' '));
}

export function fileNameOf(name: string, naming: FileNaming): string {
  switch (naming) {
    case 'pascal':
      return pascalCase(name);
    case 'kebab':
      return kebabCase(name);
    case 'camel':
      return camelCase(name);
    case 'snake':
      return snakeCase(name);
  }
}

/** The naming that a file name without extension shows, if it shows one. */
export function namingOf(stem: string): FileNaming | undefined {
  if (/^[A-Z][A-Za-z0-9]*$/.test(stem)) return 'pascal';
  if (/^[a-z0-9]+(-[a-z0-9]+)+$/.test(stem)) return 'kebab';
  if (/^[a-z0-9]+(_[a-z0-9]+)+$/.test(stem)) return 'snake';
  if (/^[a-z][a-z0-9]*[A-Z][A-Za-z0-9]*$/.test(stem)) return 'camel';
  return undefined;
}

/** Names that would shadow what a component file needs. */
const reserved = new Set([
  'React',
  'Fragment',
  'Object',
  'Array',
  'Function',
  'Promise',
  'String',
  'Number',
  'Boolean',
]);

/** The component's name in Pascal case. Throws `invalid_input` for what is no name: nothing of it reaches a path or the code. */
export function parseComponentName(text: string): string {
  const name =
    /^[A-Za-z][A-Za-z0-9]*([-_][A-Za-z0-9]+)*$/.test(text) && text.length <= 64 ? pascalCase(text) : '';
  if (!/^[A-Z]/.test(name)) {
    throw new RecipeError(
      'invalid_input',
      `${JSON.stringify(text)} cannot be the name of a component. Use letters and digits, such as UserProfile or user-profile. Nothing was changed.`,
    );
  }
  if (reserved.has(name)) {
    throw new RecipeError(
      'invalid_input',
      `A component cannot be called ${name}: the name is taken. Nothing was changed.`,
    );
  }
  return name;
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
