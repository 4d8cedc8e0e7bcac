import assert from 'node:assert/strict';
import { tables, tablesInReadme } from '../../bench/report.mts';
import { suites } from '../../bench/suites/suites.mts';

describe('the tables in bench/README.md', () => {
  it('are those that the files of bench/results give, to the letter', () => {
    const generated = tables(Object.keys(suites));
    assert.equal(tablesInReadme(), generated, 'Run npm run bench -- --tables.');
  });
});
