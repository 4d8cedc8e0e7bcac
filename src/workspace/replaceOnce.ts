import { lineEnding } from './content.ts';
import { shown } from './relativePath.ts';
import { WorkspaceError } from './workspaceError.ts';

/**
 * `text` with the one occurrence of `oldText` replaced. Line ends in `oldText` and `newText` become those of the file. Throws
 * `text_not_found` or `text_ambiguous` (overlapping occurrences count): then there is no exact answer.
 */
export function replaceOnce(text: string, oldText: string, newText: string, path: string): string {
  if (oldText === '') {
    throw new WorkspaceError(
      'invalid_input',
      `The text to replace in ${shown(path)} is empty. Nothing was changed.`,
    );
  }
  const end = lineEnding(text);
  const wanted = withLineEnds(oldText, end);
  const first = text.indexOf(wanted);
  if (first === -1) {
    throw new WorkspaceError(
      'text_not_found',
      `The text to replace does not occur in ${shown(path)}. Nothing was changed. Give it exactly as it stands in the file.`,
    );
  }
  if (text.includes(wanted, first + 1)) {
    throw new WorkspaceError(
      'text_ambiguous',
      `The text to replace occurs more than once in ${shown(path)}. Nothing was changed. Give more of the text around it.`,
    );
  }
  return text.slice(0, first) + withLineEnds(newText, end) + text.slice(first + wanted.length);
}

/** `text` with `added` at its end as lines of their own, ending with one line end, in the file's own style. */
export function appendLine(text: string, added: string): string {
  const end = lineEnding(text);
  const separator = text === '' || text === '\ufeff' || text.endsWith('\n') ? '' : end;
  return text + separator + withLineEnds(withOneNewline(added), end);
}

/** `text` ending with exactly one newline. */
export function withOneNewline(text: string): string {
  return `${text.replace(/[\r\n]+$/, '')}\n`;
}

function withLineEnds(text: string, end: '\n' | '\r\n'): string {
  return end === '\n' ? text : text.replace(/\r?\n/g, end);
}
