import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Trigger, TriggerScan } from '../../src/workspace/triggerScan.ts';

const exact = (text: string): Trigger => ({ text, ignoresCase: false });
const anyCase = (text: string): Trigger => ({ text, ignoresCase: true });

describe('TriggerScan', () => {
  it('finds what searching for each finds', () => {
    const text = fc.string({
      // The last two are an `a` and a `b`, cut to a byte.
      unit: fc.constantFrom('a', 'b', 'A', '-', '_', 'é', '名', '\n', 'š', 'Ţ'),
      maxLength: 60,
    });
    const triggers = fc.array(
      fc
        .tuple(
          fc.string({ unit: fc.constantFrom('a', 'b', 'A', '-', '_'), minLength: 1, maxLength: 5 }),
          fc.boolean(),
        )
        .map(([text, isAnyCase]) =>
          isAnyCase && text.length > 2 ? anyCase(text.toLowerCase()) : exact(text),
        ),
      { minLength: 1, maxLength: 12 },
    );
    let hits = 0;
    fc.assert(
      fc.property(triggers, text, (list, where) => {
        const expected = list.flatMap(({ text: wanted, ignoresCase }, index) =>
          (ignoresCase ? where.toLowerCase() : where).includes(wanted) ? [index] : [],
        );
        hits += expected.length;
        const found = [...new TriggerScan(list).occurringIn(where)].sort((a, b) => a - b);
        assert.deepEqual(found, expected);
      }),
      { numRuns: 2000 },
    );
    assert.ok(hits > 500, `only ${hits} occurred`);
  });

  it('finds each wherever it is in a text that is read in parts', () => {
    const triggers = ['abc', '_live_', 'AGE-SECRET-KEY-1', 'Q~'];
    const scan = new TriggerScan(triggers.map(exact));
    const around = [0, 32 * 1024, 64 * 1024].flatMap(place =>
      Array.from({ length: 40 }, (_, index) => place - 24 + index).filter(at => at >= 0),
    );
    for (const [index, trigger] of triggers.entries()) {
      for (const at of around) {
        const text = `${'.'.repeat(at)}${trigger}`;
        assert.deepEqual([...scan.occurringIn(text)], [index], `${trigger} at ${at}`);
        assert.deepEqual([...scan.occurringIn(`${text}é名`)], [index], `${trigger} at ${at}`);
      }
    }
  });

  it('finds nothing of the text before', () => {
    const scan = new TriggerScan([exact('abc'), anyCase('bcde')]);
    for (let length = 0; length < 20; length++) {
      assert.equal(scan.occurringIn('abcdeabcdeabcdeabcde').size, 2);
      assert.deepEqual([...scan.occurringIn('x'.repeat(length))], []);
    }
  });

  it('finds one at the very beginning and at the very end', () => {
    const scan = new TriggerScan([exact('abc'), anyCase('xyz'), exact('yz')]);
    assert.deepEqual([...scan.occurringIn('abc')], [0]);
    assert.deepEqual([...scan.occurringIn('--xyz')].sort(), [1, 2]);
    assert.deepEqual([...scan.occurringIn('ab')], []);
    assert.deepEqual([...scan.occurringIn('')], []);
  });
});
