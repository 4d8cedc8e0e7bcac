import assert from 'node:assert/strict';
import { excerptOf } from '../../src/core/search/excerpt.ts';
import { foldText } from '../../src/core/search/foldText.ts';
import { isEmptyQuery, parseSearchQuery } from '../../src/core/search/searchQuery.ts';

const now = new Date('2026-03-10T12:00:00.000Z');
const parse = (text: string) => parseSearchQuery(text, now);

describe('what a person types to search', () => {
  it('is words, phrases and filters', () => {
    const query = parse(
      'Login "cannot  FIND" status:failed type:git agent:acp:claude file:"my file.ts" since:7d',
    );
    assert.deepEqual(query, {
      terms: ['login', 'cannot  find'],
      ...{ status: ['failed'], type: ['git'], agent: ['acp:claude'], file: ['my file.ts'] },
      since: new Date('2026-03-03T12:00:00.000Z'),
    });
    assert.deepEqual(parse('status:failed status:completed').status, ['failed', 'completed']);
    assert.deepEqual(parse('file:src\\app.ts').file, ['src/app.ts']);
  });

  it('takes for text what programs print with a colon in it', () => {
    for (const text of [
      'http://127.0.0.1:3000',
      'src/format.ts:42',
      'TS2345:',
      'std::vector',
      'c:\\temp',
      '12:30',
      'error:',
    ])
      assert.deepEqual(parse(text).terms, [text.toLowerCase()], text);
    assert.deepEqual(parse('"state:failed"').terms, ['state:failed']);
    assert.deepEqual(parse('"not closed').terms, ['not closed']);
    assert.ok(isEmptyQuery(parse('  "" ')));
  });

  it('is refused with the filters that there are, when it has another or a wrong value', () => {
    const refusals = [
      ['state:failed', /There is no filter state:.*status:, type:, agent:, file:, since:.*"state:failed"/],
      ['status:done', /no status:done.*active, pending, running, completed, failed/],
      ['type:', /type: needs a value.*code, git, file, command/],
      ['since:yesterday', /Not a time/],
      ['x'.repeat(1001), /at most 1000/],
    ] as const;
    for (const [text, message] of refusals)
      assert.throws(() => parse(text), { code: 'invalid_input', message }, text.slice(0, 20));
  });
});

describe('the excerpt around a match', () => {
  const marked = (text: string, ...terms: string[]): string => {
    const folded = terms.map(foldText);
    const at = Math.min(...folded.map(term => foldText(text).indexOf(term)).filter(place => place >= 0));
    const excerpt = excerptOf(text, at, folded);
    let shown = '';
    let last = 0;
    for (const [from, to] of excerpt.ranges) {
      shown += `${excerpt.text.slice(last, from)}<${excerpt.text.slice(from, to)}>`;
      last = to;
    }
    return shown + excerpt.text.slice(last);
  };

  it('is its line, with every occurrence of every term', () => {
    assert.equal(marked('before\n  one Two\tone \nafter', 'ONE', 'two'), '<one> <Two> <one>');
    assert.equal(marked('ababab', 'aba', 'bab'), '<ababab>');
  });

  it('is cut on both sides of a long line, never within a character', () => {
    const text = marked(`${'a'.repeat(500)}needle${'b'.repeat(500)}`, 'needle');
    assert.match(text, /^…a{50}<needle>b+…$/);
    assert.ok(text.length < 180);
    for (let shift = 0; shift < 2; shift++)
      assert.doesNotMatch(
        marked(`${'x'.repeat(shift)}${'😀'.repeat(200)}needle${'😀'.repeat(200)}`, 'needle'),
        /<U\+D/,
      );
  });

  it('is harmless, and its marks are where they were', () => {
    assert.equal(marked('\u001b[31mred\u001b[0m \u202eneedle\u0007', 'needle'), 'red <U+202E><needle>␇');
  });

  it('keeps places although letters change their length when they change their case', () => {
    assert.equal(marked('İİİ needle', 'NEEDLE'), 'İİİ <needle>');
    assert.equal(foldText('ΣΟΦΌΣ'), foldText('σοφός'));
    assert.equal(foldText('İx').length, 2);
  });
});
