import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SCHEMA_VERSION } from '../../src/core/session.ts';
import { toDocument } from '../../src/core/sessionDocument.ts';
import { IndexFolder } from '../../src/store/indexFolder.ts';
import { JOURNAL_VERSION } from '../../src/store/journalLine.ts';
import { DOCUMENT_STEPS, migrate } from '../../src/store/migrations.ts';
import { StorePaths } from '../../src/store/storePaths.ts';
import { type StorePorts, systemPause } from '../../src/store/storePorts.ts';
import { fileOwner } from '../../src/store/sessionLock.ts';
import { renamed, ScriptedProcesses, systemClock, systemIds } from './support/diskFixture.ts';
import { ID, line, MemoryFixture, OTHER, ROOT } from './support/memoryFixture.ts';

const FIXTURE = join(import.meta.dirname, '..', 'fixtures', 'format-v1');
const FOLDER = `${ROOT}/.coding-agent`;
const CACHE = '/cache';
const TRASHED = 'cccccccc-3333-4333-8333-333333333333';
const BLOB = '8edb312ad1c69eca942f60814bfd70c2f3e484d681ad04e0f9872f3522cc2b8a';

type JsonObject = Readonly<Record<string, unknown>>;

/** Files of version 1, as that version left them: they open for ever. Nothing here is ever written anew. */
describe('what version 1 wrote', () => {
  const expected = JSON.parse(readFileSync(join(FIXTURE, 'expected.json'), 'utf8')) as Record<
    string,
    JsonObject
  >;
  let memory: MemoryFixture;

  beforeEach(() => {
    memory = new MemoryFixture();
    ScriptedProcesses.dead.add('0123456789abcdef');
    place(join(FIXTURE, 'coding-agent'), FOLDER);
    place(join(FIXTURE, 'cache'), CACHE);
  });
  afterEach(async () => {
    await memory.close();
    ScriptedProcesses.dead.delete('0123456789abcdef');
  });

  function place(from: string, to: string): void {
    memory.disk.placeDirectory(to);
    for (const entry of readdirSync(from, { withFileTypes: true })) {
      const [source, target] = [join(from, entry.name), `${to}/${entry.name}`];
      if (entry.isDirectory()) place(source, target);
      else memory.disk.place(target, readFileSync(source));
    }
  }

  function portsOf(): StorePorts {
    return {
      ...{ files: memory.disk, paths: new StorePaths(ROOT), clock: systemClock, ids: systemIds },
      ...{ processes: new ScriptedProcesses(), logger: memory.logger, pause: systemPause },
    };
  }

  async function documentOf(id: string): Promise<JsonObject> {
    const store = memory.store({ readOnly: () => true });
    const ledger = await store.open(id);
    assert.deepEqual([ledger.damage, ledger.readOnly], [[], null]);
    return JSON.parse(JSON.stringify(toDocument(ledger.state))) as JsonObject;
  }

  for (const [id, document] of Object.entries(expected)) {
    it(`opens: session ${id.slice(0, 8)}, from its snapshot and from its journal`, async () => {
      assert.partialDeepStrictEqual(await documentOf(id), document);
      if (id === OTHER) return;
      memory.disk.unlink(memory.snapshot(id));
      assert.partialDeepStrictEqual(await documentOf(id), document);
    });
  }

  it('is without damage for the doctor, its lock, trash and outputs included', async () => {
    const store = memory.store({ cache: CACHE });
    const report = await store.doctor.check({ repair: false });
    const found = report.findings.map(({ kind, file }) => `${kind} ${file}`).sort();
    assert.deepEqual(found, [`oldLock locks/${ID}.lock`, `seedStyle sessions/${OTHER}.session.json`]);
    assert.equal(await store.readBlob(BLOB), 'A large output.\n');
    const trash = await store.listTrash();
    assert.deepEqual(
      trash.map(({ sessionId, title }) => [sessionId, title]),
      [[TRASHED, 'Trashed']],
    );
    await store.restore(TRASHED);
  });

  it('has an index of a version before, which is passed over and made anew', async () => {
    const index = new IndexFolder(portsOf(), CACHE);
    assert.equal(index.readHead(), undefined);
    const store = memory.store({ cache: CACHE });
    const { sessions } = await store.list({});
    await store.close();
    const { count, generation = '' } = index.readHead() ?? {};
    assert.equal(count, 3);
    const indexed = [...index.rows(generation)].flatMap(line => line.sessionIds);
    assert.deepEqual(new Set(indexed), new Set(sessions.map(({ sessionId }) => sessionId)));
  });

  it('has locks that name their owner', () => {
    const { holder, verdict } = fileOwner(`${FOLDER}/locks/${ID}.lock`, portsOf());
    assert.deepEqual([typeof holder, verdict], ['object', 'dead']);
  });

  it('can be written to: what was there stays byte for byte', async () => {
    const before = memory.disk.content(memory.journal(ID, 2));
    const store = memory.store();
    const ledger = await store.open(ID);
    await ledger.commit(() => [renamed('Now')]);
    await store.close();
    const after = memory.disk.content(memory.journal(ID, 2));
    assert.deepEqual(after.subarray(0, before.length), before);
    assert.equal((await memory.read()).title, 'Now');
  });
});

