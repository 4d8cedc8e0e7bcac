import { createContext, Script } from 'node:vm';
import { listWorkspace } from '../../workspace/fileList.ts';
import { ReadOnlyGit } from '../../workspace/git.ts';
import { WorkspaceError } from '../../workspace/workspaceError.ts';
import { requireString, type Tool } from './tool.ts';

const MAX_PATTERN_CHARACTERS = 1000;
const MAX_FILE_BYTES = 1024 * 1024;
const MAX_MATCHES = 200;
const MAX_LINE_CHARACTERS = 200;
const MAX_SEARCH_MS = 10_000;
const MAX_FILE_MS = 500;

interface Match {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

/** The value is what was found. */
export const searchFiles: Tool<readonly Match[]> = {
  name: 'search_files',
  description:
    'Searches the text files below the working directory, line by line, without what git ignores; at most 200 matches.',
  parameters: { pattern: 'A regular expression (JavaScript); a text that is none is searched as it is.' },
  prepare: (input, { files, signal }) => {
    const pattern = requireString(input, 'pattern');
    if (pattern === '' || pattern.length > MAX_PATTERN_CHARACTERS) {
      const size = `1 to ${MAX_PATTERN_CHARACTERS} characters`;
      throw new WorkspaceError('invalid_input', `A pattern has ${size}. Nothing was searched.`);
    }
    return Promise.resolve({
      class: 'read',
      subject: () => `Search for ${pattern}`,
      act: async () => {
        const { paths } = await listWorkspace(files.root, new ReadOnlyGit(files.root, signal));
        const findIn = lineFinder(pattern);
        const value: Match[] = [];
        const deadline = performance.now() + MAX_SEARCH_MS;
        let note: string | undefined;
        for (const path of paths) {
          if (signal.aborted) throw new WorkspaceError('cancelled', 'The search was cancelled.');
          if (performance.now() > deadline) note = 'the search took too long; search for something narrower';
          if (value.length >= MAX_MATCHES) note = `only the first ${MAX_MATCHES} matches`;
          if (note !== undefined) break;
          const text = await files.readText(path, MAX_FILE_BYTES).catch(() => undefined);
          if (text === undefined) continue;
          const found = findIn(text);
          if (found === undefined) note = `the pattern takes too long on ${path}; use a simpler one`;
          for (const { line, text: matched } of found ?? []) value.push({ path, line, text: matched });
        }
        const kept = value.slice(0, MAX_MATCHES);
        const lines = kept.map(match => `${match.path}:${match.line}: ${match.text}`);
        const tail = note === undefined ? [] : [`[${note}]`];
        const text =
          kept.length === 0 && note === undefined ? 'Nothing was found.' : [...lines, ...tail].join('\n');
        const detail = kept.length === 1 ? '1 match' : `${kept.length} matches`;
        return { value: kept, text, detail };
      },
    });
  },
};

type FindIn = (text: string) => readonly Omit<Match, 'path'>[] | undefined;

/** Finds the lines that match, or gives up: a pattern may take longer than the age of the world. */
function lineFinder(pattern: string): FindIn {
  const sandbox = {
    expression: toExpression(pattern),
    text: '',
    limit: MAX_MATCHES,
    width: MAX_LINE_CHARACTERS,
  };
  const context = createContext(sandbox);
  return text => {
    sandbox.text = text;
    try {
      const found: unknown = FIND.runInContext(context, { timeout: MAX_FILE_MS });
      return JSON.parse(String(found)) as readonly Omit<Match, 'path'>[];
    } catch {
      return undefined;
    }
  };
}

// The text stays in our hands: the script sees nothing but these values.
const FIND = new Script(`(() => {
  const found = [];
  const lines = text.split('\\n');
  for (let index = 0; index < lines.length && found.length < limit; index++) {
    if (expression.test(lines[index])) found.push({ line: index + 1, text: lines[index].slice(0, width).trimEnd() });
  }
  return JSON.stringify(found);
})()`);

function toExpression(pattern: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch {
    return new RegExp(pattern.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  }
}
