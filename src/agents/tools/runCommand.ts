import { inertLine } from '../../core/inertText.ts';
import { plainArguments } from '../../workspace/plainArguments.ts';
import { shellCommand } from '../../workspace/processes.ts';
import { WorkspaceError } from '../../workspace/workspaceError.ts';
import { observedRun, type RanPrograms } from './observedRun.ts';
import { requireString, type Tool } from './tool.ts';

const MAX_COMMAND_BYTES = 32 * 1024;

export const runCommand: Tool<RanPrograms> = {
  name: 'run_command',
  description: 'Runs a command line through /bin/sh (cmd.exe on Windows) in the working directory.',
  parameters: { command: 'The command line.' },
  prepare: (input, environment) => {
    const command = requireString(input, 'command');
    if (command.trim() === '' || command.includes('\0') || Buffer.byteLength(command) > MAX_COMMAND_BYTES) {
      throw new WorkspaceError(
        'invalid_input',
        'The command is empty, too long or not text. Nothing was run. Give one command line.',
      );
    }
    const title = `"${inertLine(command).slice(0, 200)}"`;
    return Promise.resolve({
      class: 'execute',
      title: `Running ${title}`,
      subject: () => command,
      args: plainArguments(command),
      act: (call, allowedArgs) => observedRun([programOf(command, allowedArgs)], title, environment, call),
    });
  },
};

function programOf(command: string, allowedArgs?: readonly string[]): readonly [string, ...string[]] {
  const [program, ...rest] = allowedArgs ?? [];
  return program === undefined ? shellCommand(command) : [program, ...rest];
}
