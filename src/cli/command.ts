import type { Command } from 'commander';
import type { Options } from './args.ts';
import type { CliContext } from './context.ts';

/** What a command came to. */
export interface CommandResult {
  /** What `--json` prints; nothing more when `undefined`. */
  readonly document: unknown;
  /** What people are told; absent when they have seen it all. Called only when it is shown. */
  readonly text?: () => string;
  /** 0 when not given. */
  readonly exitCode?: number;
}

export interface CommandInput {
  readonly context: CliContext;
  /** The positional arguments. */
  readonly args: readonly string[];
  readonly options: Options;
}

/** What a command does. It writes nothing to standard output unless a person is to see progress. */
export type Action = (input: CommandInput) => Promise<CommandResult>;

/** Makes an action what commander calls. */
export type Act = (action: Action) => (...parsed: unknown[]) => Promise<void>;

/** Adds a command or a group of commands to the program. */
export type Register = (program: Command, act: Act) => void;

/** Adds examples to a command's help: each the command line and what it does. */
export function examples(
  command: Command,
  ...lines: readonly (readonly [line: string, what: string])[]
): Command {
  const text = lines.map(([line, what]) => `  ${what}\n    $ coding-agent ${line}`).join('\n');
  return command.addHelpText('after', `\nExamples:\n${text}`);
}
