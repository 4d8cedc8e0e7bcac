import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { created, DiskFixture, systemProcesses } from './support/diskFixture.ts';

const WORKER = join(import.meta.dirname, 'support', 'appendWorker.ts');

describe('several processes on one session', function () {
  let disk: DiskFixture;
  let id: string;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    disk = new DiskFixture();
    id = randomUUID();
    const store = disk.store({ processes: systemProcesses() });
    await store.create(id, [created(id, disk.root)]);
    await store.close();
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await disk.dispose();
  });

  /** A process that appends `count` records and prints each title once it is acknowledged. */
  function worker(
    name: string,
    count: number,
  ): { child: ChildProcess; acknowledged: string[]; first: Promise<unknown>; closed: Promise<unknown> } {
    const child = spawn(process.execPath, [WORKER, disk.root, id, name, `${count}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const acknowledged: string[] = [];
    const lines = createInterface({ input: child.stdout }).on('line', title => acknowledged.push(title));
    return { child, acknowledged, first: once(lines, 'line'), closed: once(child, 'close') };
  }

  async function titles(): Promise<string[]> {
    const found: string[] = [];
    const store = disk.store({ processes: systemProcesses() });
    for await (const records of store.readRecords(id, 0)) {
      for (const { event } of records) found.push((event.data as { title: string }).title);
    }
    return found;
  }

  it('lose nothing and number without gaps', async () => {
    const workers = ['a', 'b', 'c', 'd'].map(name => worker(name, 100));
    await Promise.all(workers.map(({ closed }) => closed));
    assert.deepEqual(
      workers.map(({ acknowledged }) => acknowledged.length),
      [100, 100, 100, 100],
    );
    const seqs = disk.lines(id).map(text => (JSON.parse(text) as { seq: number }).seq);
    assert.deepEqual(
      seqs,
      Array.from({ length: 401 }, (_, index) => index + 1),
    );
    assert.deepEqual(readdirSync(join(disk.root, '.coding-agent', 'locks')), []);
  });

  it('lose nothing that was acknowledged when some are killed, and the others go on at once', async () => {
    const all: string[] = [];
    for (let round = 0; round < 5; round++) {
      const victim = worker(`v${round}`, 100_000);
      const other = worker(`o${round}`, 40);
      await victim.first;
      await new Promise(resolve => setTimeout(resolve, 3 * round));
      victim.child.kill('SIGKILL');
      await Promise.all([victim.closed, other.closed]);
      assert.equal(other.acknowledged.length, 40);
      all.push(...victim.acknowledged, ...other.acknowledged);
    }
    const found = await titles();
    assert.equal(new Set(found).size, found.length);
    const missing = all.filter(title => !found.includes(title));
    assert.deepEqual(missing, []);
  });
});

describe('the process table', () => {
  const table = systemProcesses();

  it('knows itself, the dead, and what it cannot judge', async () => {
    const { self } = table;
    assert.equal(table.stateOf(self), 'alive');
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);
    const other = { ...self, pid: child.pid ?? 0, start: null, nonce: 'other' };
    assert.equal(table.stateOf(other), 'alive');
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.equal(table.stateOf(other), 'dead');
    assert.equal(table.stateOf({ ...self, nonce: 'x', host: 'elsewhere' }), 'unknown');
    if (process.platform !== 'linux') return;
    assert.equal(table.stateOf({ ...self, nonce: 'x', start: '1' }), 'dead', 'a number that was given again');
    assert.equal(table.stateOf({ ...self, nonce: 'x', boot: 'before' }), 'dead', 'a boot ago');
    assert.equal(table.stateOf({ ...self, nonce: 'x', boot: null }), 'unknown');
    assert.equal(table.stateOf({ ...self, nonce: 'x', pidNamespace: 'pid:[1]' }), 'unknown');
  });
});
