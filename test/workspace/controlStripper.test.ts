import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ControlStripper } from '../../src/workspace/controlStripper.ts';

const strip = (...chunks: string[]): string => {
  const stripper = new ControlStripper();
  return chunks.map(chunk => stripper.push(chunk)).join('');
};

describe('output without control sequences', () => {
  const cases: readonly (readonly [what: string, raw: string, shown: string])[] = [
    ['colours', '\u001b[1;31mred\u001b[0m \u001b[38:2::1:2:3mx', 'red x'],
    ['cursor movements and clearing', 'a\u001b[2J\u001b[H\u001b[?25lb', 'ab'],
    ['a window title', '\u001b]0;owned\u0007a\u001b]2;b\u001b\\c', 'ac'],
    ['links', '\u001b]8;;https://evil\u001b\\text\u001b]8;;\u001b\\', 'text'],
    ['clipboard writes', '\u001b]52;c;ZXZpbA==\u0007x', 'x'],
    [
      'device and application strings',
      '\u001bPq#0\u001b\\a\u001b_x\u001b\\b\u001b^y\u001b\\c\u001bXz\u001b\\d',
      'abcd',
    ],
    ['eight-bit codes', '\u009b31ma\u009d0;t\u009cb\u0090q\u009cc', 'abc'],
    ['character sets and resets', '\u001b(0a\u001bc\u001b7b\u001b=c', 'abc'],
    ['bells, backspaces, deletes, nulls', 'a\u0007\u0008\u007f\u0000b', 'ab'],
    ['progress lines', '10%\r20%\r\rdone\r\nnext\r\r\nlast\r', '10%\n20%\ndone\nnext\nlast'],
    ['a sequence in a sequence', '\u001b[\u001b[31mx', 'x'],
    ['an escape before text', '\u001bZa\u001b\nb', 'a\nb'],
    ['tabs and line ends', 'a\tb\n', 'a\tb\n'],
    ['other scripts', 'ä 😀 עברית', 'ä 😀 עברית'],
  ];
  for (const [what, raw, shown] of cases) {
    it(`drops ${what}`, () => {
      assert.equal(strip(raw), shown);
      assert.equal(strip(...Array.from(raw)), shown);
    });
  }

  it('is the same however the text is cut, and never lets a control through', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '\u001b',
        '[',
        ']',
        '\u009b',
        '\u0007',
        '\r',
        '\n',
        'm',
        '\\',
        'P',
        '0;',
        '\u001b[',
        '\u009c',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), pieces => {
        const whole = strip(pieces.join(''));
        assert.equal(strip(...pieces), whole);
        assert.doesNotMatch(whole, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
      }),
      { numRuns: 3000 },
    );
  });

  it('hides nothing behind a sequence that never ends', () => {
    assert.match(strip(`\u001b]0;${'x'.repeat(5000)}visible`), /visible$/);
    assert.match(strip(`\u001b[${'1;'.repeat(5000)}visible`), /visible$/);
  });
});
