import assert from 'node:assert/strict';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { RecordFeed } from '../../src/api/recordFeed.ts';
import { SseWriter } from '../../src/api/sseWriter.ts';
import type { SessionRecord } from '../../src/core/events.ts';
import { emptyState } from '../../src/core/state.ts';

const sessionId = '550e8400-e29b-41d4-a716-446655440000';
const state = emptyState(sessionId, '/workspace', new Date(0));

const record = (seq: number): SessionRecord => ({
  ...{ seq, at: '2026-01-01T12:00:00.000Z', writer: 'w' },
  event: { type: 'sessionRenamed', data: { title: String(seq) } },
});

/** A response that keeps what is written, by the ids of its events. */
function collector(): { writer: SseWriter; ids: number[] } {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  const ids: number[] = [];
  response.write = (text: unknown) => {
    for (const [, id] of String(text).matchAll(/^id: (\d+)$/gm)) ids.push(Number(id));
    return true;
  };
  return { writer: new SseWriter(response), ids };
}

async function sent(
  journal: readonly number[],
  told: readonly (readonly number[])[],
  after = 0,
): Promise<number[]> {
  const { writer, ids } = collector();
  const sessions = {
    async *readRecords(_: string, from: number) {
      yield journal.filter(seq => seq > from).map(record);
    },
  };
  const feed = new RecordFeed({ sessions, sessionId, after, newest: after });
  for (const seqs of told) feed.tell({ kind: 'records', sessionId, records: seqs.map(record), state });
  feed.finish();
  await feed.run(writer);
  return ids;
}

describe('the records on their way to a client', () => {
  it('are read from the journal where some were not told', async () => {
    assert.deepEqual(await sent([1, 2, 3, 4, 5], [[1], [4], [5]]), [1, 2, 3, 4, 5]);
    assert.deepEqual(await sent([1, 2, 3, 4, 5], [[5]], 2), [3, 4, 5]);
  });

  it('come once, whatever is told twice', async () => {
    assert.deepEqual(await sent([1, 2, 3], [[1, 2], [2, 3], [3]]), [1, 2, 3]);
  });

  it('go on behind one that is damaged for good', async () => {
    assert.deepEqual(await sent([1, 2, 4, 5], [[1, 2], [4], [5]]), [1, 2, 4, 5]);
  });

  it('are all there when more were told than are kept', async () => {
    const many = Array.from({ length: 500 }, (_, index) => index + 1);
    assert.deepEqual(
      await sent(
        many,
        many.map(seq => [seq]),
      ),
      many,
    );
  });

  it('go out at once, each in its order, while nothing waits', async () => {
    const { writer, ids } = collector();
    const sessions = {
      async *readRecords(_: string, from: number) {
        yield [1, 2, 3, 4, 5, 6].filter(seq => seq > from).map(record);
      },
    };
    const feed = new RecordFeed({ sessions, sessionId, after: 0, newest: 0 });
    const tell = (...seqs: number[]): void => {
      feed.tell({ kind: 'records', sessionId, records: seqs.map(record), state });
    };
    const running = feed.run(writer);
    tell(1, 2);
    assert.deepEqual(ids, [1, 2]);
    tell(2);
    tell(3);
    assert.deepEqual(ids, [1, 2], 'what is told twice takes its turn, and what follows waits behind it');
    tell(5, 6);
    feed.finish();
    await running;
    assert.deepEqual(ids, [1, 2, 3, 4, 5, 6]);
  });
});
