import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TaskComparison } from '../../src/core/taskComparison.ts';
import { type TaskJson, useCli } from './support/cli.ts';

describe('coding-agent tasks compare and sessions fork', function () {
  this.timeout(300_000);
  const cli = useCli();

  it('compare sets all attempts of a task side by side', async () => {
    writeFileSync(join(cli.root, 'count'), '');
    const text = 'run: printf x >> count; test $(wc -c < count) -gt 1';
    const first = await cli.json(['run', text, '--trust'], 1);
    const second = await cli.json(['tasks', 'retry', first.taskId]);
    await cli.json(['tasks', 'verify', second.taskId, '--command', 'true']);
    const comparison = await cli.json<TaskComparison>(['tasks', 'compare', second.taskId]);
    assert.deepEqual(
      comparison.attempts.map(({ taskId, status, verification }) => [taskId, status, verification?.passed]),
      [
        [first.taskId, 'failed', undefined],
        [second.taskId, 'completed', true],
      ],
    );
    assert.deepEqual(
      comparison.files.map(({ path, same }) => [path, same]),
      [['count', false]],
    );
    const plain = await cli.run(['tasks', 'compare', first.taskId]);
    const rows = new Map(
      plain.stdout
        .trimEnd()
        .split('\n')
        .map(line => line.split('\t') as [string, ...string[]])
        .map(([name, ...cells]) => [name.trim(), cells]),
    );
    assert.deepEqual(rows.get('task'), [first.taskId, second.taskId]);
    assert.deepEqual(rows.get('outcome'), ['failed', 'completed']);
    assert.deepEqual(rows.get('verified'), ['–', 'verified by "true" (exit 0)']);
    assert.deepEqual(rows.get('count'), ['modified +1 -0', 'modified +1 -1']);
    assert.equal((await cli.json(['tasks', 'compare', 'nothing'], 2)).code, 'not_found');
    assert.equal((await cli.run(['tasks', 'compare'])).code, 2);
  });

  it('fork goes on from one task of a session in another, which becomes current', async () => {
    const one = await cli.json([
      'run',
      'create file a.txt with content: one',
      '--trust',
      '--new',
      '--verify',
      'true',
    ]);
    const two = await cli.json(['run', 'append to a.txt: two']);
    const forked = await cli.json([
      'sessions',
      'fork',
      one.sessionId,
      '--at',
      one.taskId,
      '--title',
      'Other way',
    ]);
    assert.deepEqual(Object.keys(forked), ['sessionId', 'metadata']);
    assert.deepEqual(
      [forked.metadata.title, forked.metadata.totalTasks, forked.metadata.forked],
      ['Other way', 1, { from: one.sessionId, at: one.taskId }],
    );
    const { tasks } = await cli.json(['tasks', 'list']);
    const [copy] = tasks;
    assert.ok(copy && tasks.length === 1);
    const { checkpoint, checkpointAfter } = one.task;
    assert.deepEqual(copy.copyOf, {
      ...{ sessionId: one.sessionId, taskId: one.taskId },
      ...{ checkpoint, checkpointAfter },
    });
    assert.deepEqual([copy.startedAt, copy.filesChanged], [one.task.startedAt, one.task.filesChanged]);
    const shown = await cli.run(['tasks', 'show', copy.id]);
    assert.match(shown.stdout, /✓ completed .* · 1 file changed · verified by "true"/);
    // The words are the person's own, proven, so nothing is asked when it runs again in the fork.
    const again = await cli.json(['tasks', 'retry', copy.id], 1);
    assert.deepEqual(
      [again.sessionId, again.task.reason, again.task.errorCode],
      [forked.sessionId, 'error', 'file_exists'],
    );
    assert.equal((await cli.json(['run', 'append to a.txt: three'])).sessionId, forked.sessionId);
    const source = await cli.json(['sessions', 'show', one.sessionId]);
    assert.equal(source.metadata.totalTasks, 2);
    assert.equal((await cli.json<TaskJson>(['tasks', 'show', two.taskId])).sessionId, one.sessionId);
    assert.equal((await cli.json(['stats'])).tasks, 4, 'a copy is no work');
    assert.equal((await cli.run(['doctor'])).code, 0);
    assert.equal(
      (await cli.json(['sessions', 'fork', one.sessionId, '--at', 'nothing'], 2)).code,
      'not_found',
    );
    // It stands by itself: what it came from may go.
    await cli.json(['sessions', 'delete', one.sessionId]);
    await cli.json(['sessions', 'purge', one.sessionId, '--yes']);
    assert.equal((await cli.json<TaskJson>(['tasks', 'show', copy.id])).description, one.task.description);
    assert.match(
      (await cli.run(['sessions', 'fork', forked.sessionId])).stdout,
      /^Forked with 3 tasks: Other way \(fork\)/,
    );
  });
});
