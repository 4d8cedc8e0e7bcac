import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TriggerScan } from '../../src/workspace/triggerScan.ts';

describe('TriggerScan', () => {
  it('finds what searching for each finds', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', 'A', '-', '_', 'é', '名', '\n'),
      maxLength: 60,
    });
    const triggers = fc.array(
      fc.string({ unit: fc.constantFrom('a', 'b', 'A', '-', '_', '名'), minLength: 1, maxLength: 5 }),
      { minLength: 1, maxLength: 12 },
    );
    let hits = 0;
    fc.assert(
      fc.property(triggers, text, (list, where) => {
        const expected = list.flatMap((trigger, index) => (where.includes(trigger) ? [index] : []));
        hits += expected.length;
        const found = [...new TriggerScan(list).occurringIn(where)].sort((a, b) => a - b);
        assert.deepEqual(found, expected);
      }),
      { numRuns: 2000 },
    );
    assert.ok(hits > 500, `only ${hits} occurred`);
  });

  it('finds one at the very beginning and at the very end', () => {
    const scan = new TriggerScan(['abc', 'xyz', 'yz']);
    assert.deepEqual([...scan.occurringIn('abc')], [0]);
    assert.deepEqual([...scan.occurringIn('--xyz')].sort(), [1, 2]);
    assert.deepEqual([...scan.occurringIn('ab')], []);
    assert.deepEqual([...scan.occurringIn('')], []);
  });
});