describe('the version of a format', () => {
  it('is one more than there are migrations', () => {
    assert.deepEqual([JOURNAL_VERSION, SCHEMA_VERSION], [1, DOCUMENT_STEPS.length + 1]);
  });

  it('goes forward only, one step after the other', () => {
    const steps = [
      (value: JsonObject) => ({ ...value, two: true }),
      (value: JsonObject) => ({ ...value, three: value['two'] }),
    ];
    assert.deepEqual(migrate({ kept: 1 }, 1, steps), { kept: 1, two: true, three: true });
    assert.deepEqual(migrate({ kept: 1 }, 2, steps), { kept: 1, three: undefined });
    assert.deepEqual(migrate({ kept: 1 }, 3, steps), { kept: 1 });
  });

  it('that is older is kept beside when a snapshot is written anew', async () => {
    const memory = new MemoryFixture();
    await memory.session(['one', 'two']);
    const old = JSON.stringify({ ...memory.document(), schemaVersion: 0, mine: 'kept' });
    memory.disk.overwrite(memory.snapshot(), old);
    await memory.append('three');
    assert.equal(memory.disk.content(`${memory.snapshot()}.v0.bak`).toString(), old);
    assert.deepEqual(
      [memory.document()['schemaVersion'], memory.document()['mine']],
      [SCHEMA_VERSION, 'kept'],
    );
    assert.deepEqual((await memory.store().list({})).damaged, []);
    await memory.close();
  });

  it('that is newer is read, never written: of a line, of a snapshot', async () => {
    for (const where of ['line', 'snapshot']) {
      const memory = new MemoryFixture();
      const event = { type: 'sessionCreated', data: { sessionId: ID, title: 'one' } };
      const where_ = { workingDirectory: ROOT, projectPath: ROOT, author: null };
      const schemaVersion = where === 'line' ? SCHEMA_VERSION + 1 : SCHEMA_VERSION;
      const data = { ...event.data, ...where_, schemaVersion };
      memory.placeJournal(line(1, { type: 'sessionCreated', data }));
      if (where === 'snapshot') {
        memory.disk.unlink(memory.journal());
        memory.placeSnapshot({ sessionId: ID, title: 'one', schemaVersion: SCHEMA_VERSION + 1, tasks: [] });
      }
      const store = memory.store();
      const ledger = await store.open(ID);
      assert.equal(ledger.state.metadata.title, 'one');
      await assert.rejects(
        ledger.commit(() => [renamed('x')]),
        { code: 'newer_version' },
      );
      const report = await store.doctor.check({ repair: true });
      assert.deepEqual([report.severity, report.repairs], ['info', []]);
      await memory.close();
    }
  });
});
