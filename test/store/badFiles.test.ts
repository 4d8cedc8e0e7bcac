import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { created, DiskFixture } from './support/diskFixture.ts';
import { firstLine, ID, MemoryFixture, OTHER, ROOT } from './support/memoryFixture.ts';

const CONTENTS: Readonly<Record<string, string | Buffer>> = {
  empty: '',
  'cut off': '{"sessionId": "aaaaaaaa-1111-4111-8111-1111',
  binary: Buffer.from([0, 255, 254, 0, 13, 10, 128]),
  'a list': '[]',
  'a number': '7',
  'of another session': JSON.stringify({ sessionId: OTHER }),
  'without an id': '{}',
  'with an id that is none': JSON.stringify({ sessionId: '../../x' }),
  'with an upper-case id': JSON.stringify({ sessionId: ID.toUpperCase() }),
};

describe('a session file that is none', () => {
  for (const [kind, content] of Object.entries(CONTENTS)) {
    it(`(a snapshot, ${kind}) is never a session, always damaged, and stays as it is`, async () => {
      const memory = new MemoryFixture();
      memory.placeFolders();
      memory.disk.place(memory.snapshot(), content);
      const store = memory.store();
      const { sessions, damaged } = await store.list({});
      assert.deepEqual(sessions, []);
      assert.deepEqual(
        damaged.map(({ file }) => file),
        [`${ID}.session.json`],
      );
      assert.ok((damaged[0]?.problem.length ?? 0) > 10);
      const problem = damaged[0]?.problem ?? '';
      await assert.rejects(store.open(ID), {
        code: 'damaged',
        message: `The session ${ID} cannot be read. ${ID}.session.json: ${problem} Nothing was changed.`,
      });
      await memory.close();
      assert.deepEqual(memory.disk.content(memory.snapshot()), Buffer.from(content));
    });
  }

  for (const [kind, content] of Object.entries({ empty: '', binary: Buffer.alloc(5000), text: 'hello\n' })) {
    it(`(a journal, ${kind}) is damaged too`, async () => {
      const memory = new MemoryFixture();
      memory.placeJournal(content);
      const store = memory.store();
      assert.deepEqual((await store.list({})).sessions, []);
      assert.equal((await store.list({})).damaged[0]?.file, `${ID}.events.jsonl`);
      await assert.rejects(store.open(ID), { code: 'damaged' });
      await memory.close();
    });
  }

  it('because of its name is damaged', async () => {
    const memory = new MemoryFixture();
    memory.placeFolders();
    const names = [
      'notes.txt',
      'x.session.json',
      `${ID.toUpperCase()}.session.json`,
      `${ID}.events.1.jsonl`,
      `${ID}.events.0.jsonl`,
    ];
    for (const name of names) memory.disk.place(`${memory.sessionsFolder}/${name}`, '{}');
    memory.disk.place(`${memory.sessionsFolder}/.DS_Store`, '');
    const { sessions, damaged } = await memory.store().list({});
    assert.deepEqual(sessions, []);
    assert.deepEqual(damaged.map(({ file }) => file).sort(), [...names].sort());
    await memory.close();
  });

  it('(a snapshot of 100 MB) is not read, and its journal is', async () => {
    const memory = new MemoryFixture();
    memory.placeJournal(firstLine());
    memory.disk.place(memory.snapshot(), Buffer.alloc(100_000_000, ' '));
    assert.equal((await memory.read()).title, 'one');
    const other = new MemoryFixture();
    other.placeFolders();
    other.disk.place(other.snapshot(), Buffer.alloc(100_000_000, ' '));
    assert.match((await other.store().list({})).damaged[0]?.problem ?? '', /larger than 64 MB/);
    await memory.close();
    await other.close();
  });

  it('with prototype keys in it is an ordinary one', async () => {
    const memory = new MemoryFixture();
    memory.placeFolders();
    const record =
      '{"id":"__proto__","sessionId":"s","description":"d","agent":"a","createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z","type":"code","status":"pending","filesChanged":[],"commits":[],"executionTime":null,"usage":null,"verification":null}';
    memory.disk.place(
      memory.snapshot(),
      `{"sessionId":"${ID}","__proto__":{"polluted":1},"taskRecords":{"__proto__":${record}}}`,
    );
    const ledger = await memory.store().open(ID);
    assert.equal(ledger.state.tasks.get('__proto__')?.description, 'd');
    assert.equal(({} as { polluted?: number }).polluted, undefined);
    await memory.close();
  });
});

describe('on a real disk', () => {
  let disk: DiskFixture;
  beforeEach(() => {
    disk = new DiskFixture();
  });
  afterEach(() => disk.dispose());

  it('links, folders and pipes are damaged, never followed, never waited for', async () => {
    mkdirSync(disk.sessions, { recursive: true });
    const secret = join(disk.root, 'secret');
    const [link, journalLink, folder, pipe] = Array.from({ length: 4 }, () => randomUUID());
    writeFileSync(secret, JSON.stringify({ sessionId: link }));
    symlinkSync(secret, disk.snapshot(link ?? ''));
    symlinkSync(secret, disk.journal(journalLink ?? ''));
    mkdirSync(disk.snapshot(folder ?? ''));
    execFileSync('mkfifo', [disk.journal(pipe ?? '')]);
    const store = disk.store();
    const { sessions, damaged } = await store.list({});
    assert.deepEqual(sessions, []);
    assert.equal(damaged.length, 4);
    for (const id of [link, journalLink, folder, pipe])
      await assert.rejects(store.open(id ?? ''), { code: 'damaged' });
    assert.equal(readdirSync(disk.sessions).length, 4);
  });

  it('a session whose snapshot is a link is read from its journal, and the link is told of and stays', async () => {
    const id = randomUUID();
    const store = disk.store();
    await store.create(id, [created(id, disk.root)]);
    await store.close();
    execFileSync('rm', [disk.snapshot(id)]);
    symlinkSync('/etc/passwd', disk.snapshot(id));
    const other = disk.store();
    assert.equal((await other.open(id)).state.metadata.title, 'A session');
    const { sessions, damaged } = await disk.store().list({});
    assert.deepEqual([sessions.length, damaged.map(({ file }) => file)], [1, [`${id}.session.json`]]);
    await other.close();
    assert.equal(execFileSync('readlink', [disk.snapshot(id)], { encoding: 'utf8' }).trim(), '/etc/passwd');
  });

  it('a folder that is a link is not used', async () => {
    mkdirSync(join(disk.root, 'elsewhere'));
    symlinkSync(join(disk.root, 'elsewhere'), join(disk.root, '.coding-agent'));
    const store = disk.store();
    const id = randomUUID();
    await assert.rejects(store.create(id, [created(id, disk.root)]), { code: 'storage_denied' });
    await assert.rejects(store.list({}), { code: 'storage_denied' });
    assert.deepEqual(readdirSync(join(disk.root, 'elsewhere')), []);
  });
});

describe('an id that is none', () => {
  it('is refused, and nothing is made', async () => {
    const memory = new MemoryFixture();
    const store = memory.store();
    for (const id of [
      '',
      'x',
      '../../etc',
      ID.toUpperCase(),
      'aaaaaaaa-1111-1111-8111-111111111111',
      `${ID}\n`,
    ]) {
      await assert.rejects(store.open(id), { code: 'not_found' });
      await assert.rejects(store.create(id, [created(id, ROOT)]), { code: 'invalid_input' });
    }
    await assert.rejects(store.open(ID), { code: 'not_found' });
    assert.deepEqual(memory.disk.list(ROOT), []);
    await memory.close();
  });
});
