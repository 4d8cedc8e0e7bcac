import { firstBytes } from '../../core/text.ts';
import { ReadOnlyGit } from '../../workspace/git.ts';
import { parsePath } from '../../workspace/relativePath.ts';
import type { RanPrograms } from './observedRun.ts';
import { runCommand } from './runCommand.ts';
import type { PreparedCall, Tool, ToolEnvironment } from './tool.ts';

const MAX_SHOWN_BYTES = 256 * 1024;
const FLAGS: Readonly<Record<string, RegExp>> = {
  status: /^(--short|-s|--branch|-b|-sb|--porcelain)$/,
  diff: /^(--staged|--cached|--stat|--shortstat|--name-only|--name-status|-U\d{1,3})$/,
  log: /^(--oneline|--stat|--name-only|--name-status|-p|--patch|--graph|--no-merges|-\d{1,4}|--max-count=\d{1,4})$/,
};
/** A commit or a range of commits, and never an option, a path upward or a file in a commit. */
const REVISION = /^(?![-./])(?!.*\/\.)[\w./~^@{}-]+$/;

/**
 * `run_command` for models: a plain `git status`, `git diff` or `git log` only looks, so it is run without a shell by the git that
 * runs nothing a repository names, below the working directory, and counts as reading. Anything else is a command.
 */
export const commandOrGitReading: Tool<RanPrograms> = {
  ...runCommand,
  description: `${runCommand.description} Plain "git status", "git diff" and "git log" need no permission.`,
  prepare: async (input, environment) => {
    const prepared = await runCommand.prepare(input, environment);
    const reading = gitReading(prepared.args ?? [], environment.files.root);
    return reading === undefined ? prepared : readByGit(prepared, reading, environment);
  },
};

/** The arguments for git, its paths spelled out; `undefined` when it is not sure to only look, at nothing but this folder. */
export function gitReading(args: readonly string[], root: string): readonly string[] | undefined {
  const [program, command = '', ...rest] = args;
  const flag = FLAGS[command];
  if (program !== 'git' || flag === undefined) return undefined;
  const end = rest.indexOf('--');
  const [options, paths] = end < 0 ? [rest, []] : [rest.slice(0, end), rest.slice(end + 1)];
  const isKnown = options.every(
    option => flag.test(option) || (command !== 'status' && REVISION.test(option) && !option.includes('../')),
  );
  if (!isKnown || !paths.every(path => isBelow(root, path))) return undefined;
  const bound = command === 'log' && !options.some(option => /^(-\d|--max-count)/.test(option));
  return [command, ...options, ...(bound ? ['--max-count=50'] : []), '--', ...(end < 0 ? ['.'] : paths)];
}

function isBelow(root: string, path: string): boolean {
  try {
    parsePath(root, path);
    // Such a beginning is magic for git.
    return path !== '' && !path.startsWith(':');
  } catch {
    return false;
  }
}

function readByGit(
  prepared: PreparedCall<RanPrograms>,
  args: readonly string[],
  { files, signal }: ToolEnvironment,
): PreparedCall<RanPrograms> {
  return {
    ...prepared,
    class: 'read',
    act: async call => {
      const { exitCode, stdout, stderr } = await new ReadOnlyGit(files.root, signal).run(...args);
      const whole = exitCode === 0 ? stdout : `${stdout}${stderr}`;
      const output = firstBytes(whole, MAX_SHOWN_BYTES);
      await call.output(output);
      const detail = `exit ${String(exitCode)}`;
      const note = output.length < whole.length ? '\n[cut]' : '';
      return { value: { exitCode }, text: `${output}${note}\n[${detail}]`, detail, exitCode };
    },
  };
}
