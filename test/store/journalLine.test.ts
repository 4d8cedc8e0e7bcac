import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { SessionError } from '../../src/core/errors.ts';
import { decodeLine, encodeAndDecode, encodeRecord, MAX_LINE } from '../../src/store/journalLine.ts';
import { salvage } from '../../src/store/lineScanner.ts';
import { renamed } from './support/diskFixture.ts';
import { line } from './support/memoryFixture.ts';
import { processorTime } from '../support/processorTime.ts';

const record = {
  seq: 7,
  at: '2026-01-02T03:04:05.678Z',
  writer: 'p1',
  epoch: 3,
  event: renamed('Grüße "x"'),
} as const;

function withSum(body: string): Buffer {
  const sum = createHash('sha256').update(body).digest('hex').slice(0, 16);
  return Buffer.from(`${body},"sum":"${sum}"}`);
}

describe('a journal line', () => {
  it('has its keys in the order of the contract, and a sum over all bytes but the last 26', () => {
    const text = encodeRecord(record).toString();
    assert.match(
      text,
      /^\{"v":1,"seq":7,"at":"[^"]+","writer":"p1","type":"sessionRenamed","epoch":3,"data":\{/,
    );
    assert.ok(text.endsWith('"}\n'));
    const bytes = Buffer.from(text.slice(0, -1));
    const { sum } = JSON.parse(text) as { sum: string };
    const hash = createHash('sha256')
      .update(bytes.subarray(0, bytes.length - 26))
      .digest('hex');
    assert.equal(sum, hash.slice(0, 16));
  });

  it('reads back as what was written', () => {
    const decoded = decodeLine(encodeRecord(record).subarray(0, -1));
    assert.deepEqual(decoded.kind === 'record' && decoded.record, record);
  });

  it('is at once what a reader will see, whatever is in it', () => {
    for (const title of ['plain', 'é\u{1F600}', '\ud800 alone', '"}\n\\', '__proto__']) {
      const { bytes, sum, record: seen } = encodeAndDecode({ ...record, event: renamed(title) });
      assert.deepEqual(decodeLine(bytes.subarray(0, -1)), { kind: 'record', record: seen, sum });
      assert.deepEqual(bytes, encodeRecord({ ...record, event: renamed(title) }));
    }
    const odd = { ...record, event: { type: 'sessionRenamed', data: { title: 1 } } };
    assert.throws(() => encodeAndDecode(odd as never), { code: 'invalid_input' });
  });

  it('has no epoch where the record has none', () => {
    const { epoch: _epoch, ...rest } = record;
    assert.doesNotMatch(encodeRecord(rest).toString(), /epoch/);
  });

  it('is refused when it is larger than 64 KiB', () => {
    const large = { ...record, event: renamed('x'.repeat(MAX_LINE)) };
    assert.throws(
      () => encodeRecord(large),
      (error: unknown) => error instanceof SessionError && error.code === 'invalid_input',
    );
  });

  it('is damaged when any byte of it is another', () => {
    const bytes = encodeRecord(record).subarray(0, -1);
    for (let at = 0; at < bytes.length; at++) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      assert.equal(decodeLine(flipped).kind, 'damaged', `byte ${at}`);
    }
  });

  it('of an unknown type is kept, of a known type with other data is damaged', () => {
    const head = '{"v":1,"seq":1,"at":"2026-01-01T00:00:00.000Z","writer":"w"';
    const unknown = decodeLine(withSum(`${head},"type":"moonRose","data":{"phase":1}`));
    assert.deepEqual(unknown.kind === 'record' && unknown.record.event, {
      type: '?moonRose',
      data: { phase: 1 },
    });
    assert.equal(decodeLine(withSum(`${head},"type":"sessionRenamed","data":{"title":1}`)).kind, 'damaged');
    assert.equal(decodeLine(withSum(`${head},"type":"toString","data":{}`)).kind, 'record');
  });

  it('of a newer version says so, if its sum is right', () => {
    const newer = withSum('{"v":2,"seq":9,"other":true');
    assert.equal(decodeLine(newer).kind, 'newer');
    newer[6] = 0x33;
    assert.equal(decodeLine(newer).kind, 'damaged');
  });

  it('whose data nests too deep is damaged', () => {
    const deep = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`;
    const head = '{"v":1,"seq":1,"at":"2026-01-01T00:00:00.000Z","writer":"w"';
    const body = `${head},"type":"taskCompleted","data":{"taskId":"t","executionTime":1,"result":${deep}}`;
    assert.equal(decodeLine(withSum(body)).kind, 'damaged');
  });
});

describe('salvaging', () => {
  const one = line(1, renamed('one')).trimEnd();
  const two = line(2, renamed('two')).trimEnd();
  const seqs = (text: string | Buffer): number[] =>
    salvage(Buffer.from(text)).map(found => (found.kind === 'record' ? found.record.seq : found.seq));

  it('finds records that lost the newline between them', () => {
    assert.deepEqual(seqs(`${one}${two}`), [1, 2]);
    assert.deepEqual(seqs(`${one}\u0000${two}`), [1, 2]);
  });

  it('finds a record behind or in front of rubbish', () => {
    assert.deepEqual(seqs(`rubbish${one}`), [1]);
    assert.deepEqual(seqs(`${one}rubbish`), [1]);
    assert.deepEqual(seqs(`${one.slice(0, 30)}${two}`), [2]);
  });

  it('takes no object within a record for a record', () => {
    const forged = `{"v":1,"seq":3,"input":${two}`;
    assert.deepEqual(seqs(forged), []);
  });

  it('does a bounded amount of work', () => {
    const took = processorTime(() => {
      assert.deepEqual(seqs(`{"v":${',"sum":"0123456789abcdef"}'.repeat(2000)}`.repeat(3)), []);
    });
    assert.ok(took < 2000, `${String(took)} ms`);
  });
});
