import { Command, CommanderError } from 'commander';
import { SessionError } from '../core/errors.ts';
import { inertText } from '../core/inertText.ts';
import { type GlobalOptions, Options, wantedFormat } from './args.ts';
import type { Act, Action, CommandResult } from './command.ts';
import { CliContext } from './context.ts';
import { createProgram } from './createProgram.ts';
import { type ErrorReport, problemOf, reportOf } from './errorReport.ts';
import { exitCode } from './exitCode.ts';
import { Interrupts } from './interrupts.ts';
import { inertJson } from '../core/inertJson.ts';
import type { Terminal } from './terminal.ts';

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
    const unknown = args.includes('help') ? args[args.indexOf('help') + 1] : undefined;
    if (error instanceof CommanderError && error.code === 'commander.help' && unknown !== undefined) {
      const wrong = new CommanderError(2, error.code, `unknown command '${unknown}'`);
      return report(terminal, json, reportOf(wrong, 'coding-agent'));
    }
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
