import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createProcessTable } from '../../src/host/processTable.ts';
import { systemIds } from '../../src/host/systemPorts.ts';
import { createCheckpoints } from '../../src/workspace/checkpoints/createCheckpoints.ts';
import { useTemporaryFolder } from '../support/temporaryFolder.ts';

describe('the id of a checkpoint in a record from elsewhere', () => {
  const folder = useTemporaryFolder();

  it('is no option of git, no name and no second question', async () => {
    const root = join(folder(), 'work');
    mkdirSync(root);
    writeFileSync(join(root, 'a.txt'), 'one\n');
    const checkpoints = createCheckpoints({ root, processes: createProcessTable(systemIds) });
    const real = await checkpoints.capture(root);
    const written = join(root, 'written');
    const before = readdirSync(folder(), { recursive: true }).length;
    for (const id of [`--output=${written}`, '--help', 'HEAD', '', `${real}\nHEAD`, `${real}0`, '../a.txt']) {
      await assert.rejects(checkpoints.changes(id, real), { code: 'no_checkpoint' });
      await assert.rejects(checkpoints.changes(real, id), { code: 'no_checkpoint' });
      await assert.rejects(checkpoints.entries(id, ['a.txt']), { code: 'no_checkpoint' });
      await assert.rejects(checkpoints.content(id, 'a.txt'), { code: 'no_checkpoint' });
      const [odd, good] = await checkpoints.contents(
        [
          { checkpoint: id, path: 'a.txt' },
          { checkpoint: real, path: 'a.txt' },
        ],
        100,
      );
      assert.equal(odd, undefined, JSON.stringify(id));
      assert.equal(Buffer.from(good ?? []).toString(), 'one\n', JSON.stringify(id));
    }
    assert.equal(readdirSync(folder(), { recursive: true }).length, before, 'nothing is written');
  });
});
