import assert from 'node:assert/strict';
import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useTemporaryFolder } from '../support/temporaryFolder.ts';
import { fillWithObjects } from './support/fillWithObjects.ts';
import { undoFixture } from './support/undoFixture.ts';

describe('removing checkpoints', function () {
  this.timeout(300_000);
  const folder = useTemporaryFolder();
  const kept = (): readonly string[] => readdirSync(join(folder(), '.coding-agent/checkpoints/refs/tasks'));

  it('takes those from before a time, and no others; what is left can be undone', async () => {
    const { command, undo } = undoFixture(folder());
    const task = await command(() => {
      writeFileSync(join(folder(), 'a.txt'), '1');
    });
    assert.equal((await undo.prune(new Date(0))).tasks, 0);
    await undo.undo(task.id);
    assert.equal((await undo.prune(new Date(Date.now() + 1000))).tasks, 1);
    assert.deepEqual(kept(), []);
    const pruned = { code: 'checkpoint_pruned', message: /^Checkpoint pruned/ };
    await assert.rejects(undo.diff(task.id), pruned);
    await assert.rejects(undo.content(task.id, 'before', 'a.txt'), pruned);
    await assert.rejects(undo.plan(task.id), pruned);
    await assert.rejects(undo.undo(task.id), pruned);
    await assert.rejects(undo.undo(task.id, { force: true }), pruned);
    assert.deepEqual(kept(), []);
    const next = await command(() => {
      writeFileSync(join(folder(), 'a.txt'), '2');
    });
    assert.ok((await undo.undo(next.id)).task.undone);
  });

  it('happens by itself only above the limit of size: the older half of what is older than a day', async () => {
    let limit = 1e9;
    const { command, undo } = undoFixture(folder(), () => limit);
    const write = (): void => {
      writeFileSync(join(folder(), 'a.txt'), String(Math.random()));
    };
    const tasks = [await command(write), await command(write), await command(write), await command(write)];
    const [oldest, old, older] = tasks.map(({ id }) => id);
    age(oldest, 4);
    age(old, 2);
    age(older, 3);
    fillStore('1');
    tasks.push(await command(write));
    assert.equal(kept().length, 5);
    limit = 1;
    fillStore('2');
    tasks.push(await command(write));
    const left = tasks.map(({ id }) => id).filter(id => id !== oldest && id !== older);
    assert.deepEqual(kept().toSorted(), left.sort());
    await assert.rejects(undo.diff(oldest ?? ''), { code: 'checkpoint_pruned' });
    assert.equal((await undo.diff(old ?? '')).files.length, 1);
  });

  function age(taskId: string | undefined, days: number): void {
    const refs = join(folder(), '.coding-agent/checkpoints/refs/tasks', taskId ?? '');
    const time = new Date(Date.now() - days * 24 * 60 * 60 * 1000);
    for (const name of readdirSync(refs)) utimesSync(join(refs, name), time, time);
  }

  function fillStore(mark: string): void {
    fillWithObjects(join(folder(), '.coding-agent/checkpoints'), mark);
  }

  it('goes along with a session that is removed for good, and not with one that is in the trash', async () => {
    const { command, manager } = undoFixture(folder());
    const write = (): void => {
      writeFileSync(join(folder(), 'a.txt'), String(Math.random()));
    };
    const [gone, other] = [await command(write), await command(write)];
    await manager.deleteSession(gone.sessionId);
    assert.deepEqual(kept().toSorted(), [gone.id, other.id].sort());
    await manager.purgeTrash(gone.sessionId);
    assert.deepEqual(kept(), [other.id]);
  });
});
