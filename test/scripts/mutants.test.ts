import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MUTANTS } from '../crash/support/mutants.ts';

const root = join(import.meta.dirname, '../..');

describe('the mutants of the crash suites', () => {
  it('each take away a control that is there', () => {
    const gone = MUTANTS.filter(({ file, from }) => !readFileSync(join(root, file), 'utf8').includes(from));
    assert.deepEqual(
      gone.map(({ file, control }) => `${file}: ${control}`),
      [],
    );
  });
});
