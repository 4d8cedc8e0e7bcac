import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { created, DiskFixture, renamed } from './support/diskFixture.ts';
import { OwnTime } from '../support/ownTime.ts';

describe('the session store on disk', () => {
  let disk: DiskFixture;
  beforeEach(() => {
    disk = new DiskFixture();
  });
  afterEach(() => disk.dispose());

  it('makes a session, and another process opens it', async () => {
    const id = randomUUID();
    const store = disk.store();
    const ledger = await store.create(id, [created(id, disk.root, 'First')]);
    await ledger.commit(() => [renamed('Second')]);
    const other = await disk.store().open(id);
    assert.equal(other.state.metadata.title, 'Second');
    assert.equal(other.state.metadata.lastEventSeq, 2);
    assert.deepEqual(other.damage, []);
    assert.equal(readFileSync(join(disk.root, '.coding-agent', '.gitignore'), 'utf8'), '*\n');
  });

  it('leaves a snapshot and no lock behind when it is closed', async () => {
    const id = randomUUID();
    const store = disk.store();
    const ledger = await store.create(id, [created(id, disk.root)]);
    ledger.dispose();
    await store.close();
    assert.ok(existsSync(disk.snapshot(id)));
    assert.deepEqual(readdirSync(join(disk.root, '.coding-agent', 'locks')), []);
    const reopened = await disk.store().open(id);
    assert.equal(reopened.state.metadata.title, 'A session');
  });

  it('appends what is asked for together in one go, each on the state before it', async () => {
    const id = randomUUID();
    const ledger = await disk.store().create(id, [created(id, disk.root)]);
    const seen: string[] = [];
    await Promise.all(
      ['a', 'b', 'c'].map(title =>
        ledger.commit(state => {
          seen.push(state.metadata.title);
          return [renamed(title)];
        }),
      ),
    );
    assert.deepEqual(seen, ['A session', 'a', 'b']);
    assert.equal(disk.lines(id).length, 4);
  });

  it('lists, trashes, restores and purges', async () => {
    const store = disk.store();
    const ids = [randomUUID(), randomUUID(), randomUUID()];
    for (const id of ids) (await store.create(id, [created(id, disk.root)])).dispose();
    assert.equal((await store.list({})).sessions.length, 3);
    const [id = ''] = ids;
    const ledger = await store.open(id);
    await ledger.commit(() => [{ type: 'sessionDeleted', data: {} }]);
    await store.trash(id);
    assert.equal((await store.list({})).sessions.length, 2);
    assert.deepEqual(
      (await store.listTrash()).map(row => row.sessionId),
      [id],
    );
    ledger.dispose();
    await assert.rejects(disk.store().open(id), { code: 'not_found', message: /is in the trash/ });
    await store.restore(id);
    const back = await store.open(id);
    await back.commit(() => [{ type: 'sessionRestored', data: {} }]);
    assert.equal((await store.list({})).sessions.length, 3);
    await back.commit(() => [{ type: 'sessionDeleted', data: {} }]);
    await store.trash(id);
    assert.deepEqual(await store.purge(), [id]);
    assert.deepEqual(await store.listTrash(), []);
  });

  it('lets two processes append to one session without losing anything', async () => {
    const id = randomUUID();
    const a = await disk.store().create(id, [created(id, disk.root)]);
    const b = await disk.store().open(id);
    await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        (index % 2 === 0 ? a : b).commit(() => [renamed(`t${index}`)]),
      ),
    );
    await a.commit(() => [renamed('last')]);
    await b.commit(() => []);
    assert.equal(b.state.metadata.title, 'last');
    assert.equal(b.state.metadata.lastEventSeq, 102);
    const seqs = disk.lines(id).map(line => (JSON.parse(line) as { seq: number }).seq);
    assert.deepEqual(
      seqs,
      Array.from({ length: 102 }, (_, index) => index + 1),
    );
  });

  it('follows another process within a second', async () => {
    const id = randomUUID();
    const a = await disk.store().create(id, [created(id, disk.root)]);
    const b = await disk.store().open(id);
    const told = new Promise<void>(resolve => b.onDidAppend(() => resolve()));
    const time = new OwnTime();
    await a.commit(() => [renamed('new')]);
    await told;
    assert.equal(b.state.metadata.title, 'new');
    assert.ok(time.end() < 1000);
  });
});
