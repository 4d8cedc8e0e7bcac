import assert from 'node:assert/strict';
import type { DoctorReport, FindingKind } from '../../src/core/doctorReport.ts';
import type { SessionEvent } from '../../src/core/events.ts';
import { FaultFileSystem } from '../support/faultFileSystem.ts';
import { ScriptedProcesses, renamed } from './support/diskFixture.ts';
import { firstLine, ID, line, MemoryFixture, OTHER, ROOT } from './support/memoryFixture.ts';

const FOLDER = `${ROOT}/.coding-agent`;
const TITLES = ['one', 'two', 'three', 'four', 'five'];

describe('the doctor', () => {
  let memory: MemoryFixture;

  beforeEach(() => {
    memory = new MemoryFixture();
  });
  afterEach(() => memory.close());

  async function check(repair = false): Promise<DoctorReport> {
    const store = memory.store();
    const report = await store.doctor.check({ repair });
    await store.close();
    return report;
  }

  function kinds(report: DoctorReport): FindingKind[] {
    return report.findings.map(({ kind }) => kind);
  }

  /** Everything on the disk, by path. */
  function content(folder = FOLDER): Map<string, string> {
    const found = new Map<string, string>();
    for (const name of memory.disk.list(folder)) {
      const path = `${folder}/${name}`;
      if (memory.disk.lstat(path)?.kind === 'directory')
        for (const [key, value] of content(path)) found.set(key, value);
      else found.set(path, memory.disk.content(path).toString('latin1'));
    }
    return found;
  }

  /** What was there before is still there, under its name or beside it. */
  function assertKept(before: ReadonlyMap<string, string>): void {
    const after = content();
    for (const [path, bytes] of before) {
      const names = [path, ...[1, 2, 3].map(number => `${path}.damaged-${number}`)];
      assert.ok(
        names.some(name => after.get(name)?.startsWith(bytes) === true),
        path,
      );
    }
  }

  function damageLine(number: number): void {
    const bytes = Buffer.from(memory.disk.content(memory.journal()));
    const lines = memory.lines();
    const at = lines.slice(0, number - 1).reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0) + 60;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    memory.disk.overwrite(memory.journal(), bytes);
  }

  it('has nothing to say of sound sessions, nor of a folder without any, and writes nothing', async () => {
    assert.deepEqual(await check(), {
      ...{ root: ROOT, severity: 'none', findings: [], sessions: [], repairs: [] },
      disk: { sessions: 0, blobs: 0, checkpoints: 0, trash: 0, locks: 0, other: 0, total: 0 },
    });
    await memory.session(TITLES);
    const before = content();
    const report = await check();
    assert.equal(report.severity, 'none');
    assert.equal(report.sessions[0]?.records, 5);
    assert.ok(report.sessions[0].bytes > 1000);
    assert.deepEqual(content(), before);
  });

  it('says how many records are damaged, where and in which file, and repairs the rest of the file', async () => {
    await memory.session(TITLES);
    damageLine(2);
    damageLine(4);
    memory.disk.unlink(memory.snapshot());
    const before = content();
    const report = await check();
    assert.equal(report.severity, 'damage');
    assert.deepEqual(kinds(report), ['damagedRecords', 'staleSnapshot']);
    const [finding] = report.findings;
    assert.deepEqual([finding?.file, finding?.count], [`sessions/${ID}.events.jsonl`, 2]);
    assert.match(finding?.problem ?? '', /checksum.* in 2 places, first at byte \d+\. It costs 2 records\./);
    assert.deepEqual([report.sessions[0]?.records, report.sessions[0]?.lostRecords], [3, 2]);
    assert.deepEqual(content(), before);

    const repaired = await check(true);
    assert.deepEqual([repaired.severity, kinds(repaired)], ['info', ['keptOriginal']]);
    assert.deepEqual(repaired.repairs[0]?.original, `${ID}.events.jsonl.damaged-1`);
    assertKept(before);
    assert.equal(memory.lines().length, 5);
    assert.deepEqual(kinds(await check()), ['keptOriginal']);
    const read = await memory.read();
    assert.deepEqual([read.title, read.seq, read.problems], ['five', 5, []]);
    await memory.append('six');
    assert.equal((await memory.read()).seq, 6);
  });

  it('keeps what an intact snapshot still knows of records that were damaged since', async () => {
    const store = memory.store();
    const ledger = await store.create(ID, [JSON.parse(JSON.stringify(createdEvent())) as SessionEvent]);
    await ledger.commit(() => [{ type: 'sessionTagged', data: { tags: ['kept'] } }]);
    await ledger.commit(() => [renamed('last')]);
    await store.close();
    damageLine(2);
    const before = content();
    const report = await check();
    assert.deepEqual(kinds(report), ['damagedRecords', 'differentSnapshot']);
    assert.deepEqual(report.findings[1]?.fields, ['tags']);
    const repaired = await check(true);
    assert.equal(repaired.severity, 'info');
    assertKept(before);
    memory.disk.unlink(memory.snapshot());
    const ledgerAfter = await memory.store().open(ID);
    assert.deepEqual(ledgerAfter.state.metadata.tags, ['kept']);
    assert.equal(ledgerAfter.state.metadata.title, 'last');
  });

  it('finds missing records and fills their numbers, and leaves a whole missing file to be put back', async () => {
    memory.placeJournal(firstLine() + line(4, renamed('four')));
    const report = await check();
    assert.deepEqual(kinds(report), ['missingRecords', 'staleSnapshot']);
    assert.equal(report.findings[0]?.count, 2);
    assert.deepEqual(kinds(await check(true)), ['keptOriginal']);
    assert.deepEqual((await memory.read()).problems, []);
    memory.disk.place(memory.journal(ID, 9), line(5, renamed('far')));
    assert.ok(kinds(await check()).includes('missingRecords'));
  });

  it('repairs files that come after each other, one of them nothing but rubbish', async () => {
    memory.placeJournal(firstLine() + line(2, renamed('two')));
    memory.disk.place(memory.journal(ID, 2), `${line(3, renamed('x')).slice(0, -5)}"}\n`.repeat(1));
    memory.disk.place(memory.journal(ID, 3), line(6, renamed('six')) + line(8, renamed('eight')));
    const before = content();
    assert.equal((await check()).sessions[0]?.lostRecords, 4);
    const repaired = await check(true);
    assert.deepEqual(
      repaired.findings.filter(({ severity }) => severity === 'damage'),
      [],
    );
    assertKept(before);
    const read = await memory.read();
    assert.deepEqual([read.title, read.seq, read.problems], ['eight', 8, []]);
  });

  it('tells of two histories, keeps the second one beside, and reports it until it is removed', async () => {
    memory.placeJournal(
      firstLine() + line(2, renamed('mine')) + line(2, renamed('theirs')) + line(3, renamed('more')),
    );
    const before = content();
    assert.ok(kinds(await check()).includes('twoHistories'));
    const repaired = await check(true);
    assert.deepEqual(
      repaired.findings.filter(({ severity }) => severity === 'damage').map(({ kind }) => kind),
      ['conflictCopy'],
    );
    assertKept(before);
    assert.deepEqual(
      kinds(await check()).filter(kind => kind !== 'keptOriginal'),
      ['conflictCopy'],
    );
    assert.match(memory.disk.content(`${FOLDER}/sessions/${ID}.conflict-1.jsonl`).toString(), /theirs/);
    assert.equal((await memory.read()).title, 'more');
  });

  it('names what was edited by hand in a snapshot, keeps it, and lets the journal count', async () => {
    await memory.session(TITLES);
    const document = { ...memory.document(), title: 'edited', archived: true, mine: 1 };
    memory.disk.overwrite(memory.snapshot(), JSON.stringify(document));
    const report = await check();
    assert.equal(report.severity, 'info');
    assert.deepEqual(kinds(report), ['editedSnapshot']);
    assert.deepEqual(report.findings[0]?.fields, ['title', 'archived']);
    const before = content();
    assert.deepEqual(kinds(await check(true)), ['keptOriginal']);
    assertKept(before);
    assert.equal(memory.document()['title'], 'five');
    assert.equal(memory.document()['mine'], 1);
  });

  it('tells of a snapshot that has more than the journal, and puts it on record', async () => {
    await memory.session(TITLES);
    const lines = memory.lines();
    memory.disk.overwrite(memory.journal(), `${lines.slice(0, 3).join('\n')}\n`);
    const report = await check();
    assert.deepEqual(kinds(report), ['snapshotAhead']);
    assert.equal(report.findings[0]?.count, 2);
    const before = content();
    assert.equal((await check(true)).severity, 'info');
    assertKept(before);
    memory.disk.unlink(memory.snapshot());
    assert.equal((await memory.read()).title, 'five');
  });

  it('calls what heals by itself info: seed-style and stale snapshots, torn ends, temporary and old files', async () => {
    memory.placeSnapshot({ sessionId: OTHER, title: 'seed', tasks: [], status: 'active' }, OTHER);
    memory.placeJournal(firstLine() + line(2, renamed('two')).slice(0, 40));
    memory.disk.place(`${FOLDER}/sessions/x.tmp`, '12');
    memory.disk.place(`${FOLDER}/sessions/notes.txt`, '12');
    memory.disk.place(`${FOLDER}/stray`, '12');
    memory.disk.placeDirectory(`${FOLDER}/locks`);
    memory.disk.place(`${FOLDER}/locks/abc.tmp`, '1');
    const report = await check();
    assert.equal(report.severity, 'info');
    assert.deepEqual(kinds(report).sort(), [
      ...['foreignFile', 'foreignFile', 'seedStyle', 'staleSnapshot', 'temporaryFile', 'temporaryFile'],
      'tornWrite',
    ]);
    assert.equal(report.sessions.find(({ sessionId }) => sessionId === OTHER)?.title, 'seed');
    assert.equal(report.disk.other, 2);
  });

  it('calls what cannot be read damage: rubbish, links, folders', async () => {
    memory.placeJournal('rubbish\n');
    memory.placeSnapshot('{"sessionId":', OTHER);
    memory.disk.place(`${FOLDER}/sessions/link`, '', 'symlink');
    memory.disk.placeDirectory(`${FOLDER}/sessions/folder`);
    const report = await check(true);
    const damage = report.findings.filter(({ severity }) => severity === 'damage').map(({ file }) => file);
    assert.deepEqual(damage.sort(), [
      ...[
        `sessions/${ID}.events.jsonl`,
        `sessions/${OTHER}.session.json`,
        'sessions/folder',
        'sessions/link',
      ],
    ]);
    assert.deepEqual(report.repairs, []);
    assert.deepEqual(
      report.sessions.map(({ title }) => title),
      [null, null],
    );
  });

  it('compares outputs with their names, and finds those that nobody refers to', async () => {
    const store = memory.store();
    const blobs = ['used', 'unused', 'broken'];
    const names: string[] = [];
    for (const text of blobs) {
      const blob = store.createBlob();
      await blob.write(text);
      names.push(await blob.finish());
    }
    const ledger = await store.create(ID, [createdEvent(`see ${names[0]} and ${names[2]}`)]);
    ledger.dispose();
    await store.close();
    memory.disk.overwrite(`${FOLDER}/blobs/${names[2]}`, 'brokeN');
    const report = await check();
    assert.deepEqual(kinds(report).sort(), ['damagedBlob', 'orphanBlob']);
    assert.match(
      report.findings.find(({ kind }) => kind === 'orphanBlob')?.problem ?? '',
      new RegExp(names[1] ?? ''),
    );
    assert.equal(report.findings.find(({ kind }) => kind === 'damagedBlob')?.sessionId, ID);
    assert.equal(report.sessions[0]?.outputBytes, 10);
    assert.equal(report.disk.blobs, 16);
  });

  it('tells that the list index is behind, and no more after the next list', async () => {
    await memory.session(TITLES);
    const withIndex = { cache: '/cache' };
    const list = async (): Promise<void> => {
      const store = memory.store(withIndex);
      await store.list({});
      await store.close();
    };
    const findings = async (): Promise<string[]> => {
      const store = memory.store(withIndex);
      const report = await store.doctor.check({ repair: false });
      await store.close();
      return report.findings.map(({ kind, problem }) => `${kind}: ${problem}`);
    };
    await list();
    assert.deepEqual(await findings(), []);
    await memory.append('six');
    assert.deepEqual(await findings(), [
      'staleIndex: The list index is behind: 1 session changed since. The next list brings it up to date.',
    ]);
    await list();
    assert.deepEqual(await findings(), []);
  });

  it('looks into the trash too', async () => {
    await memory.session(TITLES);
    const store = memory.store();
    const ledger = await store.open(ID);
    await ledger.commit(() => [{ type: 'sessionDeleted', data: {} }]);
    ledger.dispose();
    await store.trash(ID);
    await store.close();
    const report = await check();
    assert.deepEqual([report.severity, report.sessions[0]?.place], ['none', 'trash']);
    assert.ok(report.disk.trash > 1000);
    const path = `${FOLDER}/trash/${ID}.events.jsonl`;
    memory.disk.overwrite(path, memory.disk.content(path).toString().replace('three', 'eerht'));
    assert.equal((await check()).severity, 'damage');
    assert.equal((await check(true)).severity, 'info');
    assert.ok(memory.disk.lstat(`${path}.damaged-1`));
  });

  it('never writes in a folder that is not trusted, but looks', async () => {
    await memory.session(TITLES);
    damageLine(2);
    const before = content();
    const store = memory.store({ readOnly: () => true });
    assert.equal((await store.doctor.check({ repair: false })).severity, 'damage');
    await assert.rejects(store.doctor.check({ repair: true }), { code: 'not_trusted' });
    await store.close();
    assert.deepEqual(content(), before);
  });

  it('looks at a disk that can only be read, and says so when it is to repair', async () => {
    await memory.session(TITLES);
    damageLine(2);
    const before = content();
    const fault = new FaultFileSystem(memory.disk, { code: 'EROFS', at: 1, forEver: true });
    const store = memory.store({ files: fault.files });
    assert.equal((await store.doctor.check({ repair: false })).severity, 'damage');
    assert.deepEqual(fault.fired, []);
    await assert.rejects(store.doctor.check({ repair: true }));
    await store.close();
    assert.deepEqual(content(), before);
  });

  it('when a repair is cut off at any call leaves the old files or the new ones', async () => {
    for (let at = 1; at < 40; at++) {
      memory = new MemoryFixture();
      await memory.session(TITLES);
      damageLine(2);
      const before = content();
      const fault = new FaultFileSystem(memory.disk, { code: 'EIO', at, forEver: true });
      const processes = new ScriptedProcesses();
      const store = memory.store({ files: fault.files, processes });
      const failed = await store.doctor.check({ repair: true }).then(
        () => false,
        () => true,
      );
      await store.close();
      ScriptedProcesses.dead.add(processes.self.nonce);
      if (!failed && fault.fired.length === 0) break;
      assertKept(before);
      assert.equal((await memory.read()).title, 'five', `${at}`);
    }
  });

  it('repairs under the eyes of a process that has the session open: nothing acknowledged is lost', async () => {
    await memory.session(TITLES);
    const other = memory.store();
    const ledger = await other.open(ID);
    damageLine(2);
    await ledger.commit(() => [renamed('six')]);
    assert.equal((await check(true)).severity, 'info');
    await ledger.commit(() => [renamed('seven')]);
    assert.deepEqual([ledger.state.metadata.title], ['seven']);
    await other.close();
    const read = await memory.read();
    assert.deepEqual([read.title, read.problems], ['seven', []]);
    assert.deepEqual(
      kinds(await check()).filter(kind => kind !== 'keptOriginal'),
      [],
    );
  });
});

function createdEvent(title = 'one'): SessionEvent {
  const where = { workingDirectory: ROOT, projectPath: ROOT };
  return { type: 'sessionCreated', data: { sessionId: ID, title, ...where, author: null, schemaVersion: 1 } };
}
