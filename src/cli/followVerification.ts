import { messageOf } from '../core/errors.ts';
import { publicTask } from '../core/publicTask.ts';
import type { SessionChange } from '../core/sessionChange.ts';
import type { SessionManager } from '../core/sessionManager.ts';
import type { StartedTask } from '../core/taskLauncher.ts';
import type { CommandResult } from './command.ts';
import type { CliContext } from './context.ts';
import { exitCode } from './exitCode.ts';
import { StepOutput } from './stepOutput.ts';
import { outputLines, verifiedText } from './taskLines.ts';
import { createTaskView, type TaskView } from './taskView.ts';
import type { Terminal } from './terminal.ts';
import { watchTask } from './watchTask.ts';

/** Starts a verification, shows what it prints and answers for it until there is evidence. */
export async function followVerification(
  context: CliContext,
  sessions: SessionManager,
  start: () => Promise<StartedTask>,
): Promise<CommandResult> {
  const { terminal, global } = context;
  return watchTask(context, sessions, {
    start,
    viewOf: taskId =>
      global.json === undefined
        ? new PrintedOutput(terminal, taskId)
        : createTaskView(terminal, global.json, taskId),
    end: async ({ id }, view) => {
      view.dispose();
      const { task } = await sessions.getTask(id);
      const { verification } = task;
      const passed = verification?.passed === true;
      const mark = passed ? terminal.style.green('✓') : terminal.style.red('✗');
      return {
        document: publicTask(task),
        text: () => (verification === null ? '' : `${mark} ${verifiedText(verification)}\n`),
        exitCode: passed ? exitCode.done : exitCode.failed,
      };
    },
  });
}

/** What the command prints, line by line. */
class PrintedOutput implements TaskView {
  readonly #terminal: Terminal;
  readonly #taskId: string;
  readonly #output = new StepOutput();
  #isHidden = false;
  #waiting: string[] = [];

  constructor(terminal: Terminal, taskId: string) {
    this.#terminal = terminal;
    this.#taskId = taskId;
  }

  notice(change: SessionChange): void {
    if (change.kind === 'paused' && change.error !== null) this.#print([messageOf(change.error)]);
    if (change.kind !== 'output' || change.taskId !== this.#taskId) return;
    this.#print(outputLines(this.#terminal, this.#output.push(change.text)));
  }

  cancel(): void {
    this.#print([]);
  }

  hide(): void {
    this.#isHidden = true;
  }

  show(): void {
    this.#isHidden = false;
    this.#print([]);
  }

  end(): void {
    this.dispose();
  }

  dispose(): void {
    this.#isHidden = false;
    this.#print(outputLines(this.#terminal, this.#output.finish()));
  }

  #print(lines: readonly string[]): void {
    this.#waiting.push(...lines);
    if (this.#isHidden) return;
    for (const line of this.#waiting.splice(0)) this.#terminal.write(`${line}\n`);
  }
}
