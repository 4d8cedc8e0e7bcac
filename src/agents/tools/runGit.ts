import { inertLine } from '../../core/inertText.ts';
import { joinArguments } from '../../workspace/gitArguments.ts';
import { WorkspaceError } from '../../workspace/workspaceError.ts';
import { requireRepository } from './gitCommit.ts';
import { observedRun, type RanPrograms } from './observedRun.ts';
import type { Tool } from './tool.ts';

// These work where there is no repository yet.
const NEEDS_NONE = new Set([
  'init',
  'clone',
  'help',
  'version',
  'config',
  'ls-remote',
  '--version',
  '--help',
  '-v',
  '-h',
  '-C',
]);

/** Of `direct` only. Input is `{args}`, a list; git gets it as it is, under the person's own configuration. */
export const runGit: Tool<RanPrograms> = {
  name: 'git',
  description: 'Runs git with a list of arguments in the working directory.',
  parameters: { args: 'The arguments.' },
  prepare: async (input, environment) => {
    const args: unknown = input['args'];
    if (
      !Array.isArray(args) ||
      args.length === 0 ||
      !args.every(arg => typeof arg === 'string' && !arg.includes('\0'))
    ) {
      throw new WorkspaceError(
        'invalid_input',
        'git needs arguments, such as "git: status". Nothing was run.',
      );
    }
    const list = args as readonly string[];
    if (!NEEDS_NONE.has(list[0] ?? '')) await requireRepository(environment);
    const line = `git ${joinArguments(list)}`;
    const title = `"${inertLine(line).slice(0, 200)}"`;
    return {
      class: 'execute',
      title: `Running ${title}`,
      subject: () => line,
      args: ['git', ...list],
      act: call => observedRun([['git', ...list]], title, environment, call),
    };
  },
};
