import assert from 'node:assert/strict';
import { SessionError } from '../../src/core/errors.ts';
import type { SessionLedger, SessionStore } from '../../src/core/ports.ts';
import { type Fault, FaultFileSystem, type FaultKind } from '../support/faultFileSystem.ts';
import { created, renamed } from './support/diskFixture.ts';
import { firstLine, ID, line, MemoryFixture, ROOT } from './support/memoryFixture.ts';

const CODES: Readonly<Record<FaultKind, string>> = {
  EIO: 'storage_failed',
  ENOSPC: 'storage_full',
  EDQUOT: 'storage_full',
  EACCES: 'storage_denied',
  EPERM: 'storage_denied',
  EROFS: 'storage_denied',
};

describe('when the disk fails', () => {
  let memory: MemoryFixture;
  let faulty: FaultFileSystem;
  let store: SessionStore;
  let ledger: SessionLedger;

  beforeEach(async () => {
    memory = new MemoryFixture();
    faulty = new FaultFileSystem(memory.disk);
    store = memory.store({ files: faulty.files });
    ledger = await store.create(ID, [created(ID, ROOT, 'one')]);
  });
  afterEach(() => memory.close());

  function fail(fault: Omit<Fault, 'at' | 'forEver'> & Partial<Fault>): void {
    faulty.calls = 0;
    faulty.fault = { at: 1, forEver: true, ...fault };
  }

  for (const [code, expected] of Object.entries(CODES) as [FaultKind, string][]) {
    it(`with ${code} the error says ${expected}, nothing is recorded, and it goes on afterwards`, async () => {
      fail({ code, operations: new Set(['append']) });
      await assert.rejects(
        ledger.commit(() => [renamed('two')]),
        (error: unknown) =>
          error instanceof SessionError &&
          error.code === expected &&
          /^Cannot write to \.coding-agent: .+\. Nothing was lost\. .+\.$/.test(error.message),
      );
      assert.equal(ledger.state.metadata.title, 'one');
      faulty.fault = undefined;
      await ledger.commit(() => [renamed('three')]);
      assert.deepEqual(await memory.read(), { title: 'three', seq: 2, problems: [], readOnly: null });
    });
  }

  it('when a write is cut short, what is whole counts and the rest is rejected', async () => {
    const first = line(2, renamed('two'));
    fail({ code: 'ENOSPC', operations: new Set(['append']), partial: first.length + 60 });
    const results = await Promise.allSettled(
      ['two', 'three', 'four'].map(title => ledger.commit(() => [renamed(title)])),
    );
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'rejected'],
    );
    assert.equal(ledger.state.metadata.title, 'two');
    faulty.fault = undefined;
    await ledger.commit(() => [renamed('five')]);
    const { title, seq } = await memory.read();
    assert.deepEqual([title, seq], ['five', 3]);
  });

  it('a failed sync is never tried again on the same file: the records go into a new segment', async () => {
    fail({ code: 'EIO', operations: new Set(['datasync']), forEver: false });
    await ledger.commit(() => [renamed('two')]);
    assert.equal(memory.lines(ID, 2).length, 1);
    await ledger.commit(() => [renamed('three')]);
    assert.equal(memory.lines(ID, 2).length, 2);
    assert.deepEqual(await memory.read(), { title: 'three', seq: 3, problems: [], readOnly: null });
    assert.match(memory.warnings.join(), /new segment/);
  });

  it('what was not made durable goes in front of what comes next, and is not there twice', async () => {
    fail({ code: 'EIO', operations: new Set(['datasync']) });
    await assert.rejects(
      ledger.commit(() => [renamed('two')]),
      { code: 'storage_failed' },
    );
    faulty.fault = undefined;
    await ledger.commit(() => [renamed('three')]);
    const crashed = memory.disk.crash(() => 0.99);
    const after = new MemoryFixture(crashed);
    assert.equal((await after.read()).title, 'three');
    assert.equal((await memory.read()).problems.length, 0);
    await after.close();
  });

  for (const operation of [
    'open',
    'append',
    'datasync',
    'syncDirectory',
    'link',
    'rename',
    'unlink',
    'mkdir',
  ]) {
    it(`(${operation} fails at every place, once) nothing acknowledged is lost and nothing else counts`, async () => {
      for (let at = 1; at <= 12; at++) {
        const fresh = new MemoryFixture();
        const fault = new FaultFileSystem(fresh.disk, {
          ...{ code: 'EIO', at, forEver: false, operations: new Set([operation]) },
        });
        const acknowledged: string[] = [];
        const first = fresh.store({ files: fault.files });
        try {
          const made = await first.create(ID, [created(ID, ROOT, 'one')]);
          acknowledged.push('one');
          for (const title of ['two', 'three', 'four']) {
            await made
              .commit(() => [renamed(title)])
              .then(
                () => acknowledged.push(title),
                () => undefined,
              );
          }
        } catch (error) {
          assert.ok(error instanceof SessionError, String(error));
        }
        fault.fault = undefined;
        await first.close();
        if (acknowledged.length > 0) {
          const seen: string[] = [];
          for await (const records of fresh.store().readRecords(ID, 0)) {
            for (const { event } of records) seen.push((event.data as { title: string }).title);
          }
          for (const title of acknowledged)
            assert.ok(seen.includes(title), `${operation} ${at}: ${title} of ${seen.join()}`);
        }
        await fresh.close();
      }
    });
  }

  it('a snapshot that cannot be written costs nothing but time', async () => {
    await ledger.commit(() => [renamed('two')]);
    fail({ code: 'ENOSPC', operations: new Set(['rename']) });
    await store.close();
    assert.equal((await memory.read()).title, 'two');
    assert.match(memory.warnings.join(), /snapshot/);
  });
});

describe('a folder that is not trusted', () => {
  it('is read, and nothing is written: no lock, no snapshot, no repair', async () => {
    const memory = new MemoryFixture();
    memory.placeJournal(`${firstLine()}{"torn`);
    const fault = new FaultFileSystem(memory.disk);
    const store = memory.store({ files: fault.files, readOnly: () => true });
    const ledger = await store.open(ID);
    assert.equal(ledger.state.metadata.title, 'one');
    assert.equal((await store.list({})).sessions.length, 1);
    await assert.rejects(
      ledger.commit(() => [renamed('x')]),
      { code: 'not_trusted' },
    );
    await assert.rejects(store.create(ID, []), { code: 'not_trusted' });
    await assert.rejects(store.createBlob().finish(), { code: 'not_trusted' });
    await assert.rejects(store.trash(ID), { code: 'not_trusted' });
    await assert.rejects(store.purge(), { code: 'not_trusted' });
    await store.close();
    assert.equal(fault.calls, 0);
  });

  it('can be written from the moment it is trusted', async () => {
    const memory = new MemoryFixture();
    let trusted = false;
    memory.placeJournal(firstLine());
    const store = memory.store({ readOnly: () => !trusted });
    const ledger = await store.open(ID);
    trusted = true;
    await ledger.commit(() => [renamed('two')]);
    await store.close();
    assert.equal((await memory.read()).title, 'two');
  });
});
