import { inertLine } from '../../core/inertText.ts';
import { type ProgramResult, shellCommand } from '../../workspace/processes.ts';
import { WorkspaceError } from '../../workspace/workspaceError.ts';
import type { CallPort, Tool, ToolEnvironment, ToolResult } from './tool.ts';
import { requireString } from './tool.ts';

/**
 * Runs a command that checks what a task did. To rules and records it is a command like any other; what it leaves behind
 * (reports, caches) is not counted as the task's work.
 */
export const verify: Tool<ProgramResult> = {
  name: 'run_command',
  description: 'Runs the command that verifies the task.',
  parameters: { command: 'The command line.' },
  prepare: (input, environment) => {
    const command = requireString(input, 'command');
    const title = `The verification "${inertLine(command).slice(0, 200)}"`;
    return Promise.resolve({
      class: 'execute',
      title,
      subject: () => command,
      act: call => run(command, title, environment, call),
    });
  },
};

async function run(
  command: string,
  title: string,
  { files, processes, environment, signal, commandTimeoutMs: timeoutMs }: ToolEnvironment,
  call: CallPort,
): Promise<ToolResult<ProgramResult>> {
  const value = await processes.run({
    ...{ argv: shellCommand(command), cwd: files.root, environment, signal, timeoutMs },
    onStart: process => call.started(process),
    onOutput: text => call.output(text),
  });
  const failure = failureOf(value, title, timeoutMs);
  const detail = value.exitCode === null ? 'stopped' : `exit ${value.exitCode}`;
  return {
    ...{ value, text: detail, detail, exitCode: value.exitCode },
    ...(failure === undefined ? {} : { failure }),
  };
}

function failureOf(
  { ended, exitCode, signal }: ProgramResult,
  title: string,
  timeoutMs: number | null,
): WorkspaceError | undefined {
  if (ended === 'cancelled') return new WorkspaceError('cancelled', `${title} was cancelled.`);
  if (ended === 'timeout') {
    const limit = timeoutMs === null ? '' : ` after ${timeoutMs / 1000} s, the time limit`;
    return new WorkspaceError('timeout', `${title} was stopped${limit}.`);
  }
  if (exitCode === null)
    return new WorkspaceError('signal', `${title} was ended by ${signal ?? 'a signal'}.`);
  return exitCode === 0
    ? undefined
    : new WorkspaceError('exit_code', `${title} ended with exit code ${exitCode}.`);
}
