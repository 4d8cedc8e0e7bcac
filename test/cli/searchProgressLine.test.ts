import assert from 'node:assert/strict';
import { createFormat } from '../../src/cli/format.ts';
import { SearchProgressLine } from '../../src/cli/searchProgressLine.ts';
import { noStyle } from '../../src/cli/style.ts';
import type { Terminal } from '../../src/cli/terminal.ts';

describe('the progress of a search in the terminal', () => {
  const of = (searched: number, learned: number) => ({
    ...{ hits: [], sessions: [], searched, total: 100_000, learned },
  });

  function run(isLive: boolean, isDocument: boolean): { out: string; error: string } {
    const said = { out: '', error: '' };
    const terminal: Pick<Terminal, 'isLive' | 'columns' | 'style' | 'format' | 'write' | 'writeError'> = {
      ...{ isLive, columns: 80, style: noStyle, format: createFormat({ LANG: 'en_US.UTF-8' }) },
      write: text => void (said.out += text),
      writeError: text => void (said.error += text),
    };
    const line = new SearchProgressLine(terminal as Terminal, isDocument);
    for (const state of [of(0, 0), of(500, 500), of(34_000, 34_000), of(99_900, 99_900)]) line.show(state);
    line.clear();
    return said;
  }

  it('is drawn over for a person, and gone at the end', () => {
    const { out, error } = run(true, false);
    assert.match(out, /Reading sessions for the first time: 34,000 of 100,000\./);
    assert.ok(out.endsWith('\u001b[J'));
    assert.equal(error, '');
  });

  it('is said once on standard error elsewhere', () => {
    for (const said of [run(false, false), run(true, true)])
      assert.deepEqual(said, {
        out: '',
        error: 'Reading 100,000 sessions for the first time; the next search is quick.\n',
      });
  });

  it('is nothing that few sessions need', () => {
    const line = new SearchProgressLine({} as Terminal, true);
    line.show({ hits: [], sessions: [], searched: 5, total: 900, learned: 5 });
  });
});
