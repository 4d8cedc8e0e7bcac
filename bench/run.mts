/**
 * `npm run bench [-- SUITE ...] [--only PART,...] [--rounds N] [--scale N] [--tables]`: measures, prints ratios, and writes
 * bench/results/ and the tables in bench/README.md. `--only pi,cline` measures some parts of a suite and keeps the others
 * as they were. `--scale 10` works on a tenth of everything, to try things out, and writes nothing.
 * `--tables` measures nothing: it writes the tables of the results that are there.
 */
import { parseArgs } from 'node:util';
import { observeConditions } from './conditions.mts';
import { BenchContext } from './context.mts';
import { printRow, savePart, saveResult, writeTables } from './report.mts';
import { suites } from './suites/suites.mts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', default: '' },
    tables: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '7' },
    scale: { type: 'string', default: '1' },
  },
});
const unknown = positionals.find(name => !(name in suites));
if (unknown !== undefined)
  throw new Error(`No suite "${unknown}": there are ${Object.keys(suites).join(', ')}.`);
const only = values.only.split(',').filter(name => name !== '');
if (only.length > 0 && positionals.length !== 1)
  throw new Error('--only names parts of one suite: npm run bench -- peers --only pi,cline');

const rounds = Number(values.rounds);
const scale = Number(values.scale);
const counts = scale === 1 && rounds >= 5;
const context = new BenchContext({ rounds, scale, only });
for (const [name, { title, run }] of Object.entries(suites)) {
  if (values.tables) break;
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  console.log(`\n${title}`);
  let conditions = observeConditions();
  const measured = run(context);
  if (measured instanceof Promise) {
    const rows = await measured;
    rows.forEach(printRow);
    if (counts) saveResult(name, { title, measured: conditions(), rows, skipped: context.takeSkipped() });
  } else {
    for await (const part of measured) {
      part.rows.forEach(printRow);
      if (counts) savePart(name, title, part, conditions());
      if (counts) writeTables(Object.keys(suites));
      conditions = observeConditions();
    }
  }
}
if (counts || values.tables) writeTables(Object.keys(suites));
