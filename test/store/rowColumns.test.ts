import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { SessionMetadata } from '../../src/core/session.ts';
import type { IndexedRow } from '../../src/store/indexedRow.ts';
import { decodeRows, encodeRows } from '../../src/store/indexLine.ts';

const text = fc.string({
  unit: fc.constantFrom('a', 'é', '漢', '"', '\\', '\n', ',', '\u001f', '\ud800', ' '),
  maxLength: 6,
});
const count = fc.nat(1e9);
const date = fc.date({ noInvalidDate: true });
const optional = new Set(['endTime', 'forked']);
const fields = {
  ...{ sessionId: fc.uuid({ version: 4 }), startTime: date, endTime: date, updatedAt: date },
  ...{ tasks: fc.array(text), plans: fc.array(text), tags: fc.array(text), title: text },
  ...{ workingDirectory: text, projectPath: text, author: fc.option(text) },
  ...{ totalTasks: count, completedTasks: count, failedTasks: count, totalExecutionTime: count },
  ...{ schemaVersion: count, lastEventSeq: count, pinned: fc.boolean(), archived: fc.boolean() },
  status: fc.constantFrom('active' as const, 'completed' as const, 'failed' as const),
  forked: fc.record({ from: text, at: fc.option(text) }),
};
const keys = Object.keys(fields) as (keyof typeof fields)[];
const metadata = fc.record(fields, {
  requiredKeys: keys.filter(key => !optional.has(key)),
}) as fc.Arbitrary<SessionMetadata>;

const damaged = fc.option(fc.record({ file: text, problem: text }), { nil: undefined });
const indexed: fc.Arbitrary<IndexedRow> = fc
  .record({
    row: fc.option(metadata, { nil: undefined }),
    id: fc.uuid({ version: 4 }),
    stamp: text,
    deleted: fc.boolean(),
    damaged,
  })
  .map(({ id, row, ...rest }) => ({ sessionId: row?.sessionId ?? id, row, ...rest }));

/** As text: what is written is JSON, in which a time is one. */
function told({ sessionId, stamp, row, deleted, damaged }: IndexedRow): unknown {
  return JSON.parse(JSON.stringify({ sessionId, stamp, deleted, damaged, row }));
}

function decoded(rows: readonly IndexedRow[], inOrder = false): ReturnType<typeof decodeRows>[] {
  return encodeRows(rows, inOrder)
    .split('\n')
    .filter(line => line !== '')
    .map(line => decodeRows(Buffer.from(line)));
}

describe('rows of the list index', () => {
  it('say in columns what they said, whatever their texts are, and in their order', () => {
    fc.assert(
      fc.property(fc.array(indexed, { maxLength: 12 }), fc.boolean(), (rows, inOrder) => {
        const lines = decoded(rows, inOrder);
        const found = lines.flatMap(line => line.rows());
        assert.deepEqual(found.map(told), rows.map(told));
        assert.deepEqual(
          lines.flatMap(line => line.sessionIds),
          rows.map(({ sessionId }) => sessionId),
        );
        assert.deepEqual(
          lines.flatMap(line => line.sessions).map(session => session?.sessionId),
          rows.map(({ row, deleted }) => (deleted ? undefined : row?.sessionId)),
        );
        assert.equal(
          JSON.stringify(lines.flatMap(line => line.damaged)),
          JSON.stringify(
            rows.flatMap(({ sessionId, damaged: d }) => (d === undefined ? [] : [[sessionId, d]])),
          ),
        );
        assert.ok(lines.every(line => line.inOrder === inOrder));
      }),
    );
  });

  it('are plain sessions, equal to what was written', () => {
    const [row] = fc.sample(metadata, { numRuns: 1, seed: 7 });
    assert.ok(row !== undefined);
    const plain: SessionMetadata = {
      ...row,
      tasks: ['t-1', 't-2'],
      plans: [],
      tags: ['x'],
      title: 'One',
      author: 'ada',
    };
    const { forked: _forked, ...known } = { ...plain, workingDirectory: '/a', projectPath: '/b' };
    const [found] =
      decoded([
        { sessionId: row.sessionId, stamp: 's', row: known, deleted: false, damaged: undefined },
      ])[0]?.rows() ?? [];
    const read = found?.row;
    assert.ok(read !== undefined && read !== known);
    assert.deepEqual(read, known);
  });

  it('of a line with one wrong byte are none', () => {
    const [row] = fc.sample(indexed, { numRuns: 1, seed: 1 });
    const bytes = Buffer.from(encodeRows(row === undefined ? [] : [row], true).trimEnd());
    for (let at = 9; at < bytes.length; at++) {
      const harmed = Buffer.from(bytes);
      harmed[at] = (harmed[at] ?? 0) ^ 1;
      assert.deepEqual(decodeRows(harmed).rows(), [], `byte ${at}`);
    }
  });
});
