import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostOn } from '../crash/support/hostOn.ts';
import { useTemporaryFolder } from '../support/temporaryFolder.ts';
import { folderState } from './support/folderState.ts';
import { Workbench } from './support/workbench.ts';

const WORKER = join(import.meta.dirname, 'workers/undo.ts');
/** How many moments of an undo it is killed at; every one with `UNDO_KILLS=0`. */
const KILLS = Number(process.env['UNDO_KILLS'] ?? '3');

describe('kill -9 during an undo', function () {
  this.timeout(30 * 60_000);
  const folder = useTemporaryFolder();

  it('leaves all of it or nothing once the session is opened again, at every moment', async () => {
    const bench = await Workbench.open(folder(), root => {
      for (const name of ['a', 'b', 'c']) writeFileSync(join(root, name), `${name}\n`);
      mkdirSync(join(root, 'dir'));
      writeFileSync(join(root, 'dir/in'), 'in');
      writeFileSync(join(root, 'big'), Buffer.alloc(300_000, 'x'));
      symlinkSync('a', join(root, 'link'));
    });
    const { root } = bench;
    const before = folderState(root);
    const task = await bench.run(
      '$ echo more >> a && mv b moved && rm c link && rm -r dir && echo file > dir && mkdir -p new/deep && echo 1 > new/deep/f && echo y >> big && chmod +x a',
    );
    const after = folderState(root);
    await bench.close();
    const work = (last: number) =>
      spawnSync(process.execPath, [WORKER, root, task.id, String(last)], { encoding: 'utf8' });
    const dry = work(0);
    assert.equal(dry.status, 0, dry.stderr);
    const total = Number(dry.stdout);
    assert.deepEqual(folderState(root), before);
    const step = KILLS === 0 ? 1 : total / KILLS;
    for (let at = 1; at <= total; at += step) {
      const killed = work(Math.round(at));
      assert.equal(killed.signal, 'SIGKILL', killed.stderr);
      const host = await hostOn(root);
      const { task: now } = await host.sessions.getTask(task.id);
      await host.close();
      assert.equal(now.restoring, undefined);
      assert.deepEqual(
        folderState(root),
        now.undone !== undefined ? before : after,
        `killed at ${Math.round(at)} of ${total}`,
      );
    }
  });
});
