import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useTemporaryFolder } from '../support/temporaryFolder.ts';
import { undoFixture } from './support/undoFixture.ts';

describe('removing checkpoints', function () {
  this.timeout(60_000);
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
    const next = await command(() => {
      writeFileSync(join(folder(), 'a.txt'), '2');
    });
    assert.ok((await undo.undo(next.id)).task.undone);
  });

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
