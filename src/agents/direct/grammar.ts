import { splitArguments } from '../../workspace/gitArguments.ts';
import type { Instruction } from './instruction.ts';

/** What a text asks for; or why it is not understood: the line, and the form that it resembles. */
export type Parsed =
  { readonly instructions: readonly Instruction[] } | { readonly problem: string; readonly line: string };

/** More steps than this are no task any more, and their plan would not fit in a record. */
export const MAX_INSTRUCTIONS = 100;
/** More words that might join than this are prose. */
const MAX_JOINTS = 1000;

/**
 * Reads a task's text: one instruction a line, or several joined by `then`. All of it is understood, or nothing is. Pure.
 * `isRecipe` tells whether a recipe understands a text.
 */
export function parseInstructions(text: string, isRecipe: (text: string) => boolean = () => false): Parsed {
  const instructions: Instruction[] = [];
  const lines = text.split(/\r\n|\r|\n/).filter(line => line.trim() !== '');
  if (lines.length === 0) return { problem: 'The text is empty.', line: '' };
  for (const line of lines) {
    const parsed = parseSequence(line.trimStart(), isRecipe);
    if (parsed === undefined) return { problem: hintFor(line.trim()), line: line.trim() };
    instructions.push(...parsed);
  }
  if (instructions.length <= MAX_INSTRUCTIONS) return { instructions };
  return {
    problem: `It has ${instructions.length} instructions; at most ${MAX_INSTRUCTIONS} are possible.`,
    line: '',
  };
}

type IsRecipe = (text: string) => boolean;

/** `then` joins outside quotes and before another instruction; never in what takes the rest of the line. */
function parseSequence(line: string, isRecipe: IsRecipe): readonly Instruction[] | undefined {
  const all = jointsOf(line, restStart(line));
  if (all.length > MAX_JOINTS) return undefined;
  const starts = [0, ...all.map(joint => joint.next)];
  // From the right: what a part says depends only on what follows it.
  const sequences: (readonly Instruction[] | undefined)[] = [];
  for (let part = starts.length - 1; part >= 0; part--) {
    const start = starts[part] ?? 0;
    const rest = line.slice(start);
    const end = start + restStart(rest);
    const next = all.findIndex(
      (joint, index) => index >= part && joint.start < end && sequences[index + 1] !== undefined,
    );
    const one = parseOne(next === -1 ? rest : line.slice(start, all[next]?.start), isRecipe);
    const others = next === -1 ? [] : (sequences[next + 1] ?? []);
    sequences[part] = one === undefined ? undefined : [one, ...others];
  }
  return sequences[0];
}

const QUOTED = String.raw`"(?:[^"\\]|\\.)*"`;
const WORD = String.raw`(?:${QUOTED}|[^\s"]+)`;
// A path in front of something that ends it may have blanks in it; one at the end of a sentence is a word or in quotes.
const CREATE = new RegExp(String.raw`^create\s+file\s+(${QUOTED}|[^\s"][^"]*?)\swith\s+content:`, 'i');
const APPEND = new RegExp(String.raw`^append\s+to\s+(${QUOTED}|[^\s":][^":]*)\s*:`, 'i');
const RUN = /^(?:\$(?=\s)|run:)/i;
const GIT = /^git:/i;

/** Where the part begins that takes the rest of its line; past the end when there is none. */
function restStart(line: string): number {
  const match = RUN.exec(line) ?? GIT.exec(line) ?? CREATE.exec(line) ?? APPEND.exec(line);
  return match === null ? Infinity : match[0].length;
}

interface Joint {
  /** Where the blank before `then` is. */
  readonly start: number;
  /** Where the next instruction begins. */
  readonly next: number;
}

/** Every `then` between blanks and outside quotes that begins before `end`. */
function jointsOf(line: string, end: number): Joint[] {
  const found: Joint[] = [];
  const pattern = /\sthen\s+(?=\S)/iy;
  let isQuoteOpen = true;
  for (let position = 0; position < Math.min(line.length, end); position++) {
    if (line[position] === '"' && isQuoteOpen) {
      const close = closingQuote(line, position);
      // A quote that is never closed is a character like any other.
      isQuoteOpen = close !== -1;
      position = isQuoteOpen ? close : position;
      continue;
    }
    pattern.lastIndex = position;
    const match = pattern.exec(line);
    if (match === null) continue;
    found.push({ start: position, next: position + match[0].length });
    // Two of them may share the blanks between: "a then then b".
    position += 'then'.length;
  }
  return found;
}

function closingQuote(line: string, open: number): number {
  for (let position = open + 1; position < line.length; position++) {
    if (line[position] === '\\') position++;
    else if (line[position] === '"') return position;
  }
  return -1;
}

