import { Command } from 'commander';
import { createProgram } from '../../../src/cli/createProgram.ts';
import { createTerminal } from '../../../src/cli/terminal.ts';

const { stdin, stdout, stderr } = process;
const terminal = createTerminal({ stdin, stdout, stderr, env: {} });

/** The program with actions that only tell which command was called, in all its words. */
export function parsingProgram(onCall?: (command: string) => void): Command {
  return createProgram(
    terminal,
    () =>
      (...parsed) => {
        const command = parsed.at(-1);
        if (command instanceof Command) onCall?.(wordsOf(command));
        return Promise.resolve();
      },
    () => undefined,
  );
}

function wordsOf(command: Command): string {
  return command.parent === null ? command.name() : `${wordsOf(command.parent)} ${command.name()}`;
}
