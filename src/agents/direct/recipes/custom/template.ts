import { camelCase, kebabCase, pascalCase, sentenceCase, snakeCase } from '../naming.ts';
import { RecipeError } from '../recipeError.ts';

/** What a placeholder may turn its word into: `{name:pascal}`. */
const forms: Readonly<Record<string, (word: string) => string>> = {
  pascal: pascalCase,
  camel: camelCase,
  kebab: kebabCase,
  snake: snakeCase,
  words: sentenceCase,
};

/** `{{name}}` for a literal `{name}`, `{name}`, `{name:form}`. */
const placeholder = /\{\{([a-z]\w*)(:\w+)?\}\}|\{([a-z]\w*)(?::(\w+))?\}/g;

/** Fills in the words of an instruction. Braces around anything but a known placeholder are left as they are. */
export function fillTemplate(template: string, words: ReadonlyMap<string, string>): string {
  return template.replace(
    placeholder,
    (
      whole,
      escaped: string | undefined,
      escapedForm: string | undefined,
      name: string | undefined,
      form: string | undefined,
    ) => {
      if (escaped !== undefined) return words.has(escaped) ? `{${escaped}${escapedForm ?? ''}}` : whole;
      const word = words.get(name ?? '');
      if (word === undefined) return whole;
      return form === undefined ? word : (forms[form]?.(word) ?? whole);
    },
  );
}

/** Throws for a placeholder that would stay unfilled by mistake: an unknown form, or in a path an unknown name. */
export function checkTemplate(
  template: string,
  names: ReadonlySet<string>,
  where: string,
  strict: boolean,
): void {
  for (const [whole, escaped, , name = '', form] of template.matchAll(placeholder)) {
    if (escaped !== undefined) continue;
    if (names.has(name) && form !== undefined && forms[form] === undefined) {
      throw new RecipeError(
        'invalid_input',
        `${where}: ${whole} asks for "${form}"; there are ${Object.keys(forms).join(', ')}.`,
      );
    }
    if (strict && !names.has(name)) {
      throw new RecipeError('invalid_input', `${where}: ${whole} is not a placeholder of "match".`);
    }
  }
}
