import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { SessionLedger, SessionStore } from '../../src/core/ports.ts';
import { created, DiskFixture, renamed } from './support/diskFixture.ts';
import { line } from './support/memoryFixture.ts';

describe('while a session is open, somebody else', () => {
  let disk: DiskFixture;
  let id: string;
  let store: SessionStore;
  let ledger: SessionLedger;

  beforeEach(async () => {
    disk = new DiskFixture();
    id = randomUUID();
    store = disk.store();
    ledger = await store.create(id, [created(id, disk.root, 't1')]);
    for (const title of ['t2', 't3', 't4']) await ledger.commit(() => [renamed(title)]);
  });
  afterEach(() => disk.dispose());

  /** The titles that a new process finds in the journal, in order. */
  async function titles(): Promise<string[]> {
    const found: string[] = [];
    for await (const records of disk.store().readRecords(id, 0)) {
      for (const { event } of records)
        if ('title' in (event.data as object)) found.push((event.data as { title: string }).title);
    }
    return found;
  }

  async function goOn(title = 't5'): Promise<void> {
    await ledger.commit(() => [renamed(title)]);
    assert.equal(ledger.state.metadata.title, title);
  }

  it('removes the whole folder: all that was acknowledged is written again', async () => {
    rmSync(join(disk.root, '.coding-agent'), { recursive: true });
    await goOn();
    assert.deepEqual(await titles(), ['t1', 't2', 't3', 't4', 't5']);
  });

  it('removes the folder for good: nothing comes back by itself', async () => {
    rmSync(join(disk.root, '.coding-agent'), { recursive: true });
    ledger.dispose();
    await store.close();
    assert.deepEqual(readdirSync(disk.root), []);
  });

  it('moves the journal away', async () => {
    renameSync(disk.journal(id), join(disk.root, 'elsewhere'));
    await goOn();
    assert.deepEqual(await titles(), ['t1', 't2', 't3', 't4', 't5']);
  });

  it('puts an older state back (git checkout)', async () => {
    const old = `${disk.lines(id).slice(0, 2).join('\n')}\n`;
    rmSync(disk.journal(id));
    writeFileSync(disk.journal(id), old);
    await goOn();
    assert.deepEqual(await titles(), ['t1', 't2', 't3', 't4', 't5']);
  });

  it('cuts the file', async () => {
    truncateSync(disk.journal(id), 150);
    await goOn();
    assert.deepEqual((await titles()).slice(-4), ['t2', 't3', 't4', 't5']);
  });

  it('empties the file', async () => {
    truncateSync(disk.journal(id), 0);
    await goOn();
    assert.deepEqual(await titles(), ['t1', 't2', 't3', 't4', 't5']);
  });

  it('empties a file that was opened from its snapshot: what is known is adopted', async () => {
    await ledger.commit(() => [{ type: 'sessionPinned', data: { pinned: true } }]);
    ledger.dispose();
    await store.close();
    ledger = await disk.store().open(id);
    truncateSync(disk.journal(id), 0);
    await goOn();
    const fresh = await disk.store().open(id);
    assert.deepEqual([fresh.state.metadata.title, fresh.state.metadata.pinned], ['t5', true]);
    assert.deepEqual(fresh.damage, []);
  });

  it('puts another history in its place: that one counts, ours is kept beside it', async () => {
    const [first = '', second = ''] = disk.lines(id);
    rmSync(disk.journal(id));
    writeFileSync(disk.journal(id), `${first}\n${second}\n${line(3, renamed('theirs'))}`);
    await goOn('after');
    assert.deepEqual(await titles(), ['t1', 't2', 'theirs', 'after']);
    const copy = readFileSync(join(disk.sessions, `${id}.conflict-1.jsonl`), 'utf8');
    assert.match(copy, /t3.*\n.*t4/);
    const { sessions, damaged } = await disk.store().list({});
    assert.equal(sessions.length, 1);
    assert.deepEqual(
      damaged.map(({ file }) => file),
      [`${id}.conflict-1.jsonl`],
    );
  });

  it('writes over the file and removes it: what was acknowledged is there again, and beside it what they wrote', async () => {
    const [first = '', second = ''] = disk.lines(id);
    writeFileSync(disk.journal(id), `${first}\n${second}\n${line(3, renamed('theirs'))}`);
    rmSync(disk.journal(id));
    await goOn();
    assert.deepEqual(await titles(), ['t1', 't2', 't3', 't4', 't5']);
    assert.match(readFileSync(join(disk.sessions, `${id}.conflict-1.jsonl`), 'utf8'), /theirs/);
    assert.deepEqual((await disk.store().open(id)).damage, []);
  });

  it('joins two histories in one file (git merge)', async () => {
    const theirs = [line(3, renamed('u3')), line(4, renamed('u4'))].join('');
    const merged = readFileSync(disk.journal(id), 'utf8') + theirs;
    rmSync(disk.journal(id));
    writeFileSync(disk.journal(id), merged);
    await goOn();
    assert.deepEqual(await titles(), ['t1', 't2', 't3', 't4', 't5']);
    assert.equal((await disk.store().open(id)).damage.length, 2);
  });

  it('copies the folder over itself: nothing changes', async () => {
    const copy = join(disk.root, 'copy');
    copyFileSync(disk.journal(id), copy);
    renameSync(copy, disk.journal(id));
    await goOn();
    assert.deepEqual(await titles(), ['t1', 't2', 't3', 't4', 't5']);
  });

  it('puts a folder in its place: a typed error, and it goes on when that is gone', async () => {
    const away = join(disk.root, 'away');
    renameSync(disk.journal(id), away);
    mkdirSync(disk.journal(id));
    await assert.rejects(
      ledger.commit(() => [renamed('x')]),
      { name: 'SessionError' },
    );
    rmSync(disk.journal(id), { recursive: true });
    await goOn();
    assert.deepEqual(await titles(), ['t1', 't2', 't3', 't4', 't5']);
  });

  it('moves the session to the trash: it is not made again', async () => {
    const other = disk.store();
    await (await other.open(id)).commit(() => [{ type: 'sessionDeleted', data: {} }]);
    await other.trash(id);
    await assert.rejects(
      ledger.commit(() => [renamed('x')]),
      { code: 'not_found' },
    );
    await store.close();
    assert.deepEqual(readdirSync(disk.sessions), []);
  });
});
