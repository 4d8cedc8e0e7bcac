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

/** Names of options that are followed by a value, in any command. */
export function optionsWithValue(commands: readonly CompletedCommand[]): readonly CompletedOption[] {
  const found = new Map<string, CompletedOption>();
  for (const option of commands.flatMap(({ options }) => options))
    if (option.values !== undefined) found.set(option.name, option);
  return [...found.values()];
}
