import assert from 'node:assert/strict';
import { inertLine, inertOutput, inertText } from '../../src/core/inertText.ts';

describe('inertText', () => {
  it('makes control characters, bidi marks and hidden characters visible', () => {
    assert.equal(inertText('rm \u001b[2K\rls'), 'rm ␛[2K␍ls');
    assert.equal(inertText('a\u202eb\u2066c'), 'a<U+202E>b<U+2066>c');
    assert.equal(inertText('a\u200bb\ufeffc\u{e0041}d\u009b31m'), 'a<U+200B>b<U+FEFF>c<U+E0041>d<U+009B>31m');
    assert.equal(inertText('\u007f\ud800x'), '␡<U+D800>x');
  });

  it('keeps lines, tabs, other scripts and emoji', () => {
    const text = 'één\n\t日本語 שלום 👩‍💻 🇩🇪';
    assert.equal(inertText(text), text);
  });

  it('makes one line of many', () => {
    assert.equal(inertLine('  a\n\tb\r\nc\u2028d  '), 'a b c d');
  });

  it('drops the colours of programs and shows what is left', () => {
    assert.equal(
      inertOutput('\u001b[32mok\u001b[0m\r\n50 %\r100 %\n\u001b]8;;http://x\u0007l\u001b]8;;\u0007'),
      'ok\n50 %\n100 %\nl',
    );
    assert.equal(inertOutput('\u001b]0;title without end'), '␛]0;title without end');
    assert.equal(inertOutput('\u001bc\u0008x'), '␈x');
  });

  it('leaves no control code and no bidi mark whatever it is given', () => {
    for (let code = 0; code < 0x3000; code++) {
      const shown = inertText(String.fromCodePoint(code)) + inertOutput(String.fromCodePoint(code));
      assert.doesNotMatch(
        shown,
        /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/,
        code.toString(16),
      );
    }
  });
});
