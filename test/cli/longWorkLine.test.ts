import assert from 'node:assert/strict';
import { createFormat } from '../../src/cli/format.ts';
import { LongWorkLine } from '../../src/cli/longWorkLine.ts';
import { noStyle } from '../../src/cli/style.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import type { LongWork } from '../../src/core/longWork.ts';

describe('how far long work is, in the terminal', () => {
  const at = (done: number, kind: LongWork['kind'] = 'read'): LongWork => ({ kind, done, total: 100_000 });

  function lineOn(
    isLive: boolean,
    isDrawn: boolean,
  ): { line: LongWorkLine; said: { out: string; error: string } } {
    const said = { out: '', error: '' };
    const terminal: Pick<Terminal, 'isLive' | 'columns' | 'style' | 'format' | 'write' | 'writeError'> = {
      ...{ isLive, columns: 80, style: noStyle, format: createFormat({ LANG: 'en_US.UTF-8' }) },
      write: text => void (said.out += text),
      writeError: text => void (said.error += text),
    };
    return { line: new LongWorkLine(terminal as Terminal, isDrawn), said };
  }

  it('is drawn over for a person, and gone when it is over', () => {
    const { line, said } = lineOn(true, true);
    for (const done of [1_000, 34_000]) line.show(at(done));
    assert.match(said.out, /Reading sessions for the first time: 34,000 of 100,000\.\nCtrl-C ends it;/);
    line.show(at(100_000));
    assert.ok(said.out.endsWith('\u001b[J'));
    line.show(at(5_000, 'check'));
    assert.match(said.out, /Checking sessions: 5,000 of 100,000\.\nCtrl-C ends it\.\n$/);
    assert.equal(said.error, '');
  });

  it('is gone, and says no more, once the person has ended it: what comes next stays', () => {
    const { line, said } = lineOn(true, true);
    line.show(at(1_000));
    line.stop();
    const { out } = said;
    assert.ok(out.endsWith('\u001b[J'));
    for (const done of [2_000, 100_000]) line.show(at(done));
    assert.equal(said.out, out);
  });

  it('is said once on standard error elsewhere', () => {
    for (const { line, said } of [lineOn(false, true), lineOn(true, false)]) {
      for (const done of [1_000, 34_000, 100_000]) line.show(at(done));
      for (const done of [1_000, 34_000, 100_000]) line.show(at(done, 'check'));
      assert.deepEqual(said, {
        out: '',
        error: 'Reading 100,000 sessions for the first time.\nChecking 100,000 sessions.\n',
      });
    }
  });
});
