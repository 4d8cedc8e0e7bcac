import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { InMemoryApprovals } from '../../src/agents/approvalMemory.ts';
import { type PermissionSettings, rulesOf } from '../../src/agents/permissionRule.ts';
import { Permissions } from '../../src/agents/permissions.ts';
import { ToolCalls } from '../../src/agents/toolCalls.ts';
import { runCommand } from '../../src/agents/tools/runCommand.ts';
import { ChangeScanner } from '../../src/workspace/changeScan.ts';
import { createFiles } from '../../src/workspace/files.ts';
import { createProcesses } from '../../src/workspace/processes.ts';
import { realClock } from '../workspace/realClock.ts';
import { temporaryFolder } from '../workspace/temporaryFolder.ts';
import { hashOf, randomIds, RecordingRun } from './recordingRun.ts';
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
          onceOnly: true,
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

  describe('by rules about argument lists', () => {
    const byModel = async (
      command: string,
      settings: PermissionSettings,
      approveInAdvance = false,
    ): Promise<RecordingRun> => {
      const run = new RecordingRun({ text: 'x', workingDirectory: root, answer: () => allow });
      const permissions = new Permissions(
        run,
        { approveInAdvance, rules: rulesOf(settings) },
        new InMemoryApprovals(),
      );
      const environment = {
        ...{ files: createFiles(root), processes: createProcesses({ clock: realClock }), signal: run.signal },
        ...{ scanner: new ChangeScanner(root), environment: { PATH: process.env['PATH'] ?? '' } },
        commandTimeoutMs: null,
      };
      const calls = new ToolCalls({ run, permissions, environment, clock: realClock, ids: randomIds });
      await calls.call(runCommand, { command }, { stepId: null, isInstruction: false });
      return run;
    };
    const decidedBy = (run: RecordingRun): string | undefined => run.calls[0]?.decision?.by;
    const settings = {
      deny: [{ args: ['git', 'push'] }],
      allow: [{ args: ['touch', 'a'] }, { args: ['printf', '*'] }, { tool: 'run_command' }],
    };

    it('runs exactly the allowed list unasked, and what a shell would make of it never', async () => {
      assert.equal(decidedBy(await byModel('touch a', settings)), 'rule');
      assert.ok(existsSync(at('a')));
      for (const other of ['touch a b', 'touch', 'touch a; touch c', 'touch a > d', 'touch $(id)'])
        assert.equal(decidedBy(await byModel(other, settings)), 'person', other);
      const open = await byModel("printf '%s' 'a  b'", settings);
      assert.deepEqual([decidedBy(open), open.printed], ['rule', 'a  b']);
    });

    it('runs the allowed list without a shell', async () => {
      const run = await byModel('command -v sh', { allow: [{ args: ['command', '*'] }] });
      assert.deepEqual([decidedBy(run), run.calls[0]?.status], ['rule', 'failed']);
    });

    it('denies every list that begins so, also when approved in advance', async () => {
      for (const inAdvance of [false, true])
        assert.deepEqual(
          (await byModel('git push --force', settings, inAdvance)).calls.map(call => [
            call.decision?.by,
            call.status,
          ]),
          [['rule', 'denied']],
        );
    });

    it('asks about a line in which a denied list may hide', async () => {
      assert.equal(decidedBy(await byModel('true && git push', settings, true)), 'person');
      assert.equal(decidedBy(await byModel('true && git push', {}, true)), 'flag');
    });
  });
});
