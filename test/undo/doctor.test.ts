import assert from 'node:assert/strict';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { canBeRepaired, type Finding } from '../../src/core/doctorReport.ts';
import { objectId } from '../../src/workspace/checkpoints/looseObject.ts';
import { useTemporaryFolder } from '../support/temporaryFolder.ts';
import { bytesOf } from './support/folderState.ts';
import { Workbench } from './support/workbench.ts';

describe('the doctor looks at checkpoints', function () {
  this.timeout(300_000);
  const folder = useTemporaryFolder();
  let bench: Workbench;
  afterEach(() => bench.close());
  const store = (): string => join(bench.root, '.coding-agent/checkpoints');
  const object = (content: string): string => {
    const id = objectId('blob', Buffer.from(content));
    return join(store(), 'objects', id.slice(0, 2), id.slice(2));
  };
  /** What is found, and that looking changed nothing. */
  async function found(): Promise<readonly Finding[]> {
    const before = bytesOf(store());
    const { findings, severity, disk } = await bench.host.doctor();
    assert.deepEqual(bytesOf(store()), before);
    assert.ok(disk.checkpoints > 0);
    const concerned = findings.filter(({ file }) => file.startsWith('checkpoints'));
    assert.equal(
      severity === 'damage',
      concerned.some(finding => finding.severity === 'damage'),
    );
    return concerned;
  }

  it('and has nothing to say of sound ones', async () => {
    bench = await Workbench.open(folder());
    await bench.run('create file a.txt with content: one');
    assert.deepEqual(await found(), []);
  });

  for (const how of ['missing', 'damaged'] as const) {
    it(`and names ${how} contents, and the task that cannot be undone for it; others can`, async () => {
      bench = await Workbench.open(folder());
      const hurt = await bench.run('create file a.txt with content: one');
      await bench.run('delete a.txt');
      const sound = await bench.run('create file b.txt with content: two');
      chmodSync(object('one\n'), 0o600);
      if (how === 'missing') rmSync(object('one\n'));
      else writeFileSync(object('one\n'), Buffer.alloc(statSync(object('one\n')).size, 7));
      const [finding, ...others] = await found();
      assert.deepEqual([finding?.kind, finding?.severity, others], ['damagedCheckpoint', 'damage', []]);
      assert.match(
        finding?.problem ?? '',
        new RegExp(`${objectId('blob', Buffer.from('one\n'))}.*${hurt.id}`),
      );
      assert.doesNotMatch(finding?.problem ?? '', new RegExp(sound.id));
      assert.ok(finding && !canBeRepaired(finding));
      const { severity, repairs } = await bench.host.doctor({ repair: true });
      assert.deepEqual([severity, repairs], ['damage', []]);
      await bench.host.undo.undo(sound.id);
    });
  }

  it('and counts tasks whose checkpoints are gone, and checkpoints whose tasks are', async () => {
    bench = await Workbench.open(folder());
    const task = await bench.run('create file a.txt with content: one');
    const refs = join(store(), 'refs/tasks');
    cpSync(join(refs, task.id), join(refs, 'task-00000000-1'), { recursive: true });
    rmSync(join(refs, task.id), { recursive: true });
    assert.deepEqual(readdirSync(refs), ['task-00000000-1']);
    const findings = await found();
    assert.deepEqual(
      findings.map(({ kind, severity, count }) => [kind, severity, count]),
      [
        ['orphanCheckpoint', 'info', 1],
        ['prunedCheckpoint', 'info', 1],
      ],
    );
    assert.match(findings[1]?.problem ?? '', new RegExp(task.id));
  });

  it('and names what an interrupted import left, until captures remove it a day later', async () => {
    bench = await Workbench.open(folder());
    await bench.run('create file a.txt with content: one');
    const temporary = join(store(), 'tmp');
    mkdirSync(join(temporary, 'arriving.0a1b2c3d4e5f', 'objects'), { recursive: true });
    writeFileSync(join(temporary, 'arriving.0a1b2c3d4e5f', 'objects', 'bundle'), Buffer.alloc(3000));
    writeFileSync(join(temporary, 'index.001122334455'), Buffer.alloc(96));
    const [finding, ...others] = await found();
    assert.deepEqual(others, []);
    assert.deepEqual(
      [finding?.kind, finding?.severity, finding?.file, finding?.count],
      ['temporaryFile', 'info', 'checkpoints/tmp', 2],
    );
    assert.match(finding?.problem ?? '', /\(3\.0 KB\): arriving\.0a1b2c3d4e5f, index\.001122334455\. /);
    assert.equal((await bench.host.doctor({ repair: true })).severity, 'info');
    assert.deepEqual(
      readdirSync(temporary),
      ['arriving.0a1b2c3d4e5f', 'index.001122334455'],
      'it is no damage',
    );
    const yesterday = new Date(Date.now() - 25 * 60 * 60 * 1000);
    for (const name of readdirSync(temporary)) utimesSync(join(temporary, name), yesterday, yesterday);
    await bench.close();
    bench = await Workbench.open(folder());
    await bench.run('create file b.txt with content: two');
    assert.deepEqual(await found(), []);
  });

  it('and starts no git in a store that somebody else made', async () => {
    bench = await Workbench.open(folder(), root => {
      mkdirSync(join(root, '.coding-agent/checkpoints'), { recursive: true });
      writeFileSync(join(root, '.coding-agent/checkpoints/config'), '[core]\n\tfsmonitor = touch ran\n');
    });
    assert.deepEqual(
      (await found()).map(({ kind }) => kind),
      ['uncheckedCheckpoint'],
    );
  });
});
