import assert from 'node:assert/strict';
import { nullLogger } from '../../src/core/logger.ts';
import type { ProcessTable } from '../../src/core/ports.ts';
import { sumOf } from '../../src/store/journalLine.ts';
import { SessionLocks } from '../../src/store/sessionLock.ts';
import { StoreFolder } from '../../src/store/storeFolder.ts';
import { StorePaths } from '../../src/store/storePaths.ts';
import type { StorePorts } from '../../src/store/storePorts.ts';
import { ScriptedProcesses, systemClock, systemIds } from './support/diskFixture.ts';
import { FileSystemError, InMemoryFileSystem } from '../support/inMemoryFileSystem.ts';
import { ID, OTHER, ROOT } from './support/memoryFixture.ts';

const LOCKS = `${ROOT}/.coding-agent/locks`;
const LOCK = `${LOCKS}/${ID}.lock`;

describe('the append lock', () => {
  let disk: InMemoryFileSystem;
  beforeEach(() => {
    disk = new InMemoryFileSystem();
    disk.placeDirectory(ROOT);
  });

  /** The locks of one process. Time passes for it only while it pauses, however long that takes. */
  function locks(processes: ProcessTable = new ScriptedProcesses()): SessionLocks {
    const paths = new StorePaths(ROOT);
    let elapsed = 0;
    const clock = { ...systemClock, monotonic: () => elapsed };
    const pause = (ms: number): Promise<void> => {
      elapsed += ms;
      return new Promise(resolve => setImmediate(resolve));
    };
    const ports: StorePorts = {
      files: disk,
      paths,
      clock,
      ids: systemIds,
      processes,
      logger: nullLogger,
      pause,
    };
    const never = (): boolean => false;
    return new SessionLocks(ports, new StoreFolder({ files: disk, paths, readOnly: never, shared: never }));
  }

  /** The system refuses to remove the lock, until what is returned is called. */
  function refuseToRemove(): () => void {
    const unlink = disk.unlink.bind(disk);
    disk.unlink = path => {
      if (path === LOCK) throw new FileSystemError('EPERM', path);
      unlink(path);
    };
    return () => (disk.unlink = unlink);
  }

  for (const withoutLinks of [false, true]) {
    const how = withoutLinks ? ' (without hard links)' : '';

    it(`is held by one at a time${how}`, async () => {
      disk.withoutLinks = withoutLinks;
      let holders = 0;
      const contend = async (mine: SessionLocks): Promise<void> => {
        for (let round = 0; round < 20; round++) {
          const lock = await mine.acquire(ID);
          assert.equal(++holders, 1);
          await new Promise(resolve => setImmediate(resolve));
          holders--;
          lock.release();
        }
      };
      const all = Array.from({ length: 5 }, () => locks());
      await Promise.all(all.map(contend));
      await Promise.all(all.map(mine => mine.close()));
      assert.deepEqual(disk.list(LOCKS), []);
    });

    it(`is taken from an owner that is dead, by one of many${how}`, async () => {
      disk.withoutLinks = withoutLinks;
      const dead = new ScriptedProcesses();
      await locks(dead).acquire(ID);
      ScriptedProcesses.dead.add(dead.self.nonce);
      let holders = 0;
      await Promise.all(
        Array.from({ length: 8 }, async () => {
          const lock = await locks().acquire(ID);
          assert.equal(++holders, 1);
          await new Promise(resolve => setImmediate(resolve));
          holders--;
          lock.release();
        }),
      );
    });
  }

  it('is taken although who was about to take it died as well', async () => {
    const [first, second] = [new ScriptedProcesses(), new ScriptedProcesses()];
    await locks(first).acquire(ID);
    ScriptedProcesses.dead.add(first.self.nonce);
    // The second process died between taking the right to remove the lock and removing it.
    await locks(second).acquire(OTHER);
    const right = `${LOCK}.${sumOf(Buffer.from(first.self.nonce)).slice(0, 8)}`;
    disk.link(`${LOCKS}/${OTHER}.lock`, right);
    ScriptedProcesses.dead.add(second.self.nonce);
    const mine = locks();
    (await mine.acquire(ID)).release();
    await mine.close();
    assert.deepEqual(disk.list(LOCKS), [`${OTHER}.lock`]);
  });

  it('is never taken from an owner that cannot be judged, nor from one that lives', async () => {
    class Elsewhere extends ScriptedProcesses {
      override stateOf(): 'unknown' {
        return 'unknown';
      }
    }
    await locks().acquire(ID);
    const before = disk.content(LOCK);
    await assert.rejects(locks(new Elsewhere()).acquire(ID), { code: 'storage_failed' });
    await assert.rejects(locks().acquire(ID), /--take-over/);
    assert.deepEqual(disk.content(LOCK), before);
  });

  it('that was changed on disk names nobody, and is given up only on a word', async () => {
    const dead = new ScriptedProcesses();
    await locks(dead).acquire(ID);
    ScriptedProcesses.dead.add(dead.self.nonce);
    disk.overwrite(LOCK, disk.content(LOCK).toString().replace('"pid":1', '"pid":2'));
    await assert.rejects(locks().acquire(ID), { code: 'storage_failed' });
    assert.equal(locks().takeOver(ID), true);
    (await locks().acquire(ID)).release();
  });

  it('is not given back by an owner from whom it was taken', async () => {
    const mine = await locks().acquire(ID);
    disk.unlink(LOCK);
    await locks().acquire(ID);
    mine.release();
    assert.ok(disk.lstat(LOCK));
  });

  it('that cannot be given back is held again at once, and goes when it can be removed', async () => {
    const mine = locks();
    const allow = refuseToRemove();
    for (let time = 0; time < 3; time++) (await mine.acquire(ID)).release();
    assert.ok(disk.lstat(LOCK));
    allow();
    await mine.close();
    assert.deepEqual(disk.list(LOCKS), []);
  });

  it('of the dead that cannot be removed is told of, and not tried for ever', async () => {
    const dead = new ScriptedProcesses();
    await locks(dead).acquire(ID);
    ScriptedProcesses.dead.add(dead.self.nonce);
    refuseToRemove();
    await assert.rejects(locks().acquire(ID), {
      code: 'storage_failed',
      file: LOCK,
      message: /cannot be removed/,
    });
  });

  it('survives that somebody removes the whole folder', async () => {
    const mine = locks();
    (await mine.acquire(ID)).release();
    for (const name of disk.list(LOCKS)) disk.unlink(`${LOCKS}/${name}`);
    (await mine.acquire(ID)).release();
  });
});
