import assert from 'node:assert/strict';
import fc from 'fast-check';
import { percentile } from '../../src/core/percentile.ts';

describe('percentile', () => {
  const value = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.double({ min: 0, max: 1e9, noNaN: true }));

  it('is what sorting finds, also among equal, sorted and reversed values, and asked again', () => {
    const lists = fc.array(value, { minLength: 1, maxLength: 300 });
    const order = fc.constantFrom('as it is', 'sorted', 'reversed');
    fc.assert(
      fc.property(lists, order, fc.array(fc.integer({ min: 0, max: 100 })), (list, how, ranks) => {
        const sorted = [...list].sort((a, b) => a - b);
        const given = { 'as it is': list, sorted, reversed: sorted.toReversed() }[how];
        const values = Float64Array.from(given);
        for (const rank of ranks) {
          const expected = sorted.find((_, at) => (100 * (at + 1)) / sorted.length >= rank - 1e-9);
          assert.equal(percentile(values, rank), expected);
        }
        assert.deepEqual(
          [...values].sort((a, b) => a - b),
          sorted,
          'nothing is lost',
        );
      }),
    );
  });

  it('is unknown of nothing', () => {
    assert.equal(percentile(new Float64Array(), 50), null);
  });
});
