import { type Argument, type Command, Help, type Option } from 'commander';
import { summaryOf } from '../summary.ts';

/** What may stand at a place: words to choose from, a folder, a file, or free text. */
export type Values = readonly string[] | 'folder' | 'file' | 'text';

export interface CompletedOption {
  /** With its dashes. */
  readonly name: string;
  readonly what: string;
  /** What follows it; `undefined`: nothing. */
  readonly values: Values | undefined;
}

export interface CompletedCommand {
  /** Its words after the program's name; empty for the program itself. */
  readonly words: string;
  readonly what: string;
  /** The commands below, by their last word. */
  readonly commands: readonly { readonly name: string; readonly what: string }[];
  readonly options: readonly CompletedOption[];
  /** What its arguments are; `undefined`: it has none. */
  readonly values: Values | undefined;
}

/** Every command of a program, itself first, as `--help` shows them. */
export function completedCommands(program: Command): readonly CompletedCommand[] {
  return listed(program, '');
}

function listed(command: Command, words: string): CompletedCommand[] {
  const help = new Help();
  help.showGlobalOptions = true;
  const below = help.visibleCommands(command);
  const known = command.commands.filter(each => below.includes(each));
  const options = [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)];
  const own: CompletedCommand = {
    words,
    what: summaryOf(command),
    commands: known.map(each => ({ name: each.name(), what: summaryOf(each) })),
    options: options.flatMap(completedOption),
    values: valuesOf(command.registeredArguments[0]),
  };
  return [own, ...known.flatMap(each => listed(each, `${words} ${each.name()}`.trim()))];
}

function completedOption(option: Option): CompletedOption[] {
  const { long, description, required, optional, argChoices, flags } = option;
  if (long === undefined) return [];
  const values = required || optional ? (argChoices ?? kindOf(flags)) : undefined;
  return [{ name: long, what: description, values }];
}

function valuesOf(argument: Argument | undefined): Values | undefined {
  return argument && (argument.argChoices ?? kindOf(argument.name()));
}

/** Placeholders say what they stand for. */
function kindOf(text: string): 'folder' | 'file' | 'text' {
  return /\bfolder\b/.test(text) ? 'folder' : /\bfile\b/.test(text) ? 'file' : 'text';
}

/** What may follow an option: in one command, or (`words` undefined) in all that have it. */
export interface CompletedValue {
  readonly words: string | undefined;
  readonly name: string;
  readonly values: Values;
}

/** Options that are followed by a value, with what that is; one name may mean different things to different commands. */
export function optionsWithValue(commands: readonly CompletedCommand[]): readonly CompletedValue[] {
  const all = commands.flatMap(({ words, options }) =>
    options.flatMap(({ name, values }) => (values === undefined ? [] : [{ words, name, values }])),
  );
  const [...alike] = Map.groupBy(all, ({ name }) => name).values();
  return alike.flatMap<CompletedValue>(found => {
    const [first] = found;
    const isOne = new Set(found.map(({ values }) => String(values))).size === 1;
    return isOne && first !== undefined ? [{ ...first, words: undefined }] : found;
  });
}

/** Names of options that are followed by a value. */
export function namesWithValue(commands: readonly CompletedCommand[]): readonly string[] {
  return [...new Set(optionsWithValue(commands).map(({ name }) => name))];
}
