import { RecipeError } from '../recipeError.ts';

/** An instruction with gaps, such as `create a service called {name}`. */
export interface Phrase {
  readonly names: ReadonlySet<string>;
  /** The words in the gaps; `undefined` when the instruction says anything else. */
  match(instruction: string): ReadonlyMap<string, string> | undefined;
}

/** One word that is safe in code, paths and commands: it starts with a letter, and nothing in it means anything to a shell. */
const word = '[A-Za-z][A-Za-z0-9_-]{0,63}';

/** Letter case, the amount of space and punctuation at the end are ignored; everything else has to be as written. */
export function parsePhrase(text: string): Phrase {
  const names: string[] = [];
  let literals = '';
  const parts = text
    .trim()
    .split(/\s+/)
    .map(part => {
      const pieces = part.split(/\{([^{}]*)\}/);
      return pieces.map((piece, index) => {
        if (index % 2 === 0) {
          if (/[{}]/.test(piece))
            throw new RecipeError('invalid_input', `match: "${part}" has a brace without its other half.`);
          literals += piece;
          return piece.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
        }
        if (!/^[a-z]\w*$/.test(piece)) {
          throw new RecipeError(
            'invalid_input',
            `match: {${piece}} is no name of a placeholder. Use letters and digits, such as {name}.`,
          );
        }
        if (names.includes(piece)) throw new RecipeError('invalid_input', `match: {${piece}} occurs twice.`);
        names.push(piece);
        return `(${word})`;
      });
    });
  if (!/\p{L}{2}/u.test(literals)) {
    throw new RecipeError(
      'invalid_input',
      `match: "${text}" needs words of its own, or it would match anything.`,
    );
  }
  const pattern = new RegExp(
    `^\\s*${parts.map(pieces => pieces.join('')).join('\\s+')}\\s*[.!?]*\\s*$`,
    'iu',
  );
  return {
    names: new Set(names),
    match(instruction) {
      const found = pattern.exec(instruction);
      return found === null ? undefined : new Map(names.map((name, index) => [name, found[index + 1] ?? '']));
    },
  };
}
