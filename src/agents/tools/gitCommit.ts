import { ReadOnlyGit } from '../../workspace/git.ts';
import { joinArguments } from '../../workspace/gitArguments.ts';
import { WorkspaceError } from '../../workspace/workspaceError.ts';
import { observedRun, type RanPrograms } from './observedRun.ts';
import { requireString, type Tool, type ToolEnvironment } from './tool.ts';

/** Of `direct` only: everything that changed below the working directory becomes one commit. */
export const gitCommit: Tool<RanPrograms> = {
  name: 'git_commit',
  description: 'Commits all changes below the working directory.',
  parameters: { message: 'The commit message.' },
  prepare: async (input, environment) => {
    const message = requireString(input, 'message');
    if (message.trim() === '' || message.includes('\0')) {
      throw new WorkspaceError(
        'invalid_input',
        'The commit message is empty. Nothing was committed. Say what changed.',
      );
    }
    await requireRepository(environment);
    await requireCommittable(new ReadOnlyGit(environment.files.root, environment.signal));
    const add = ['git', 'add', '--all', '--', '.'] as const;
    const { trailer } = environment;
    const told = trailer === undefined ? [] : (['-m', trailer] as const);
    const commit = ['git', 'commit', '-m', message, ...told] as const;
    return {
      class: 'execute',
      title: 'The commit',
      subject: () => `${joinArguments(add)}\n${joinArguments(commit)}`,
      args: commit,
      act: async call => {
        const ran = await observedRun([add, commit], 'The commit', environment, call);
        const hash = ran.commits?.at(-1);
        return hash === undefined ? ran : { ...ran, detail: `commit ${hash.slice(0, 8)}` };
      },
    };
  },
};

/** `git_missing` or `not_a_repository`. */
export async function requireRepository({ files, signal }: ToolEnvironment): Promise<void> {
  const answer = await new ReadOnlyGit(files.root, signal).run('rev-parse', '--is-inside-work-tree');
  if (answer.exitCode === 0 && answer.stdout.trim() === 'true') return;
  const isOwned = answer.stderr.includes('dubious ownership');
  throw new WorkspaceError(
    'not_a_repository',
    isOwned
      ? `git refuses this repository because another user owns it. Nothing was run. Run "git config --global --add safe.directory ${files.root}" if you trust it.`
      : 'The working directory is not in a git repository. Nothing was run. Make one with "git: init", then retry.',
  );
}

async function requireCommittable(git: ReadOnlyGit): Promise<void> {
  const [unmerged, changes, identity] = await Promise.all([
    git.read('ls-files', '--unmerged'),
    git.run('status', '--porcelain', '--untracked-files=normal'),
    git.run('var', 'GIT_COMMITTER_IDENT'),
  ]);
  if (unmerged !== undefined && unmerged !== '') {
    throw new WorkspaceError(
      'unmerged',
      'A merge has left conflicts in files. Nothing was committed. Settle them and "git add" the files, then commit.',
    );
  }
  if (changes.exitCode === 0 && changes.stdout.trim() === '') {
    throw new WorkspaceError(
      'nothing_to_commit',
      'Nothing has changed since the last commit, so there is nothing to commit.',
    );
  }
  if (identity.exitCode !== 0) {
    throw new WorkspaceError(
      'no_identity',
      'git does not know who you are. Nothing was committed. Run "git config --global user.name NAME" and ' +
        '"git config --global user.email ADDRESS", then retry.',
    );
  }
}
