import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commandOrGitReading, gitReading } from '../../../src/agents/tools/gitReading.ts';
import type { ToolEnvironment } from '../../../src/agents/tools/tool.ts';
import { plainArguments } from '../../../src/workspace/plainArguments.ts';
import { createFiles } from '../../../src/workspace/files.ts';
import { temporaryFolder } from '../../workspace/temporaryFolder.ts';

describe('a model that looks at git', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let root: string;
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: folder.path, encoding: 'utf8' });

  beforeEach(async () => {
    folder = await temporaryFolder();
    root = join(folder.path, 'work');
    await mkdir(root);
    await writeFile(join(root, 'a.txt'), 'one\n');
    await writeFile(join(folder.path, 'outside.txt'), 'outside one\n');
    git('init', '-q');
    git('add', '.');
    git('-c', 'user.name=A', '-c', 'user.email=a@example.com', 'commit', '-qm', 'First');
    await writeFile(join(root, 'a.txt'), 'two\n');
    await writeFile(join(folder.path, 'outside.txt'), 'outside two\n');
  });
  afterEach(() => folder.remove());

  async function run(command: string): Promise<{ readonly class: string; readonly text: string }> {
    const environment = { files: createFiles(root), signal: new AbortController().signal } as ToolEnvironment;
    const call = await commandOrGitReading.prepare({ command }, environment);
    if (call.class !== 'read') return { class: call.class, text: '' };
    const none = (): Promise<void> => Promise.resolve();
    return { class: call.class, text: (await call.act({ started: none, output: none })).text };
  }

  it('reads status, diff and log of its folder without being asked, and nothing above it', async () => {
    assert.match((await run('git status --short')).text, /^ ?M a\.txt\n/);
    const diff = await run('git diff');
    assert.equal(diff.class, 'read');
    assert.match(diff.text, /-one\n\+two/);
    assert.doesNotMatch(diff.text, /outside/);
    assert.match((await run('git diff HEAD -- a.txt')).text, /\+two/);
    assert.match((await run('git log --oneline -5')).text, /First/);
    assert.doesNotMatch((await run('git log -p')).text, /outside/);
  });

  it('runs nothing that the repository names', async () => {
    const ran = join(folder.path, 'ran');
    git('config', 'diff.external', `touch ${ran};`);
    git('config', 'core.fsmonitor', `touch ${ran}; false`);
    git('config', 'core.pager', `touch ${ran}`);
    git('config', 'diff.evil.textconv', `touch ${ran};cat`);
    git('config', 'filter.evil.clean', `touch ${ran};cat`);
    await writeFile(join(root, '.gitattributes'), '*.txt diff=evil filter=evil\n');
    for (const command of ['git status', 'git diff', 'git log -p'])
      assert.equal((await run(command)).class, 'read');
    assert.ok(!existsSync(ran));
  });

  it('takes anything that is not sure to only look for the command that it is', () => {
    const reading = (command: string): unknown => gitReading(plainArguments(command) ?? [], root);
    for (const command of [
      'git diff --output=x',
      'git diff --ext-diff',
      'git diff --no-index /etc/passwd a.txt',
      'git diff ../outside.txt',
      'git diff -- ../outside.txt',
      'git diff -- :/outside.txt',
      'git diff -- /etc/passwd',
      'git diff HEAD:outside.txt',
      'git log --output x',
      'git log --format=%x00 --exec=x',
      'git -c core.pager=x log',
      'git status; touch x',
      'git status $(touch x)',
      'git status > x',
      'git commit -m x',
      'git push',
      'git show',
      'git',
      '/tmp/git status',
      'GIT_DIR=x git status',
    ])
      assert.equal(reading(command), undefined, command);
    assert.deepEqual(reading('git diff --cached main..HEAD'), [
      ...['diff', '--cached', 'main..HEAD', '--', '.'],
    ]);
    assert.deepEqual(reading('git log'), ['log', '--max-count=50', '--', '.']);
  });
});
