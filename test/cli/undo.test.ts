import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { TaskDiff } from '../../src/core/checkpoints.ts';
import type { UndoPlan } from '../../src/core/undoPlan.ts';
import { useCli } from './support/cli.ts';

describe('tasks diff and tasks undo', () => {
  const cli = useCli();

  async function ran(...task: readonly string[]): Promise<string> {
    return (await cli.json(['run', task.join('\n'), '--trust'])).taskId;
  }

  it('show a patch that git takes back', async () => {
    writeFileSync(cli.path('work', 'a.txt'), 'one\n');
    const taskId = await ran('append to a.txt: two', 'create file b.txt with content: new');
    const { stdout } = await cli.run(['tasks', 'diff', taskId]);
    assert.match(stdout, /^diff --git a\/a\.txt b\/a\.txt\n--- a\/a\.txt\n/);
    execFileSync('git', ['apply', '--reverse', '-'], { cwd: cli.root, input: stdout });
    assert.equal(readFileSync(cli.path('work', 'a.txt'), 'utf8'), 'one\n');
    assert.ok(!existsSync(cli.path('work', 'b.txt')));
    const stat = await cli.run(['tasks', 'diff', taskId, '--stat']);
    assert.equal(stat.stdout, 'modified  a.txt  +1 -0\nadded     b.txt  +1 -0\n');
  });

  it('need a yes where nobody can be asked, and say what was done', async () => {
    const taskId = await ran('create file b.txt with content: new');
    assert.equal((await cli.json(['tasks', 'undo', taskId], 3)).code, 'denied');
    const done = await cli.json<UndoPlan>(['tasks', 'undo', taskId, '--yes']);
    assert.deepEqual([done.undone, done.files], [true, [{ path: 'b.txt', action: 'delete' }]]);
    assert.ok(!existsSync(cli.path('work', 'b.txt')));
    const { undone } = await cli.json<TaskDiff>(['tasks', 'diff', taskId]);
    assert.equal(undone, true);
    const back = await cli.run(['tasks', 'undo', taskId, '--yes']);
    assert.equal(back.stdout, 'Brought back: 1 file.\n');
    assert.equal(readFileSync(cli.path('work', 'b.txt'), 'utf8'), 'new\n');
  });

  it('refuse what was changed since, also with a yes; force overwrites', async () => {
    const taskId = await ran('create file b.txt with content: new');
    writeFileSync(cli.path('work', 'b.txt'), 'mine\n');
    assert.equal((await cli.json(['tasks', 'undo', taskId, '--yes'], 1)).code, 'undo_conflict');
    assert.equal(readFileSync(cli.path('work', 'b.txt'), 'utf8'), 'mine\n');
    await cli.json(['tasks', 'undo', taskId, '--yes', '--force']);
    assert.ok(!existsSync(cli.path('work', 'b.txt')));
    await cli.json(['tasks', 'undo', taskId, '--yes']);
    assert.equal(readFileSync(cli.path('work', 'b.txt'), 'utf8'), 'mine\n');
  });

  it('say plainly that there is no git program; the task runs all the same', async () => {
    const env = { PATH: cli.path('nowhere') };
    const run = await cli.json(['run', 'create file b.txt with content: new', '--trust'], 0, { env });
    assert.equal(run.task.checkpoint, null);
    assert.match(run.task.checkpointProblem ?? '', /git was not found/);
    const problem = await cli.json(['tasks', 'undo', run.taskId, '--yes'], 1, { env });
    assert.equal(problem.code, 'no_checkpoint');
    assert.match(problem.detail, /git was not found/);
  });
});
