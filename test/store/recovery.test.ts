import assert from 'node:assert/strict';
import { renamed } from './support/diskFixture.ts';
import { firstLine, ID, line, MemoryFixture, OTHER, ROOT } from './support/memoryFixture.ts';

const two = line(2, renamed('two'));
const three = line(3, renamed('three'));

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('reading a journal', () => {
  let memory: MemoryFixture;
  beforeEach(() => {
    memory = new MemoryFixture();
  });
  afterEach(() => memory.close());

  it('skips a damaged line, tells of it, and keeps all others', async () => {
    memory.placeJournal(firstLine() + two.replace('two', 'TWO') + three);
    const { title, seq, problems } = await memory.read();
    assert.deepEqual([title, seq], ['three', 3]);
    assert.deepEqual(problems, ['The checksum of the record is wrong.']);
  });

  it('tells which file and which place is damaged', async () => {
    memory.placeJournal(`${firstLine()}rubbish\n${two}`);
    const ledger = await memory.store().open(ID);
    const [damage] = ledger.damage;
    assert.equal(damage?.file, `${ID}.events.jsonl`);
    assert.equal(damage.offset, Buffer.byteLength(firstLine()));
  });

  it('takes an unterminated last line with a right sum for a record, and ends it', async () => {
    memory.placeJournal(firstLine() + two.trimEnd());
    assert.equal((await memory.read()).title, 'two');
    await memory.append('three');
    assert.deepEqual(await memory.read(), { title: 'three', seq: 3, problems: [], readOnly: null });
  });

  it('ends a torn line, whose number is free', async () => {
    memory.placeJournal(firstLine() + two.slice(0, 40));
    const { title, seq, problems } = await memory.read();
    assert.deepEqual([title, seq, problems.length], ['one', 1, 1]);
    assert.equal(memory.disk.content(memory.journal()).toString(), `${firstLine()}${two.slice(0, 40)}\n`);
    await memory.append('again');
    assert.equal((await memory.read()).seq, 2);
  });

  it('never gives the number of a damaged record that was whole to another', async () => {
    memory.placeJournal(firstLine() + two.replace('two', 'TWO'));
    await memory.append('next');
    assert.equal((await memory.read()).seq, 3);
  });

  it('tells of a gap in the numbers', async () => {
    memory.placeJournal(firstLine() + three);
    assert.deepEqual((await memory.read()).problems, ['Record 2 is missing.']);
  });

  it('takes the same record twice for one, and another with its number for a second history', async () => {
    const mine = line(3, renamed('mine'));
    const theirs = line(3, renamed('theirs'));
    memory.placeJournal(firstLine() + two + two + mine + firstLine() + theirs);
    const { title, seq, problems } = await memory.read();
    assert.deepEqual([title, seq], ['mine', 3]);
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? '', /two histories/);
  });

  it('takes in a record that turns up late', async () => {
    memory.placeJournal(firstLine() + three + two);
    const { seq, title } = await memory.read();
    assert.deepEqual([seq, title], [3, 'two']);
  });

  it('goes on in later segments, also when one is missing', async () => {
    memory.placeJournal(firstLine() + two);
    memory.placeJournal(line(4, renamed('four')), ID, 3);
    const { title, problems } = await memory.read();
    assert.equal(title, 'four');
    assert.deepEqual(problems, ['Record 3 is missing.']);
  });

  it('reads past a line of many megabytes', async () => {
    memory.placeJournal(
      Buffer.concat([Buffer.from(firstLine()), Buffer.alloc(3_000_000, 'x'), Buffer.from(`\n${two}`)]),
    );
    assert.equal((await memory.read()).title, 'two');
  });

  it('finds the records on both sides of lost newlines', async () => {
    memory.placeJournal(firstLine().trimEnd() + two.trimEnd() + three);
    assert.equal((await memory.read()).seq, 3);
  });

  it('refuses a record number that cannot be', async () => {
    memory.placeJournal(firstLine() + line(9_000_000_000, renamed('far')));
    assert.equal((await memory.read()).seq, 1);
  });

  it('keeps and skips unknown events', async () => {
    // A newer program of the same format wrote it.
    const unknown = line(2, { type: 'sessionRenamed', data: { title: 'x' } });
    const { hash } = await import('node:crypto');
    const body = unknown.trimEnd().slice(0, -26).replace('sessionRenamed', 'sessionSung');
    memory.placeJournal(`${firstLine()}${body},"sum":"${hash('sha256', body, 'hex').slice(0, 16)}"}\n`);
    assert.deepEqual(await memory.read(), { title: 'one', seq: 2, problems: [], readOnly: null });
    await memory.append('three');
    assert.match(memory.lines()[1] ?? '', /sessionSung/);
  });

  it('opens what a newer version wrote read-only, and writes nothing', async () => {
    const { hash } = await import('node:crypto');
    const body = '{"v":2,"seq":2,"data":{}';
    const journal = `${firstLine()}${body},"sum":"${hash('sha256', body, 'hex').slice(0, 16)}"}\n{"torn`;
    memory.placeJournal(journal);
    const store = memory.store();
    const ledger = await store.open(ID);
    assert.match(ledger.readOnly ?? '', /newer version/);
    await assert.rejects(
      ledger.commit(() => [renamed('x')]),
      { code: 'newer_version' },
    );
    await store.close();
    assert.equal(memory.disk.content(memory.journal()).toString(), journal);
    assert.deepEqual(memory.disk.list(memory.sessionsFolder), [`${ID}.events.jsonl`]);
  });

  it('refuses the journal of another session under this name', async () => {
    memory.placeJournal(firstLine(OTHER));
    await assert.rejects(memory.store().open(ID), { code: 'damaged' });
    const { sessions, damaged } = await memory.store().list({});
    assert.deepEqual([sessions.length, damaged.length], [0, 1]);
  });

  it('streams the records from any number on', async () => {
    memory.placeJournal(firstLine() + two + three);
    memory.placeJournal(line(4, renamed('four')) + line(5, renamed('five')), ID, 2);
    const after = async (seq: number): Promise<number[]> =>
      (await collect(memory.store().readRecords(ID, seq))).flat().map(record => record.seq);
    assert.deepEqual(await after(0), [1, 2, 3, 4, 5]);
    assert.deepEqual(await after(3), [4, 5]);
    assert.deepEqual(await after(4), [5]);
    assert.deepEqual(await after(5), []);
  });
});

describe('a folder that was moved', () => {
  it('shows the paths inside it at its new place, and those outside as they were', async () => {
    const memory = new MemoryFixture();
    const inside = { sessionId: ID, title: '', projectPath: '/old/place', author: null, schemaVersion: 1 };
    memory.placeJournal(
      line(1, { type: 'sessionCreated', data: { ...inside, workingDirectory: '/old/place/packages/a' } }),
    );
    memory.placeJournal(
      line(1, {
        type: 'sessionCreated',
        data: { ...inside, sessionId: OTHER, workingDirectory: '/old/places' },
      }),
      OTHER,
    );
    const store = memory.store();
    const { metadata } = (await store.open(ID)).state;
    assert.deepEqual([metadata.projectPath, metadata.workingDirectory], [ROOT, `${ROOT}/packages/a`]);
    assert.equal((await store.open(OTHER)).state.metadata.workingDirectory, '/old/places');
    await memory.close();
  });
});
