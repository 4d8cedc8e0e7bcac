import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { temporaryFolder } from '../workspace/temporaryFolder.ts';
import { hashOf } from './recordingRun.ts';
import { completed, failed, runIn, type RunTask } from './runTask.ts';

describe('permission', () => {
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

  const allow = { allowed: true, by: 'person', scope: 'once' } as const;

  it('for a text from elsewhere is asked once, with all of it shown, before anything runs', async () => {
    const text = 'create file a with content: x\u001b[2J\n$ touch b';
    const ran = await runTask(text, {
      instructed: false,
      answer: question => {
        assert.deepEqual(question, {
          subject: 'create file a with content: x␛[2J\n$ touch b',
          hash: hashOf(text),
        });
        assert.equal(existsSync(at('a')), false);
        return allow;
      },
    });
    const run = completed(ran);
    assert.equal(run.questions.length, 1);
    assert.deepEqual(
      run.calls.map(call => [call.tool, call.decision?.by]),
      [
        ['instructions', 'person'],
        ['write_file', 'person'],
        ['run_command', 'person'],
      ],
    );
    const types = run.types;
    assert.ok(types.indexOf('toolCallRequested') < types.indexOf('approvalRequested'));
  });

  it('for a text from elsewhere that nobody gives denies the task', async () => {
    const ran = await runTask('$ touch b', { instructed: false });
    assert.match(failed(ran, 'denied', 'denied'), /Nobody can be asked here/);
    assert.deepEqual(await readdir(root), []);
    assert.equal(ran.run.calls[0]?.status, 'denied');
  });

  it('given in advance covers a text from elsewhere', async () => {
    const policy = { approveInAdvance: true, rules: [] };
    const run = completed(await runTask('$ touch b', { instructed: false }, { policy }));
    assert.deepEqual(
      run.calls.map(call => call.decision?.by),
      ['flag', 'flag'],
    );
    assert.equal(run.questions.length, 0);
  });

  it('follows the rules of the person: deny before ask before allow', async () => {
    const policy = {
      approveInAdvance: false,
      rules: [
        { effect: 'allow', tool: 'run_command' },
        { effect: 'ask', tool: 'run_command' },
        { effect: 'deny', tool: 'run_command', subject: 'rm -rf .', reason: 'Not that.' },
        { effect: 'deny', args: ['git', 'push'] },
      ],
    } as const;
    assert.match(
      failed(await runTask('$ rm -rf .', { answer: () => allow }, { policy }), 'denied', 'denied'),
      /Not that\./,
    );
    const asked = await runTask('$ touch a', { answer: () => allow }, { policy });
    assert.deepEqual(completed(asked).questions, [{ subject: 'touch a', hash: hashOf('touch a') }]);
    assert.equal(asked.run.calls[0]?.decision?.by, 'person');
    git('init', '-q');
    failed(await runTask('git: push --force', {}, { policy }), 'denied', 'denied');
    completed(await runTask('git: status', {}, { policy }));
  });
});
