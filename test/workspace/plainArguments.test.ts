import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { skip } from '../support/skip.ts';
import { plainArguments } from '../../src/workspace/plainArguments.ts';

describe('plainArguments', () => {
  it('takes words and simple quotes apart', () => {
    assert.deepEqual(plainArguments('npm test'), ['npm', 'test']);
    assert.deepEqual(plainArguments(`  git commit -m 'it is' --author="A B"x `), [
      ...['git', 'commit', '-m', 'it is', '--author=A Bx'],
    ]);
    assert.deepEqual(plainArguments(`echo '' "a'b" 'c"d'`), ['echo', '', "a'b", 'c"d']);
  });

  for (const line of [
    ...[
      '',
      ' ',
      'a; b',
      'a && b',
      'a | b',
      'a > b',
      'a < b',
      'a &',
      'a $B',
      'a `b`',
      'a "$B"',
      'a "`b`"',
      'a *',
      'a ?',
    ],
    ...[
      'a [b]',
      'a ~',
      'a {b,c}',
      'a \\b',
      'a # b',
      'a !b',
      'A=b c',
      'a\nb',
      'a "b',
      "a 'b",
      '(a)',
      'a^b',
      "$'a'",
      'a\u0000b',
    ],
  ]) {
    it(`leaves ${JSON.stringify(line)} to the shell`, () => {
      assert.equal(plainArguments(line), undefined);
    });
  }

  it('says what /bin/sh says', function () {
    if (process.platform === 'win32') skip(this, 'there is no /bin/sh');
    const piece = fc.constantFrom(...'ab-=/.,\'" $`\\*~#;&|<>(){}!?%@:+1\t'.split(''));
    const lines = fc
      .sample(fc.array(piece, { maxLength: 8 }), 3000)
      .map(pieces => `x ${pieces.join('')}`)
      .filter(line => plainArguments(line) !== undefined);
    assert.ok(lines.length > 100, `only ${lines.length} were plain`);
    const script = lines.map(line => `printf '<%s>' ${line}; echo`).join('\n');
    const printed = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).split('\n');
    for (const [index, line] of lines.entries()) {
      const read = plainArguments(line)
        ?.map(arg => `<${arg}>`)
        .join('');
      assert.equal(read, printed[index], line);
    }
  });
});
