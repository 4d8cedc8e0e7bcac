import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { DoctorReport } from '../../src/core/doctorReport.ts';
import { skip } from '../support/skip.ts';
import { fakeLock } from './support/foreignLock.ts';
import { useCli } from './support/cli.ts';

describe('coding-agent doctor', function () {
  this.timeout(300_000);
  const cli = useCli();

  /** A trusted folder with a session in which one task ran. */
  async function session(): Promise<{ id: string; journal: string; lines: string[] }> {
    const { sessionId } = await cli.json(['run', '$ echo one', '--trust', '--yes']);
    const journal = cli.path('work', '.coding-agent', 'sessions', `${sessionId}.events.jsonl`);
    return { id: sessionId, journal, lines: readFileSync(journal, 'utf8').trimEnd().split('\n') };
  }

  it('finds nothing wrong, exits with 0, and says the disk use of every session and in all', async () => {
    const { id, lines } = await session();
    const report = await cli.json<DoctorReport>(['doctor']);
    assert.deepEqual([report.severity, report.findings, report.repairs], ['none', [], []]);
    assert.equal(report.root, cli.root);
    assert.deepEqual(
      report.sessions.map(({ sessionId, records }) => [sessionId, records]),
      [[id, lines.length]],
    );
    assert.ok(report.disk.total >= (report.sessions[0]?.bytes ?? Infinity));
    const { stdout, code } = await cli.run(['doctor']);
    assert.equal(code, 0);
    assert.match(stdout, /1 session checked\. Nothing is damaged\.\n$/);
  });

  it('exits with 4 for damage, names record and file, and repairs on demand', async () => {
    const { journal, lines } = await session();
    const text = readFileSync(journal, 'utf8').replace('"status":"in_progress"', '"status":"in_pr0gress"');
    writeFileSync(journal, text);
    const report = await cli.json<DoctorReport>(['doctor'], 4);
    const [finding] = report.findings.filter(({ severity }) => severity === 'damage');
    assert.deepEqual([finding?.kind, finding?.count], ['damagedRecords', 1]);
    assert.equal(readFileSync(journal, 'utf8'), text);
    assert.equal((await cli.run(['doctor'])).code, 4);
    const repaired = await cli.json<DoctorReport>(['doctor', '--repair'], 0);
    assert.equal(repaired.severity, 'info');
    assert.equal(readFileSync(`${journal}.damaged-1`, 'utf8'), text);
    const { metadata } = await cli.json(['sessions', 'show']);
    assert.deepEqual([metadata.completedTasks, metadata.lastEventSeq >= lines.length], [1, true]);
    await cli.json(['run', '$ echo two', '--yes']);
    assert.equal((await cli.json<DoctorReport>(['doctor'])).severity, 'info');
  });

  it('looks, but repairs nothing in a folder that is not trusted', async () => {
    const { journal } = await session();
    await cli.json(['trust', '--revoke']);
    writeFileSync(journal, readFileSync(journal, 'utf8').replace('"writer"', '"wroter"'));
    const { findings } = await cli.json<DoctorReport>(['doctor'], 4);
    const [unchecked] = findings.filter(({ kind }) => kind === 'uncheckedCheckpoint');
    assert.match(unchecked?.problem ?? '', /not checked: git is started in no folder that is not trusted/);
    assert.equal((await cli.run(['doctor', '--repair'])).code, 3);
    assert.ok(!existsSync(`${journal}.damaged-1`));
  });

  it('works on a folder that can only be read', async function () {
    if (process.getuid?.() === 0) skip(this, 'for root every folder is writable');
    const { journal } = await session();
    const folder = cli.path('work', '.coding-agent', 'sessions');
    writeFileSync(journal, readFileSync(journal, 'utf8').replace('"writer"', '"wroter"'));
    chmodSync(folder, 0o500);
    try {
      assert.equal((await cli.run(['doctor'])).code, 4);
      assert.equal((await cli.run(['doctor', '--repair'])).code, 4);
    } finally {
      chmodSync(folder, 0o700);
    }
  });

  it('takes the lock of another machine over only when told to, and raises the epoch', async () => {
    const { id, journal } = await session();
    const lock = cli.path('work', '.coding-agent', 'locks', `${id}.lock`);
    fakeLock(lock);
    const report = await cli.json<DoctorReport>(['doctor']);
    assert.deepEqual([report.severity, report.findings.map(({ kind }) => kind)], ['info', ['foreignLock']]);
    await cli.json(['doctor', '--repair']);
    assert.ok(existsSync(lock));
    const taken = await cli.json<DoctorReport>(['doctor', '--take-over']);
    assert.deepEqual([taken.severity, taken.repairs.length, existsSync(lock)], ['none', 1, false]);
    const last = JSON.parse(readFileSync(journal, 'utf8').trimEnd().split('\n').at(-1) ?? '') as unknown;
    assert.deepEqual(pick(last), ['sessionTakenOver', { epoch: 2 }]);
    await cli.json(['run', '$ echo two', '--yes']);
  });

  it('in a folder without sessions has nothing to do, and makes nothing', async () => {
    const report = await cli.json<DoctorReport>(['doctor', '--repair', '--trust']);
    assert.deepEqual([report.severity, report.disk.total], ['none', 0]);
    assert.ok(!existsSync(cli.path('work', '.coding-agent')));
  });
});

function pick(record: unknown): unknown[] {
  const { type, data } = record as { type: unknown; data: unknown };
  return [type, data];
}
