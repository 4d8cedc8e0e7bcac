import { lstat, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { ReadOnlyGit } from '../git.ts';

/** By which rules a folder is captured. */
export interface CaptureScope {
  /** Absolute, real. */
  readonly folder: string;
  /** The top of the user's repository, whose `.gitignore` files count too; the folder itself where there is none. */
  readonly worktree: string;
  /** Further files of rules, weakest first. */
  readonly excludes: { readonly weak: readonly string[]; readonly strong: readonly string[] };
  /** The user's index: what it holds is captured although a rule ignores it. `undefined` where there is no repository. */
  readonly userIndex: string | undefined;
}

/** Finds the rules. Reads files only, but for one look at the user's configuration. */
export async function captureScope(
  folder: string,
  defaults: string,
  signal?: AbortSignal,
): Promise<CaptureScope> {
  const git = new ReadOnlyGit(folder, signal);
  const [repository, globalExcludes] = await Promise.all([findRepository(folder), globalRules(git)]);
  const weak = [defaults, ...(await existing(globalExcludes))];
  // Inside a folder that the repository ignores, its rules would leave everything out.
  if (repository === undefined || (await isIgnored(repository.worktree, folder, signal)))
    return { folder, worktree: folder, excludes: { weak, strong: [] }, userIndex: undefined };
  const { worktree, gitDirectory, commonDirectory } = repository;
  return {
    folder,
    worktree,
    excludes: { weak, strong: await existing(path.join(commonDirectory, 'info', 'exclude')) },
    userIndex: path.join(gitDirectory, 'index'),
  };
}

interface Repository {
  readonly worktree: string;
  readonly gitDirectory: string;
  readonly commonDirectory: string;
}

/** The repository that holds a folder, as git would find it. */
async function findRepository(folder: string): Promise<Repository | undefined> {
  for (let worktree = folder; ; worktree = path.dirname(worktree)) {
    const gitDirectory = await gitDirectoryOf(path.join(worktree, '.git'));
    if (gitDirectory !== undefined && (await existing(path.join(gitDirectory, 'HEAD'))).length > 0) {
      const common = await firstLine(path.join(gitDirectory, 'commondir'));
      const commonDirectory = common === undefined ? gitDirectory : path.resolve(gitDirectory, common);
      return { worktree, gitDirectory, commonDirectory };
    }
    if (path.dirname(worktree) === worktree) return undefined;
  }
}

/** Of a linked worktree and a submodule, `.git` is a file that says where. */
async function gitDirectoryOf(entry: string): Promise<string | undefined> {
  const stats = await lstat(entry).catch(() => undefined);
  if (stats?.isDirectory() === true) return entry;
  const line = stats?.isFile() === true ? await firstLine(entry) : undefined;
  return line?.startsWith('gitdir: ') === true
    ? path.resolve(path.dirname(entry), line.slice('gitdir: '.length))
    : undefined;
}

async function firstLine(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text?.split('\n')[0]?.trim();
}

/** The user's own rules for all repositories. */
async function globalRules(git: ReadOnlyGit): Promise<string> {
  const configured = await git
    .read('config', '--type=path', '--get', 'core.excludesFile')
    .catch(() => undefined);
  if (configured !== undefined && path.isAbsolute(configured)) return configured;
  const base = process.env['XDG_CONFIG_HOME'];
  return path.join(
    base !== undefined && path.isAbsolute(base) ? base : path.join(homedir(), '.config'),
    'git',
    'ignore',
  );
}

async function isIgnored(worktree: string, folder: string, signal?: AbortSignal): Promise<boolean> {
  if (worktree === folder) return false;
  const git = new ReadOnlyGit(worktree, signal);
  const answer = await git
    .run('check-ignore', '--quiet', '--', path.relative(worktree, folder))
    .catch(() => undefined);
  return answer?.exitCode === 0;
}

async function existing(file: string): Promise<string[]> {
  const stats = await lstat(file).catch(() => undefined);
  return stats?.isFile() === true || stats?.isSymbolicLink() === true ? [file] : [];
}
