import assert from 'node:assert/strict';
import { cpSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessOwner } from '../../src/core/processOwner.ts';
import { created, DiskFixture, renamed, ScriptedProcesses } from './support/diskFixture.ts';

const ID = 'aaaaaaaa-1111-4111-8111-111111111111';

/** A process of another machine, or of this one after it was started again. */
function elsewhere(change: Partial<ProcessOwner>): ScriptedProcesses {
  const processes = new ScriptedProcesses();
  Object.assign(processes.self, change);
  return processes;
}

describe('the folder of the sessions on another machine', () => {
  const fixtures: DiskFixture[] = [];
  const fixture = (): DiskFixture => {
    const made = new DiskFixture();
    fixtures.push(made);
    return made;
  };
  afterEach(async () => {
    for (const made of fixtures.splice(0)) await made.dispose();
  });

  async function made(): Promise<DiskFixture> {
    const here = fixture();
    const store = here.store();
    const ledger = await store.create(ID, [created(ID, here.root, 'Taken along')]);
    await ledger.commit(() => [renamed('Taken along, once more')]);
    ledger.dispose();
    await store.close();
    return here;
  }

  for (const [what, change] of Object.entries({
    'of another name': { host: 'elsewhere' },
    'that was started again': { boot: 'another' },
    'in another pid namespace': { pidNamespace: 'another' },
  })) {
    it(`${what} has the same sessions, at their new place, and they go on`, async () => {
      const here = await made();
      const there = fixture();
      cpSync(join(here.root, '.coding-agent'), join(there.root, '.coding-agent'), { recursive: true });
      const store = there.store({ processes: elsewhere(change) });
      const { sessions, damaged } = await store.list({});
      assert.deepEqual(
        sessions.map(row => [row.sessionId, row.title, row.projectPath, row.workingDirectory, row.imported]),
        [[ID, 'Taken along, once more', there.root, there.root, undefined]],
      );
      assert.deepEqual(damaged, []);
      const ledger = await store.open(ID);
      await ledger.commit(() => [renamed('Going on')]);
      assert.deepEqual([ledger.state.metadata.title, ledger.damage], ['Going on', []]);
    });
  }

  it('is found by its new name and through a link, too', async () => {
    const here = await made();
    const there = fixture();
    renameSync(join(here.root, '.coding-agent'), join(there.root, '.coding-agent'));
    const link = join(here.root, 'link');
    symlinkSync(there.root, link);
    for (const root of [there.root, link]) {
      const { sessions } = await there.store({ root, processes: elsewhere({ host: 'elsewhere' }) }).list({});
      assert.deepEqual(
        sessions.map(row => [row.sessionId, row.projectPath]),
        [[ID, root]],
      );
    }
  });
});
