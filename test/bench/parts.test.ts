import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Conditions } from '../../bench/conditions.mts';
import { BenchContext } from '../../bench/context.mts';
import { peerNames } from '../../bench/drivers/drivers.mts';
import { type SuiteResult, withPart } from '../../bench/report.mts';
import { atLeast } from '../../bench/row.mts';

describe('the parts of a benchmark', () => {
  const contexts: BenchContext[] = [];

  function contextOf(...only: string[]): BenchContext {
    const context = new BenchContext({ rounds: 5, scale: 1, only });
    contexts.push(context);
    return context;
  }

  afterEach(() => {
    for (const context of contexts.splice(0)) context.dispose();
  });

  it('are all measured, or those that were named, in the order of all', () => {
    assert.deepEqual(contextOf().partsOf(peerNames), peerNames);
    assert.deepEqual(contextOf('cline', 'pi').partsOf(peerNames), ['pi', 'cline']);
    assert.throws(() => contextOf('pie').partsOf(peerNames), /There is no "pie": there are pi, claude/);
  });

  it('keep what was measured of the others before', () => {
    const day = (date: string): Conditions => ({ date, commit: 'abc', machine: null });
    const row = { quantity: 'full list', value: 123.456, unit: 'x', target: atLeast(100) } as const;
    const rows = [row];
    const first = withPart(undefined, { part: 'pi', title: 'Pi', rows, skipped: [] }, day('2026-01-01'));
    const before: SuiteResult = { suite: 'peers', title: 'Peers', parts: first };
    const failed = { title: 'Cline', rows: [], skipped: ['lists: no such table'] };
    const parts = withPart(before, { part: 'cline', ...failed }, day('2026-01-02'));
    assert.deepEqual(Object.keys(parts), ['pi', 'cline']);
    assert.deepEqual(parts['pi'], {
      ...{ title: 'Pi', skipped: [], measured: day('2026-01-01') },
      rows: [{ ...row, value: 123, verdict: 'reaches' }],
    });
    assert.deepEqual(parts['cline'], { ...failed, measured: day('2026-01-02') });
  });

  it('that fail say why in one line, without the folders of the machine', () => {
    const context = contextOf();
    const folder = context.folder('pi');
    const error = new Error(
      `subject.mts ended with 1: node:fs\n  Error: no file ${folder}/a in ${homedir()}/b\n  at open`,
    );
    const reason = context.cannot('lists', error);
    assert.match(reason, /^lists: Error: no file …\/pi-\w+\/a in ~\/b$/);
    assert.doesNotMatch(reason, new RegExp(join(homedir(), 'b')));
  });
});
