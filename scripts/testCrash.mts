/**
 * `npm run test:crash` and `npm run test:crash:nightly`: the suites that kill, cut, fill and damage. Ends with the table of
 * figures, which a run of all suites also writes into SECURITY.md. Files named after `--` run instead of all suites.
 * `CRASH_SEED` repeats a run, `CRASH_SHARE` takes a part of the cases.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crashTable, writeCrashTable } from './crash/table.mts';
import { totalsFile } from './totals.mts';
import { runForCode } from './vscode/processes.mts';
import { temporaryFolder } from './vscode/temporary.mts';

const minute = 60_000;
const [tier = 'ci', ...args] = process.argv.slice(2);
const files = args.filter(arg => arg.endsWith('.ts'));
const CRASH_FIGURES = join(await temporaryFolder('crash-figures'), 'figures.jsonl');
const env = { ...process.env, ...totalsFile('crash'), CRASH_TIER: tier, CRASH_FIGURES };
const start = performance.now();
const { code } = await runForCode(
  'mocha',
  ['--config', 'test/crash/.mocharc.json', ...args, ...(files.length > 0 ? [] : ['test/crash/*.test.ts'])],
  { env, output: 'inherit', timeoutMs: (tier === 'nightly' ? 6 * 60 : 14) * minute },
);
const figures = await readFile(CRASH_FIGURES, 'utf8').catch(() => '');
const table = crashTable(figures, tier, Math.round((performance.now() - start) / 1000));
console.log(`\n${table}`);
const isWhole = args.length === 0 && code === 0 && process.env['CRASH_SHARE'] === undefined;
if (isWhole && process.env['TEST_TOTALS_FOLDER'] === undefined) await writeCrashTable(table);
process.exitCode = code ?? 1;
