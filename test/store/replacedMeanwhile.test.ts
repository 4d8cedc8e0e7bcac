import assert from 'node:assert/strict';
import { SessionError } from '../../src/core/errors.ts';
import type { SessionLedger, SessionStore } from '../../src/core/ports.ts';
import { created, renamed } from './support/diskFixture.ts';
import { ID, line, MemoryFixture, ROOT } from './support/memoryFixture.ts';

describe('in the midst of an append, somebody else', () => {
  let memory: MemoryFixture;
  let store: SessionStore;
  let ledger: SessionLedger;
  /** The journal as it was with two records. */
  let old: string;

  beforeEach(async () => {
    memory = new MemoryFixture();
    store = memory.store();
    ledger = await store.create(ID, [created(ID, ROOT, 't1')]);
    await ledger.commit(() => [renamed('t2')]);
    old = content();
    await ledger.commit(() => [renamed('t3')]);
  });
  afterEach(() => memory.close());

  function content(): string {
    return memory.disk.content(memory.journal()).toString();
  }

  /** Another file takes the name, as git does it. */
  function replace(by: string | undefined): void {
    if (memory.disk.lstat(memory.journal()) !== undefined) memory.disk.unlink(memory.journal());
    if (by !== undefined) memory.disk.place(memory.journal(), by);
  }

  /** Once the next so many writes are durable, but before anybody is told. */
  function afterSyncs(count: number, action: () => void): void {
    const datasync = memory.disk.datasync.bind(memory.disk);
    let left = count;
    memory.disk.datasync = async descriptor => {
      await datasync(descriptor);
      if (left-- > 0) action();
    };
  }

  /** The titles that a new process finds, and the damage. */
  async function found(): Promise<{ titles: string[]; damage: number }> {
    const next = memory.store();
    const titles: string[] = [];
    for await (const records of next.readRecords(ID, 0))
      for (const { event } of records) titles.push((event.data as { title: string }).title);
    const { damage } = await next.open(ID);
    await next.close();
    return { titles, damage: damage.length };
  }

  async function goOn(): Promise<readonly string[]> {
    const told: string[] = [];
    ledger.onDidAppend(records => {
      for (const { event } of records) told.push((event.data as { title: string }).title);
    });
    await ledger.commit(() => [renamed('t4')]);
    assert.equal(ledger.state.metadata.title, 't4');
    return told;
  }

  const ALL = { titles: ['t1', 't2', 't3', 't4'], damage: 0 };

  it('replaces the file before the record is written: it is decided anew, and written once', async () => {
    let asked = 0;
    await ledger.commit(() => {
      if (asked++ === 0) replace(old);
      return [renamed('t4')];
    });
    assert.equal(asked, 2);
    assert.deepEqual(await found(), ALL);
  });

  it('writes more into the file before the record is written: it gets the number after theirs', async () => {
    let asked = 0;
    await ledger.commit(() => {
      const theirs = `${content()}${line(4, renamed('theirs'))}`;
      if (asked++ === 0) memory.disk.overwrite(memory.journal(), theirs);
      return [renamed('t5')];
    });
    assert.equal(asked, 2);
    assert.deepEqual(await found(), { titles: ['t1', 't2', 't3', 'theirs', 't5'], damage: 0 });
  });

  it('removes the file before the record is written', async () => {
    let asked = 0;
    await ledger.commit(() => {
      if (asked++ === 0) replace(undefined);
      return [renamed('t4')];
    });
    assert.deepEqual(await found(), ALL);
  });

  it('replaces the file before the write is acknowledged: it is written again, and told of once', async () => {
    afterSyncs(1, () => {
      replace(old);
    });
    assert.deepEqual(await goOn(), ['t4']);
    assert.deepEqual(await found(), ALL);
  });

  it('removes the file before the write is acknowledged', async () => {
    afterSyncs(1, () => {
      replace(undefined);
    });
    assert.deepEqual(await goOn(), ['t4']);
    assert.deepEqual(await found(), ALL);
  });

  it('removes it, and puts the old one back while the rest is written again (git stash, git stash pop)', async () => {
    let times = 0;
    afterSyncs(3, () => {
      replace(times++ % 2 === 0 ? undefined : old);
    });
    assert.deepEqual(await goOn(), ['t4']);
    assert.deepEqual(await found(), ALL);
  });

  it('puts another history in its place before the write is acknowledged: ours is kept beside it', async () => {
    const theirs = `${old}${line(3, renamed('theirs'))}`;
    afterSyncs(1, () => {
      replace(theirs);
    });
    await ledger.commit(() => [renamed('t4')]);
    assert.deepEqual((await found()).titles, ['t1', 't2', 'theirs']);
    const copy = memory.disk.content(`${memory.sessionsFolder}/${ID}.conflict-1.jsonl`).toString();
    assert.match(copy, /t3.*\n.*t4/);
    await ledger.commit(() => [renamed('after')]);
    assert.deepEqual((await found()).titles, ['t1', 't2', 'theirs', 'after']);
  });

  it('puts another history into the first file and cuts the second: what was acknowledged is kept beside them, once', async () => {
    const ours = content();
    await ledger.commit(() => [renamed('t4')]);
    memory.disk.rename(memory.journal(), memory.journal(ID, 2));
    const moved = await memory.store().open(ID);
    memory.placeJournal(`${old}${line(3, renamed('theirs'))}${line(4, renamed('theirs too'))}`);
    memory.disk.overwrite(memory.journal(ID, 2), ours);
    await moved.commit(() => [renamed('t5')]);
    await moved.commit(() => [renamed('t6')]);
    const copies = memory.disk.list(memory.sessionsFolder).filter(name => name.includes('.conflict-'));
    const kept = copies.map(name => memory.disk.content(`${memory.sessionsFolder}/${name}`).toString());
    assert.equal(kept.length, 1);
    assert.match(kept.join(), /^.*"t3".*\n.*"t4".*\n/);
    assert.deepEqual((await found()).titles, ['t1', 't2', 'theirs', 'theirs too', 't5', 't6']);
  });

  it('removes the first file of a new session before it is acknowledged', async () => {
    const other = 'cccccccc-3333-4333-8333-333333333333';
    const rename = memory.disk.rename.bind(memory.disk);
    memory.disk.rename = (from, to) => {
      rename(from, to);
      if (to !== memory.journal(other)) return;
      memory.disk.unlink(to);
      memory.disk.rename = rename;
    };
    await store.create(other, [created(other, ROOT, 'first')]);
    const { title, problems } = await memory.read(other);
    assert.deepEqual([title, problems], ['first', []]);
  });

  it('never stops: refused in words, and nothing that was acknowledged is lost', async () => {
    let isOver = false;
    afterSyncs(Infinity, () => {
      if (!isOver) replace(old);
    });
    await assert.rejects(
      ledger.commit(() => [renamed('refused')]),
      (error: unknown) => error instanceof SessionError && error.code === 'conflict',
    );
    isOver = true;
    await ledger.commit(() => [renamed('t4')]);
    const { titles } = await found();
    assert.deepEqual(
      titles.filter(title => title !== 'refused'),
      ['t1', 't2', 't3', 't4'],
    );
  });
});
