import assert from 'node:assert/strict';
import { SEGMENT_BYTES } from '../../src/store/journalWriter.ts';
import { created, renamed } from './support/diskFixture.ts';
import { firstLine, ID, line, MemoryFixture, ROOT } from './support/memoryFixture.ts';

describe('as a session grows', () => {
  let memory: MemoryFixture;
  beforeEach(() => {
    memory = new MemoryFixture();
  });
  afterEach(() => memory.close());

  it('its journal goes on in a new segment from 8 MB on', async () => {
    const store = memory.store();
    const ledger = await store.create(ID, [created(ID, ROOT, 'one')]);
    const large = 'x'.repeat(60_000);
    for (let index = 0; index < 150; index++) await ledger.commit(() => [renamed(`${index} ${large}`)]);
    const first = memory.disk.content(memory.journal()).length;
    assert.ok(first >= SEGMENT_BYTES && first < SEGMENT_BYTES + 64 * 1024);
    await store.close();
    const { title, seq, problems } = await memory.read();
    assert.deepEqual([title.slice(0, 3), seq, problems], ['149', 151, []]);
    memory.disk.unlink(memory.snapshot());
    assert.equal((await memory.read()).seq, 151);
  });

  it('appending costs the same number of calls at the first and at the thousandth record', async () => {
    const store = memory.store();
    const ledger = await store.create(ID, [created(ID, ROOT)]);
    const cost = async (): Promise<string[]> => {
      const before = memory.disk.calls.length;
      await ledger.commit(() => [renamed('again')]);
      return memory.disk.calls.slice(before).sort();
    };
    await cost();
    const early = await cost();
    for (let index = 0; index < 1000; index++) await ledger.commit(() => [renamed(`t${index}`)]);
    assert.deepEqual(await cost(), early);
    assert.equal(early.filter(call => call === 'write').length, 1);
    assert.equal(early.filter(call => call === 'sync').length, 1);
    assert.ok(early.length <= 9, `an append takes ${early.length} calls: ${early.join(', ')}`);
  });

  it('appending to the fourth segment costs at most two calls more than to the first', async () => {
    const ledger = await memory.store().create(ID, [created(ID, ROOT)]);
    const cost = async (): Promise<number> => {
      const before = memory.disk.calls.length;
      await ledger.commit(() => [renamed('again')]);
      return memory.disk.calls.length - before;
    };
    await cost();
    const early = await cost();
    const large = 'x'.repeat(60_000);
    for (let index = 0; index < 450; index++) await ledger.commit(() => [renamed(`${index} ${large}`)]);
    assert.equal(memory.disk.lstat(memory.journal(ID, 4))?.kind, 'file');
    for (let turn = 0; turn < 4; turn++) assert.ok((await cost()) <= early + 2);
  });

  it('a segment that somebody removes is put back by one of the next appends', async () => {
    const ledger = await memory.store().create(ID, [created(ID, ROOT, 'first')]);
    const large = 'x'.repeat(60_000);
    for (let index = 0; index < 300; index++) await ledger.commit(() => [renamed(`${index} ${large}`)]);
    assert.equal(memory.disk.lstat(memory.journal(ID, 3))?.kind, 'file');
    const before = memory.disk.content(memory.journal(ID, 1));
    memory.disk.unlink(memory.journal(ID, 1));
    for (let turn = 0; turn < 2; turn++) await ledger.commit(() => [renamed('again')]);
    assert.deepEqual(memory.disk.content(memory.journal(ID, 1)), before);
  });

  it('what is asked for together costs one write and one sync', async () => {
    const ledger = await memory.store().create(ID, [created(ID, ROOT)]);
    const before = memory.disk.calls.length;
    await Promise.all(Array.from({ length: 64 }, (_, index) => ledger.commit(() => [renamed(`t${index}`)])));
    const calls = memory.disk.calls.slice(before);
    assert.equal(calls.filter(call => call === 'write').length, 1);
    assert.equal(calls.filter(call => call === 'sync').length, 1);
  });

  it('what is too large to be recorded is refused, and the rest of its batch is not', async () => {
    const ledger = await memory.store().create(ID, [created(ID, ROOT)]);
    const [large, small] = await Promise.allSettled(
      ['x'.repeat(70_000), 'small'].map(title => ledger.commit(() => [renamed(title)])),
    );
    assert.equal(large?.status === 'rejected' && (large.reason as { code: string }).code, 'invalid_input');
    assert.equal(small?.status, 'fulfilled');
    assert.equal(ledger.state.metadata.title, 'small');
  });

  it('what decide throws rejects that commit alone', async () => {
    const ledger = await memory.store().create(ID, [created(ID, ROOT)]);
    const refusal = new Error('no');
    const results = await Promise.allSettled([
      ledger.commit(() => {
        throw refusal;
      }),
      ledger.commit(() => [renamed('two')]),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['rejected', 'fulfilled'],
    );
  });

  it('making a store and listening to its list touches nothing', () => {
    const before = memory.disk.calls.length;
    memory.store().onDidChangeList(() => undefined);
    assert.equal(memory.disk.calls.length, before);
    assert.deepEqual(memory.disk.list(ROOT), []);
  });

  it('its descriptors are given back', async () => {
    await memory.session(['one', 'two']);
    await memory.read();
    assert.equal(memory.disk.openDescriptors, 0);
  });

  it('no record is published before it is durable', async () => {
    const ledger = await memory.store().create(ID, [created(ID, ROOT)]);
    const order: string[] = [];
    const sync = memory.disk.datasync.bind(memory.disk);
    memory.disk.datasync = async descriptor => {
      await sync(descriptor);
      order.push('durable');
    };
    ledger.onDidAppend(() => order.push('published'));
    await ledger.commit(() => [renamed('two')]);
    order.push('acknowledged');
    assert.deepEqual(order, ['durable', 'published', 'acknowledged']);
  });
});

describe('outputs', () => {
  let memory: MemoryFixture;
  beforeEach(() => {
    memory = new MemoryFixture();
  });
  afterEach(() => memory.close());

  async function blob(text: string): Promise<string> {
    const writer = memory.store().createBlob();
    for (let at = 0; at < text.length; at += 50_000) await writer.write(text.slice(at, at + 50_000));
    return writer.finish();
  }

  it('are named by their content and verified when read', async () => {
    const text = 'é'.repeat(300_000);
    const hash = await blob(text);
    assert.match(hash, /^[0-9a-f]{64}$/);
    assert.equal(await memory.store().readBlob(hash), text);
    memory.disk.overwrite(`${ROOT}/.coding-agent/blobs/${hash}`, 'changed');
    await assert.rejects(memory.store().readBlob(hash), { code: 'damaged' });
    await assert.rejects(memory.store().readBlob('../x'), { code: 'not_found' });
    await assert.rejects(memory.store().readBlob('0'.repeat(64)), { code: 'not_found' });
  });

  it('that are given up leave nothing', async () => {
    const writer = memory.store().createBlob();
    await writer.write('x'.repeat(100_000));
    writer.abandon();
    await assert.rejects(writer.finish(), { code: 'disposed' });
    assert.deepEqual(memory.disk.list(`${ROOT}/.coding-agent/blobs`), []);
  });

  it('go when the last session that refers to them is purged', async () => {
    const [own, shared] = [await blob('own'.repeat(9000)), await blob('shared'.repeat(9000))];
    const other = 'cccccccc-3333-4333-8333-333333333333';
    memory.placeJournal(
      firstLine() + line(2, renamed(`${own} ${shared}`)) + line(3, { type: 'sessionDeleted', data: {} }),
    );
    memory.placeJournal(firstLine(other) + line(2, renamed(shared)), other);
    const store = memory.store();
    await store.trash(ID);
    assert.deepEqual(await store.purge(ID), [ID]);
    assert.deepEqual(memory.disk.list(`${ROOT}/.coding-agent/blobs`), [shared]);
    await assert.rejects(store.purge(ID), { code: 'not_found' });
  });
});