type Groups = readonly string[];
interface Form {
  readonly pattern: RegExp;
  readonly read: (groups: Groups) => Instruction | undefined;
}

const form = (pattern: string, read: Form['read']): Form => ({
  pattern: new RegExp(String.raw`^${pattern}$`, 'i'),
  read,
});

const FORMS: readonly Form[] = [
  form(String.raw`commit\s+all\s+changes\s+with\s+message\s+(${QUOTED})`, ([message]) => {
    const text = unquote(message);
    return text.trim() === '' ? undefined : { kind: 'commit', message: text };
  }),
  form(String.raw`create\s+branch\s+(${WORD})`, ([name]) => branch('createBranch', name)),
  form(String.raw`switch\s+to\s+branch\s+(${WORD})`, ([name]) => branch('switchBranch', name)),
  form(
    String.raw`replace\s+(${QUOTED})\s+with\s+(${QUOTED})\s+in\s+(${QUOTED}|[^\s"][^"]*)`,
    ([oldText, newText, path]) =>
      path === undefined || unquote(oldText) === ''
        ? undefined
        : { kind: 'replace', oldText: unquote(oldText), newText: unquote(newText), path: unquote(path) },
  ),
  form(String.raw`(move|copy)\s+(${WORD})\s+to\s+(${WORD})`, ([verb, from, to]) => ({
    ...{ kind: verb?.toLowerCase() === 'move' ? 'move' : 'copy', from: unquote(from), to: unquote(to) },
  })),
  form(String.raw`delete\s+(${WORD})`, ([path]) => ({ kind: 'delete', path: unquote(path) })),
  form(String.raw`create\s+folder\s+(${WORD})`, ([path]) => ({ kind: 'createFolder', path: unquote(path) })),
];

function parseOne(text: string, isRecipe: IsRecipe): Instruction | undefined {
  const run = RUN.exec(text);
  if (run !== null) {
    const command = text.slice(run[0].length).trim();
    return command === '' ? undefined : { kind: 'command', command };
  }
  const git = GIT.exec(text);
  if (git !== null) return parseGit(text.slice(git[0].length));
  const create = CREATE.exec(text);
  if (create !== null) return withText('create', create, text);
  const append = APPEND.exec(text);
  if (append !== null) return withText('append', append, text);
  const phrase = text.trim();
  for (const { pattern, read } of FORMS) {
    const match = pattern.exec(phrase);
    if (match !== null) return read(match.slice(1));
  }
  return isRecipe(phrase) ? { kind: 'recipe', text: phrase } : undefined;
}

function parseGit(text: string): Instruction | undefined {
  try {
    const args = splitArguments(text);
    // The form says "git" already; people write it again by habit.
    const list = args[0] === 'git' ? args.slice(1) : args;
    return list.length === 0 ? undefined : { kind: 'git', args: list };
  } catch {
    return undefined;
  }
}

/** TEXT is the rest of the line after one blank, taken as it is. */
function withText(kind: 'create' | 'append', match: RegExpExecArray, text: string): Instruction {
  const rest = text.slice(match[0].length);
  return { kind, path: unquote(match[1]), text: rest.startsWith(' ') ? rest.slice(1) : rest };
}

function branch(kind: 'createBranch' | 'switchBranch', name: string | undefined): Instruction | undefined {
  const bare = unquote(name);
  return bare === '' || bare.startsWith('-') ? undefined : { kind, branch: bare };
}

/** The content of a quoted text, in which \" and \\ stand for " and \; any other text as it is. */
function unquote(text = ''): string {
  return text.startsWith('"') ? text.slice(1, -1).replace(/\\(["\\])/g, '$1') : text.trim();
}

const HINTS: readonly (readonly [begins: RegExp, form: string])[] = [
  [/^(\$|run:)/i, '$ COMMAND'],
  [/^git:/i, 'git: ARGS, with every quote closed'],
  [/^commit\b/i, 'commit all changes with message "M"'],
  [/^create\s+branch\b/i, 'create branch B'],
  [/^switch\b/i, 'switch to branch B'],
  [/^create\s+file\b/i, 'create file PATH with content: TEXT'],
  [/^append\b/i, 'append to PATH: TEXT'],
  [/^replace\b/i, 'replace "A" with "B" in PATH'],
  [/^move\b/i, 'move A to B'],
  [/^copy\b/i, 'copy A to B'],
  [/^delete\b/i, 'delete PATH'],
  [/^create\s+folder\b/i, 'create folder PATH'],
];

function hintFor(line: string): string {
  const hint = HINTS.find(([begins]) => begins.test(line))?.[1];
  if (hint === undefined) return 'It is no explicit instruction and no recipe knows it.';
  return `It looks like this form, and does not follow it: ${hint} (a name with blanks goes in quotes).`;
}
