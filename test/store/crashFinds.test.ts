import assert from 'node:assert/strict';
import { OutputBuffer } from '../../src/core/outputBuffer.ts';
import type { FileSystem } from '../../src/store/fileSystem.ts';
import { FailingFiles } from '../crash/support/failingFiles.ts';
import { created, renamed, ScriptedProcesses } from './support/diskFixture.ts';
import { ID, MemoryFixture, ROOT } from './support/memoryFixture.ts';

const LOCK = `${ROOT}/.coding-agent/locks/${ID}.lock`;

/** Bugs that `npm run test:crash` found, each under its name. */
describe('found by the failure suites', () => {
  it('a power loss leaves a lock of which nobody can tell whose it was', async () => {
    const memory = new MemoryFixture();
    await memory.session(['one']);
    const writer = new ScriptedProcesses();
    let crashed: MemoryFixture | undefined;
    const store = memory.store({
      processes: writer,
      files: {
        ...new FailingFiles(memory.disk, undefined).files,
        append: (descriptor, bytes) => {
          // The lock is held: all names are on the disk by now, of the contents only what was synced.
          if (memory.disk.lstat(LOCK) !== undefined) {
            crashed ??= new MemoryFixture(memory.disk.crash(() => 0.9));
          }
          return memory.disk.append(descriptor, bytes);
        },
      },
    });
    const ledger = await store.open(ID);
    await ledger.commit(() => [renamed('two')]);
    await memory.close();
    assert.ok(crashed?.disk.lstat(LOCK) !== undefined, 'the lock outlives the power loss');
    ScriptedProcesses.dead.add(writer.self.nonce);
    await crashed.append('after');
    assert.equal((await crashed.read()).title, 'after');
    await crashed.close();
  });

  it('a lock that could not be looked at when it was taken or given back locks out its own process', async () => {
    for (const at of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const memory = new MemoryFixture();
      await memory.session(['one']);
      let calls = 0;
      const failing = new FailingFiles(memory.disk, undefined).files;
      const files: FileSystem = {
        ...failing,
        lstat: path => {
          if (path === LOCK && ++calls === at) throw Object.assign(new Error('EIO'), { code: 'EIO' });
          return failing.lstat(path);
        },
      };
      const ledger = await memory.store({ files }).open(ID);
      for (const title of ['two', 'three', 'four'])
        await ledger.commit(() => [renamed(title)]).catch(() => undefined);
      await ledger.commit(() => [renamed('last')]);
      await memory.close();
      assert.equal((await memory.read()).title, 'last');
    }
  });

  it('an owner file that could not be written, where there are no links, locks the session for ever', async () => {
    const memory = new MemoryFixture();
    memory.disk.withoutLinks = true;
    await memory.session(['one']);
    const failure = { code: 'ENOSPC', at: 2, forEver: false, operations: ['append'] } as const;
    const failing = new FailingFiles(memory.disk, failure);
    const ledger = await memory.store({ files: failing.files }).open(ID);
    await assert.rejects(
      ledger.commit(() => [renamed('two')]),
      { code: 'storage_full' },
    );
    await ledger.commit(() => [renamed('three')]);
    await memory.close();
    assert.equal((await memory.read()).title, 'three');
  });

  it('a session that could not be made leaves a file that is told of as damaged for ever', async () => {
    const operations = ['open', 'append', 'datasync', 'syncDirectory', 'rename'] as const;
    for (let at = 1; at <= 20; at++) {
      const memory = new MemoryFixture();
      const failing = new FailingFiles(memory.disk, { code: 'ENOSPC', at, forEver: false, operations });
      const store = memory.store({ files: failing.files });
      const made = await store.create(ID, [created(ID, ROOT, 'one')]).then(
        () => true,
        () => false,
      );
      await store.close();
      const { sessions, damaged } = await memory.store().list({});
      assert.deepEqual([sessions.length, damaged], [made ? 1 : 0, []], `call ${at}`);
      await memory.close();
    }
  });

  it('removing an earlier file of a journal, while the last one is written, loses what is in it', async () => {
    const memory = new MemoryFixture();
    const failure = { code: 'EIO', at: 2, forEver: false, operations: ['datasync'] } as const;
    await memory.session(['one', 'two']);
    const store = memory.store({ files: new FailingFiles(memory.disk, failure).files });
    const ledger = await store.open(ID);
    await ledger.commit(() => [renamed('three')]);
    assert.equal(memory.lines(ID, 2).length, 1, 'the journal has two files');
    memory.disk.unlink(memory.journal());
    await ledger.commit(() => [renamed('four')]);
    await memory.close();
    memory.disk.unlink(memory.snapshot());
    assert.deepEqual(await memory.read(), { title: 'four', seq: 4, problems: [], readOnly: null });
  });

  it('a journal that cannot be opened for a moment gets numbers twice, and what is acknowledged is lost', async () => {
    for (let at = 1; at <= 6; at++) {
      const memory = new MemoryFixture();
      await memory.session(['one', 'two', 'three']);
      memory.disk.unlink(memory.snapshot());
      const failing = new FailingFiles(memory.disk, undefined).files;
      let calls = 0;
      const files: FileSystem = {
        ...failing,
        open: (path, mode) => {
          if (path === memory.journal() && ++calls === at)
            throw Object.assign(new Error('EMFILE'), { code: 'EMFILE' });
          return failing.open(path, mode);
        },
      };
      const store = memory.store({ files });
      const acknowledged: string[] = [];
      for (const title of ['four', 'five', 'six']) {
        try {
          const ledger = await store.open(ID);
          await ledger.commit(() => [renamed(title)]);
          acknowledged.push(title);
          // Removed by another program and written again, all files are opened anew.
          if (title === 'four') memory.disk.unlink(memory.journal());
        } catch (error) {
          assert.equal((error as { code?: unknown }).code, 'storage_failed');
        }
      }
      await memory.close();
      const { title, problems } = await memory.read();
      assert.deepEqual([title, problems], [acknowledged.at(-1), []], `call ${at}`);
    }
  });

  it('a full disk takes a large output for good, and the task fails instead of waiting', async () => {
    for (let at = 1; at <= 8; at++) {
      const memory = new MemoryFixture();
      const failure = { code: 'ENOSPC', at, forEver: false, operations: ['append'], partial: 50 } as const;
      const store = memory.store({ files: new FailingFiles(memory.disk, failure).files });
      const blob = store.createBlob();
      const buffer = new OutputBuffer(() => blob);
      const text = 'output '.repeat(5_000);
      const untilSpace = async <T>(attempt: () => Promise<T>): Promise<T> => {
        try {
          return await attempt();
        } catch (error) {
          assert.equal((error as { code?: unknown }).code, 'storage_full');
          return untilSpace(attempt);
        }
      };
      for (let piece = 0; piece < 8; piece++) {
        let rest = text;
        await untilSpace(() => {
          const now = rest;
          rest = '';
          return buffer.push(now);
        });
      }
      const { blob: hash = '', bytes } = await untilSpace(() => buffer.finish());
      assert.deepEqual([bytes, await store.readBlob(hash)], [text.length * 8, text.repeat(8)]);
      await memory.close();
    }
  });

  it('a lock that git stash takes away and brings back locks out the process whose it was', async () => {
    const memory = new MemoryFixture();
    await memory.session(['one']);
    let copy: Buffer | undefined;
    const files: FileSystem = {
      ...new FailingFiles(memory.disk, undefined).files,
      append: (descriptor, bytes) => {
        if (memory.disk.lstat(LOCK) !== undefined) copy ??= memory.disk.content(LOCK);
        return memory.disk.append(descriptor, bytes);
      },
    };
    const ledger = await memory.store({ files }).open(ID);
    await ledger.commit(() => [renamed('two')]);
    memory.disk.place(LOCK, copy ?? '');
    await ledger.commit(() => [renamed('three')]);
    await memory.close();
    assert.equal((await memory.read()).title, 'three');
  });
});
