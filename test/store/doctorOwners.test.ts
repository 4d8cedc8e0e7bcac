import assert from 'node:assert/strict';
import type { DoctorReport, FindingKind } from '../../src/core/doctorReport.ts';
import type { SessionEvent } from '../../src/core/events.ts';
import type { ProcessOwner } from '../../src/core/processOwner.ts';
import { takeOver } from '../../src/core/takeOver.ts';
import { renamed, ScriptedProcesses } from './support/diskFixture.ts';
import { ID, line, MemoryFixture, OTHER, ROOT } from './support/memoryFixture.ts';

const FOLDER = `${ROOT}/.coding-agent`;
const TITLES = ['one', 'two', 'three', 'four', 'five'];

describe('the doctor of what others own, and of what is large', () => {
  let memory: MemoryFixture;

  beforeEach(() => {
    memory = new MemoryFixture();
  });
  afterEach(() => memory.close());

  async function check(): Promise<DoctorReport> {
    const store = memory.store();
    const report = await store.doctor.check({ repair: false });
    await store.close();
    return report;
  }

  function kinds(report: DoctorReport): FindingKind[] {
    return report.findings.map(({ kind }) => kind);
  }

  it('tells of tasks of another machine, takes them over on a word, and knows what its zombie writes too late', async () => {
    const there = new ScriptedProcesses();
    const owner = { ...there.self, host: 'elsewhere' };
    const store = memory.store();
    const ledger = await store.create(ID, [createdEvent(), taskCreated(owner)]);
    await ledger.commit(() => [{ type: 'taskStarted', data: { taskId: 't', epoch: 1, owner } }]);
    const report = await check();
    assert.deepEqual(
      kinds(report).filter(kind => kind !== 'staleSnapshot'),
      ['foreignTask'],
    );
    assert.equal(report.severity, 'info');
    assert.deepEqual(await store.doctor.ownedElsewhere(), [ID]);
    const processes = new ScriptedProcesses();
    assert.deepEqual(await takeOver(store, ID, processes), ['t']);
    const { epoch, live, tasks } = ledger.state;
    assert.deepEqual([epoch, live.length, tasks.get('t')?.reason], [2, 0, 'interrupted']);
    await ledger.commit(() => [{ type: 'commitMade', data: { taskId: 't', commit: 'late' } }], { epoch: 1 });
    assert.deepEqual(ledger.state.tasks.get('t')?.commits, []);
    await store.close();
    const after = await check();
    assert.deepEqual(kinds(after), ['lateRecords']);
    assert.equal(after.findings[0]?.count, 1);
  });

  it('does not find unfinished what its own process is about to write', async () => {
    const processes = new ScriptedProcesses();
    const store = memory.store({ processes });
    const used = await store.create(ID, [createdEvent()]);
    memory.disk.place(`${FOLDER}/locks/${processes.self.nonce}-0.tmp`, 'half of a snapsh');
    const left = await store.create(OTHER, [createdEvent('two', OTHER)]);
    const datasync = memory.disk.datasync.bind(memory.disk);
    memory.disk.datasync = async descriptor => {
      await new Promise(resolve => setTimeout(resolve, 20));
      await datasync(descriptor);
    };
    // Nobody needs it any more: its snapshot is on its way, over a slow disk.
    left.dispose();
    const { findings } = await store.doctor.check({ repair: false });
    assert.deepEqual(
      findings.map(({ kind, sessionId }) => [kind, sessionId]),
      [['staleSnapshot', ID]],
    );
    await store.doctor.settle();
    assert.equal((await store.doctor.check({ repair: false })).severity, 'none');
    used.dispose();
    await store.close();
  });

  it('reads a journal of 60 MB in little memory', async function () {
    this.timeout(300_000);
    const text = 'x'.repeat(50_000);
    const store = memory.store();
    const ledger = await store.create(ID, [createdEvent()]);
    ledger.dispose();
    await store.close();
    const lines: string[] = [memory.lines()[0] ?? ''];
    for (let seq = 2; seq <= 1200; seq++)
      lines.push(
        line(seq, { type: 'outputAppended', data: { taskId: 'none', callId: 'c', text } }).trimEnd(),
      );
    memory.disk.overwrite(memory.journal(), `${lines.join('\n')}\n`);
    lines.length = 0;
    const before = process.memoryUsage().heapUsed;
    const report = await check();
    assert.equal(report.sessions[0]?.records, 1200);
    const grown = process.memoryUsage().heapUsed - before;
    assert.ok(grown < 40e6, `${grown}`);
  });

  it('tells of locks: old ones, those of another machine, and those that say nothing', async () => {
    await memory.session(TITLES);
    const foreign = new ScriptedProcesses();
    const elsewhere = { ...foreign.self, host: 'elsewhere' };
    const store = memory.store({
      processes: Object.assign(foreign, { self: elsewhere, stateOf: () => 'alive' }),
    });
    const ledger = await store.open(ID);
    const unlink = memory.disk.unlink.bind(memory.disk);
    memory.disk.unlink = () => {
      throw new Error('the process is gone');
    };
    await ledger.commit(() => [renamed('six')]);
    memory.disk.unlink = unlink;
    memory.disk.place(`${FOLDER}/locks/${OTHER}.lock`, 'rubbish');
    const report = await check();
    assert.deepEqual(
      kinds(report)
        .filter(kind => kind.endsWith('Lock'))
        .sort(),
      ['foreignLock', 'unreadableLock'],
    );
    assert.equal(report.severity, 'damage');
    const mine = memory.store();
    assert.deepEqual(await mine.doctor.takeOverLocks(), [ID]);
    assert.equal(memory.disk.lstat(`${FOLDER}/locks/${ID}.lock`), undefined);
    await memory.append('seven');
  });
});

function taskCreated(owner: ProcessOwner): SessionEvent {
  const data = { taskType: 'code', description: 'Do', origin: 'person', agent: 'auto', attempt: 1 } as const;
  return { type: 'taskCreated', data: { taskId: 't', ...data, owner } };
}

function createdEvent(title = 'one', sessionId = ID): SessionEvent {
  const where = { workingDirectory: ROOT, projectPath: ROOT };
  return { type: 'sessionCreated', data: { sessionId, title, ...where, author: null, schemaVersion: 1 } };
}
