import { WorkspaceError } from './workspaceError.ts';

/**
 * Splits the text of a `git:` line into arguments. Blanks separate; '...' is literal; "..." knows \" and \\; outside quotes a
 * backslash takes the next character as it is. Nothing is expanded. Throws `invalid_input` for a quote without its end.
 */
export function splitArguments(text: string): string[] {
  const found: string[] = [];
  let current: string | undefined;
  let position = 0;
  while (position < text.length) {
    const character = text.charAt(position);
    if (/\s/.test(character)) {
      if (current !== undefined) found.push(current);
      current = undefined;
      position++;
    } else if (character === "'" || character === '"') {
      const [content, next] = quoted(text, position);
      current = (current ?? '') + content;
      position = next;
    } else {
      const isEscape = character === '\\' && position + 1 < text.length;
      current = (current ?? '') + (isEscape ? text.charAt(position + 1) : character);
      position += isEscape ? 2 : 1;
    }
  }
  return current === undefined ? found : [...found, current];
}

/** An argument list as one line that `splitArguments` takes apart again. */
export function joinArguments(args: readonly string[]): string {
  return args
    .map(arg => (/^[\w@%+=:,./~^-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", String.raw`'\''`)}'`))
    .join(' ');
}

/** The content of the quotes that begin at `start`, and the position after them. */
function quoted(text: string, start: number): [content: string, next: number] {
  const quote = text.charAt(start);
  let content = '';
  for (let position = start + 1; position < text.length; position++) {
    const character = text.charAt(position);
    if (character === quote) return [content, position + 1];
    const next = text.charAt(position + 1);
    if (quote === '"' && character === '\\' && (next === '"' || next === '\\')) {
      content += next;
      position++;
    } else {
      content += character;
    }
  }
  throw new WorkspaceError(
    'invalid_input',
    `A quote has no end: ${text.slice(start)}. Nothing was run. Close it, or write it without quotes.`,
  );
}
