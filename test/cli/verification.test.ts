import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TaskJson, useCli } from './support/cli.ts';

describe('coding-agent and verification', function () {
  this.timeout(300_000);
  const cli = useCli();
  const passing = 'create file a.txt with content: hello';

  it('run --verify lets a command confirm the task, and says so', async () => {
    const good = await cli.json(['run', passing, '--verify', 'grep -q hello a.txt', '--trust']);
    const { verification } = good.task;
    assert.deepEqual(
      [good.task.status, verification?.command, verification?.exitCode, verification?.passed],
      ['completed', 'grep -q hello a.txt', 0, true],
    );
    assert.deepEqual([good.stats.verifiedRate, good.stats.successRate], [100, 100]);
    // The tree is the one that the task left behind: what the command leaves is not in it.
    const littering = await cli.json(['run', 'append to a.txt: x', '--verify', 'touch report']);
    assert.match(littering.task.checkpointAfter ?? '', /^[0-9a-f]+$/);
    assert.equal(littering.task.verification?.tree, littering.task.checkpointAfter);
    assert.deepEqual(
      littering.task.filesChanged.map(({ path }) => path),
      ['a.txt'],
    );
    const later = await cli.json<TaskJson>(['tasks', 'verify', littering.taskId]);
    assert.notEqual(later.verification?.tree, littering.task.verification?.tree);
    assert.equal(later.verification?.stale, false);
    const bad = await cli.run(['run', 'append to a.txt: more', '--verify', 'echo no such luck; exit 3']);
    assert.equal(bad.code, 1, bad.stderr);
    assert.match(bad.stdout, /\| no such luck\n/);
    assert.match(
      bad.stdout,
      /✗ not verified \(verification_failed\).*not verified by "echo no such luck; exit 3" \(exit 3\)/,
    );
    assert.match(bad.stdout, /reported success/);
    const { stats } = await cli.json(['sessions', 'show', good.sessionId]);
    assert.deepEqual([stats.tasks, stats.completed], [3, 2]);
    assert.ok(stats.verifiedRate !== null && Math.abs(stats.verifiedRate - 66.7) < 0.1);
    assert.equal((await cli.run(['run', '$ true', '--verify', ''])).code, 2);
    const plain = await cli.run(['run', '$ true', '--verify', 'true']);
    assert.match(plain.stdout, /✓ completed in .* · verified by "true" \(exit 0\)/);
  });

  it('shows programs no proof of authorship, in whatever form', async () => {
    const proof = /"(s|verifyS)eal":/;
    const { task, sessionId } = await cli.json(['run', passing, '--verify', 'true', '--trust']);
    const journal = join(cli.root, '.coding-agent', 'sessions', `${sessionId}.events.jsonl`);
    assert.match(readFileSync(journal, 'utf8'), proof);
    for (const args of [
      ['run', 'append to a.txt: x', '--verify', 'true', '--json'],
      ['run', 'append to a.txt: x', '--verify', 'true', '--jsonl'],
      ['tasks', 'verify', task.id, '--command', 'true', '--jsonl'],
      ['tasks', 'list', '--json'],
      ['tasks', 'show', task.id, '--json'],
      ['sessions', 'export', '--format', 'json', '--out', '-'],
    ]) {
      const { stdout } = await cli.run(args);
      assert.match(stdout, /"command": ?"true"/, args.join(' '));
      assert.doesNotMatch(stdout, proof, args.join(' '));
    }
  });

  it('tasks verify offers what the workspace has, then runs what is chosen, and knows when it is stale', async () => {
    writeFileSync(
      join(cli.root, 'package.json'),
      JSON.stringify({ scripts: { test: 'node --test', lint: 'true' } }),
    );
    const { taskId } = await cli.json(['run', passing, '--trust']);
    const asked = await cli.json(['tasks', 'verify', taskId], 2);
    assert.deepEqual([asked.code, asked.field], ['invalid_input', 'command']);
    assert.match(asked.detail, /"npm test", "npm run lint"/);
    const task = await cli.json<TaskJson>(['tasks', 'verify', taskId, '--command', 'cat a.txt']);
    assert.deepEqual(
      [task.status, task.verification?.passed, task.verification?.stale],
      ['completed', true, false],
    );
    const again = await cli.run(['tasks', 'verify', taskId]);
    assert.equal(again.code, 0, again.stderr);
    assert.equal(again.stdout, '    | hello\n✓ verified by "cat a.txt" (exit 0)\n');
    writeFileSync(join(cli.root, 'a.txt'), 'other\n');
    const shown = await cli.run(['tasks', 'show', taskId]);
    assert.match(
      shown.stdout,
      /verified by "cat a.txt" \(exit 0, stale: files that it covers changed since\)/,
    );
    assert.equal((await cli.json<TaskJson>(['tasks', 'show', taskId])).verification?.stale, true);
    const failing = await cli.run(['tasks', 'verify', taskId, '--command', 'grep -q hello a.txt']);
    assert.deepEqual(
      [failing.code, failing.stdout],
      [1, '✗ not verified by "grep -q hello a.txt" (exit 1)\n'],
    );
    assert.equal((await cli.json<TaskJson>(['tasks', 'show', taskId])).status, 'completed');
    const lines = (await cli.run(['tasks', 'verify', taskId, '--command', 'true', '--jsonl'])).stdout;
    const types = lines
      .trim()
      .split('\n')
      .map(line => (JSON.parse(line) as { type?: string }).type);
    assert.deepEqual(types.slice(0, 2), ['verificationRequested', 'verificationStarted']);
    assert.equal(types.at(-2), 'verificationEnded');
    assert.equal((await cli.json(['tasks', 'verify', 'nothing', '--command', 'true'], 2)).code, 'not_found');
  });

  it('takes the command of the user’s config.json, after work only, and never one of the workspace', async () => {
    mkdirSync(join(cli.home, 'config', 'coding-agent'), { recursive: true });
    const config = join(cli.home, 'config', 'coding-agent', 'config.json');
    mkdirSync(join(cli.root, '.vscode'));
    writeFileSync(join(cli.root, '.vscode', 'settings.json'), '{"codingAgent.verify":"touch evil"}');
    writeFileSync(join(cli.root, 'config.json'), '{"verify":"touch evil"}');
    const unset = await cli.json(['run', passing, '--trust']);
    assert.equal(unset.task.verification, null);
    writeFileSync(config, '{"verify":"test -e a.txt"}');
    const work = await cli.json(['run', 'append to a.txt: more']);
    assert.equal(work.task.verification?.command, 'test -e a.txt');
    assert.equal((await cli.json(['run', '$ true'])).task.verification, null);
    assert.equal((await cli.json<TaskJson>(['tasks', 'verify', unset.taskId])).verification?.passed, true);
  });

  it('tasks retry keeps the verification and may take another agent', async () => {
    const first = await cli.json(['run', passing, '--verify', 'false', '--trust'], 1);
    assert.equal(first.task.reason, 'verification');
    const second = await cli.json(['tasks', 'retry', first.taskId, '--agent', 'direct'], 1);
    assert.deepEqual([second.task.attempt, second.task.agent, second.task.verify], [2, 'direct', 'false']);
    assert.equal((await cli.json(['tasks', 'retry', first.taskId, '--agent', 'nobody'], 2)).field, 'agent');
  });
});
