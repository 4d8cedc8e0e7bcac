import { Command } from 'commander';
import type { Act } from './command.ts';
import { commandTable } from './commandTable.ts';
import { summaryOf } from './summary.ts';
import type { Terminal } from './terminal.ts';
import { packageVersion } from './version.ts';

/** Every command with its options. `act` makes an action what runs; `takeError` is given what commander has to say of mistakes. */
export function createProgram(terminal: Terminal, act: Act, takeError: (text: string) => void): Command {
  const program = new Command('coding-agent')
    .description(
      'Runs tasks of coding agents inside sessions: every task, its plan, what it changed and what came of it is kept, durably, in the ' +
        'folder it worked on. The same sessions are seen in VS Code; nothing leaves the machine.',
    )
    .version(packageVersion(), '--version', 'show the version')
    .helpOption('--help', 'show this help')
    .option(
      '--root <folder>',
      'the folder to work on; else the nearest upward with .coding-agent, else this one',
    )
    .option('--json', 'one JSON document on standard output')
    .option('--jsonl', 'each event on a line as it is recorded, then that document on the last')
    .option('--yes', 'approve commands, and file changes inside the working directory, in advance')
    .option('--trust', 'trust the folder from now on')
    .configureHelp({
      showGlobalOptions: true,
      subcommandDescription: summaryOf,
      helpWidth: Math.min(terminal.columns, 100),
      styleTitle: text => terminal.style.bold(text),
    })
    .configureOutput({
      writeOut: text => {
        terminal.write(text);
      },
      writeErr: takeError,
      getOutHasColors: () => true,
      getErrHasColors: () => true,
    })
    .exitOverride()
    .addHelpText(
      'after',
      `
Exit codes:
  0    done
  1    the task failed, or somebody else was there first
  2    wrong use, or an unknown id
  3    denied, or the folder is not trusted
  4    the storage failed, or is damaged
  130  cancelled

Examples:
  Run a task, in a session that is made for it:
    $ coding-agent run "Create a new React component called UserProfile"
  See what there is, and go on in an older session:
    $ coding-agent sessions list
    $ coding-agent sessions switch 550e8400-e29b-41d4-a716-446655440000`,
    );
  for (const register of commandTable) register(program, act);
  return program;
}
