/**
 * `npm run test:crash` and `npm run test:crash:nightly`: the suites that kill, cut, fill and damage. Ends with the table of
 * figures, which a run of all suites also writes into SECURITY.md. Files named after `--` run instead of all suites.
 * `CRASH_SEED` repeats a run, `CRASH_SHARE` takes a part of the cases.
 */
import { randomInt } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crashTable, writeCrashTable } from './crash/table.mts';
import { totalsFile } from './totals.mts';
import { runForCode } from './vscode/processes.mts';
import { temporaryFolder } from './vscode/temporary.mts';

const minute = 60_000;
const FOLDER = 'test/crash';
/** They work in memory, on one core: they run beside those that start processes and wait for the disk. */
const IN_MEMORY = ['clock', 'faults', 'fuzz', 'interleave', 'power'].map(name => `${FOLDER}/${name}.test.ts`);

const [tier = 'ci', ...args] = process.argv.slice(2);
const given = args.some(arg => arg.endsWith('.ts'));
const CRASH_FIGURES = join(await temporaryFolder('crash-figures'), 'figures.jsonl');
/** In CI the cases are the same every time; nightly runs look for new ones. */
const CI_SEED = 1331373767;
const CRASH_SEED = process.env['CRASH_SEED'] ?? String(tier === 'nightly' ? randomInt(2 ** 31) : CI_SEED);
const start = performance.now();
const codes = given ? [await runSuites('crash', [])] : await runAll();
const failed = codes.find(code => code !== 0);
const figures = await readFile(CRASH_FIGURES, 'utf8').catch(() => '');
const table = crashTable(figures, tier, Math.round((performance.now() - start) / 1000));
console.log(`\n${table}`);
const isWhole = args.length === 0 && failed === undefined && process.env['CRASH_SHARE'] === undefined;
if (isWhole && process.env['TEST_TOTALS_FOLDER'] === undefined) await writeCrashTable(table);
process.exitCode = failed === undefined ? 0 : (failed ?? 1);

async function runAll(): Promise<readonly (number | null)[]> {
  const all = (await readdir(FOLDER))
    .filter(name => name.endsWith('.test.ts'))
    .map(name => `${FOLDER}/${name}`);
  const others = all.filter(file => !IN_MEMORY.includes(file));
  return Promise.all([runSuites('crash', others), runSuites('crash-memory', IN_MEMORY)]);
}

async function runSuites(name: string, files: readonly string[]): Promise<number | null> {
  const env = { ...process.env, ...totalsFile(name), CRASH_TIER: tier, CRASH_FIGURES, CRASH_SEED };
  const timeoutMs = (tier === 'nightly' ? 6 * 60 : 20) * minute;
  // At night one test alone kills hosts for half an hour: only the whole run is limited.
  const limit = tier === 'nightly' ? ['--timeout', String(timeoutMs)] : [];
  const words = ['--config', 'test/crash/.mocharc.json', ...limit, ...args, ...files];
  const { code } = await runForCode('mocha', words, { env, output: 'inherit', timeoutMs });
  return code;
}
