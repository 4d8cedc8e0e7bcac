import { Command, CommanderError } from 'commander';
import { SessionError } from '../core/errors.ts';
import { inertText } from '../core/inertText.ts';
import { type GlobalOptions, Options, wantedFormat } from './args.ts';
import type { Act, Action, CommandResult } from './command.ts';
import { commandTable } from './commandTable.ts';
import { CliContext } from './context.ts';
import { type ErrorReport, problemOf, reportOf } from './errorReport.ts';
import { exitCode } from './exitCode.ts';
import { Interrupts } from './interrupts.ts';
import { inertJson } from './inertJson.ts';
import type { Terminal } from './terminal.ts';
import { packageVersion } from './version.ts';

const LONGEST_TIMER = 2 ** 31 - 1;

/** Runs one command line and resolves with what the shell is told. Never rejects. */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<number> {
  const json = wantedFormat(args);
  let code: number = exitCode.done;
  let help = '';
  const act: Act =
    action =>
    async (...parsed) => {
      const command = parsed.at(-1);
      if (command instanceof Command) code = await runAction(action, command, terminal);
    };
  const program = createProgram(terminal, act, text => (help += text));
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCode.done;
    if (error instanceof CommanderError && error.code === 'commander.help') {
      if (json === undefined) terminal.writeError(help);
      else
        report(
          terminal,
          json,
          reportOf(new CommanderError(2, error.code, 'no command is given'), 'coding-agent'),
        );
      return exitCode.usage;
    }
    return report(terminal, json, reportOf(error, commandLine(program, args)));
  }
}

function createProgram(terminal: Terminal, act: Act, takeError: (text: string) => void): Command {
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

async function runAction(action: Action, command: Command, terminal: Terminal): Promise<number> {
  const options = new Options(command);
  const { json } = options.global;
  const interrupts = new Interrupts();
  // Waiting timers of the core do not keep a process alive; a command that has not ended does.
  const alive = setInterval(() => undefined, LONGEST_TIMER);
  const context = new CliContext(options.global, terminal, interrupts);
  try {
    const result = await untilInterrupted(action({ context, args: command.args, options }), context);
    show(terminal, json, result);
    return result.exitCode ?? exitCode.done;
  } catch (error) {
    return report(terminal, json, reportOf(error, pathOf(command)));
  } finally {
    await context.close();
    clearInterval(alive);
    interrupts.dispose();
  }
}

/** Commands end on Ctrl-C, but for those that run a task: they end with it. */
function untilInterrupted(work: Promise<CommandResult>, context: CliContext): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    context.signal.addEventListener('abort', () => {
      if (!context.isFollowingTask)
        reject(new SessionError('cancelled', 'Cancelled. What was done until then is kept.'));
    });
    work.then(resolve, reject);
  });
}

function show(terminal: Terminal, json: GlobalOptions['json'], { document, text }: CommandResult): void {
  if (json !== undefined && document !== undefined) writeDocument(terminal, json, document);
  else if (json === undefined && text !== undefined) terminal.write(text());
}

function report(terminal: Terminal, json: GlobalOptions['json'], error: ErrorReport): number {
  if (json !== undefined) writeDocument(terminal, json, problemOf(error));
  const { errorStyle } = terminal;
  const hint = error.hint === undefined ? '' : `${errorStyle.dim(`  ${inertText(error.hint)}`)}\n`;
  terminal.writeError(`${errorStyle.red('coding-agent:')} ${inertText(error.detail)}\n${hint}`);
  return error.exitCode;
}

function writeDocument(terminal: Terminal, json: 'document' | 'lines', document: unknown): void {
  const indent = json === 'document' && terminal.isPerson ? 2 : undefined;
  terminal.write(`${inertJson(document, indent)}\n`);
}

/** The command that the arguments name, as far as they name one. */
function commandLine(program: Command, args: readonly string[]): string {
  let command = program;
  for (const arg of args) {
    const next = command.commands.find(each => each.name() === arg);
    if (next !== undefined) command = next;
  }
  return pathOf(command);
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
