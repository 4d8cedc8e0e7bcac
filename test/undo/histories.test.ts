import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { propertySeed } from '../support/propertySeed.ts';
import { useTemporaryFolder } from '../support/temporaryFolder.ts';
import { checkHistory } from './support/checkHistory.ts';
import { change } from './support/history.ts';

/** 12 of each kind in CI; `UNDO_HISTORIES=200` in the nightly tier. */
const RUNS = Number(process.env['UNDO_HISTORIES'] ?? '12');

describe(`undo of ${RUNS} generated histories (PROPERTY_SEED=${propertySeed})`, function () {
  this.timeout(30 * 60_000);
  const folder = useTemporaryFolder();
  const history = fc.record({
    before: fc.array(change, { minLength: 3, maxLength: 12 }),
    task: fc.array(change, { minLength: 1, maxLength: 10 }),
    byHand: fc.array(change, { maxLength: 3 }),
  });
  let count = 0;

  for (const isRepository of [false, true]) {
    it(`gives every byte back, ${isRepository ? 'in a git repository' : 'without one'}`, async () => {
      await fc.assert(
        fc.asyncProperty(history, async one => {
          const root = join(folder(), String(++count));
          await checkHistory(root, isRepository, one);
          rmSync(root, { recursive: true });
        }),
        { numRuns: RUNS, endOnFailure: process.env['UNDO_SHRINK'] === undefined },
      );
    });
  }
});
