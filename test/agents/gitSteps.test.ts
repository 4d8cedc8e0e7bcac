import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { temporaryFolder } from '../workspace/temporaryFolder.ts';
import { completed, failed, runIn, type RunTask } from './runTask.ts';

describe('git steps', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let root: string;
  let runTask: RunTask;
  const at = (...names: string[]): string => path.join(root, ...names);
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();

  beforeEach(async () => {
    folder = await temporaryFolder();
    root = path.join(folder.path, 'root');
    runTask = runIn(root);
    await mkdir(root);
  });
  afterEach(() => folder.remove());

  beforeEach(() => {
    git('init', '-q', '-b', 'main');
    git('config', 'user.name', 'Test');
    git('config', 'user.email', 'test@example.org');
    git('config', 'commit.gpgsign', 'false');
  });

  it('commits everything, with the hash on record', async () => {
    await writeFile(at('a'), '1');
    await mkdir(at('.coding-agent'));
    await writeFile(at('.coding-agent/.gitignore'), '*');
    await writeFile(at('.coding-agent/x'), 'x');
    const run = completed(await runTask('commit all changes with message "Say \\"hi\\" $HOME"'));
    assert.deepEqual(run.task.commits, [git('rev-parse', 'HEAD')]);
    assert.equal(git('log', '-1', '--format=%s'), 'Say "hi" $HOME');
    assert.equal(git('ls-files'), 'a');
    assert.match(run.task.plan?.steps[0]?.detail ?? '', /^commit [0-9a-f]{8}$/);
    assert.deepEqual(run.task.filesChanged, []);
    failed(await runTask('commit all changes with message "Again"'), 'error', 'nothing_to_commit');
  });

  it('says who is missing, and stages nothing', async () => {
    git('config', 'user.useConfigOnly', 'true');
    git('config', '--unset', 'user.name');
    git('config', '--unset', 'user.email');
    await writeFile(at('a'), '1');
    const before = { ...process.env };
    Object.assign(process.env, { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' });
    for (const name of [
      'GIT_AUTHOR_NAME',
      'GIT_AUTHOR_EMAIL',
      'GIT_COMMITTER_NAME',
      'GIT_COMMITTER_EMAIL',
      'EMAIL',
    ])
      Reflect.deleteProperty(process.env, name);
    try {
      assert.match(
        failed(await runTask('commit all changes with message "M"'), 'error', 'no_identity'),
        /user\.name/,
      );
    } finally {
      process.env = before;
    }
    assert.equal(git('status', '--porcelain'), '?? a');
  });

  it('does not settle conflicts', async () => {
    await writeFile(at('a'), '1\n');
    git('add', '.');
    git('commit', '-qm', '1');
    git('checkout', '-qb', 'side');
    await writeFile(at('a'), '2\n');
    git('commit', '-qam', '2');
    git('checkout', '-q', 'main');
    await writeFile(at('a'), '3\n');
    git('commit', '-qam', '3');
    const merged = await runTask('git: merge side');
    failed(merged, 'error', 'exit_code');
    assert.equal(merged.run.task.filesChanged[0]?.path, 'a');
    failed(await runTask('commit all changes with message "M"'), 'error', 'unmerged');
  });

  it('uses the person’s own hooks and configuration', async () => {
    await writeFile(
      at('.git/hooks/pre-commit'),
      '#!/bin/sh\necho hook ran\necho formatted > a\ngit add a\n',
      { mode: 0o755 },
    );
    await writeFile(at('a'), '1');
    const run = completed(await runTask('commit all changes with message "M"'));
    assert.match(run.printed, /hook ran/);
    assert.deepEqual(
      run.task.filesChanged.map(change => [change.path, change.kind]),
      [['a', 'modified']],
    );
  });

  it('makes and switches branches, and hands arguments over as they are', async () => {
    await writeFile(at('a'), '1');
    completed(
      await runTask(
        'commit all changes with message "1" then create branch feature/x then switch to branch feature/x',
      ),
    );
    assert.equal(git('branch', '--show-current'), 'feature/x');
    const run = completed(await runTask('git: log -1 --format="$(id); %s"'));
    assert.equal(run.printed, '$(id); 1\n');
    const created = await runTask('git: commit --allow-empty -m one\n$ git commit -q --allow-empty -m two');
    assert.equal(completed(created).task.commits.length, 2);
    failed(await runTask('switch to branch none'), 'error', 'exit_code');
  });
});
