/** `npm run check`: every static check, all of them also when one fails. `-- NAME ...` runs only those named. */
import { runForCode } from './vscode/processes.mts';

const checks: Record<string, readonly [string, ...string[]]> = {
  tsc: ['tsc', '--pretty', 'false'],
  page: ['tsc', '--pretty', 'false', '-p', 'src/extension/dashboard/page'],
  eslint: ['eslint', '.', '--max-warnings=0', '--cache', '--cache-location', 'node_modules/.cache/eslint/'],
  staircase: ['depcruise', 'src', 'test', '--config', '.dependency-cruiser.cjs', '--output-type', 'err'],
  knip: ['knip', '--no-progress', '--no-config-hints'],
  prettier: ['prettier', '--check', '--log-level', 'warn', '--cache', '.'],
};

const named = process.argv.slice(2);
const unknown = named.find(name => !(name in checks));
if (unknown !== undefined)
  throw new Error(`No check "${unknown}": there are ${Object.keys(checks).join(', ')}.`);

const failed: string[] = [];
for (const [name, [program, ...args]] of Object.entries(checks)) {
  if (named.length > 0 && !named.includes(name)) continue;
  const start = performance.now();
  const { code, output } = await runForCode(program, args, { maxOutput: 200_000 });
  console.log(`${code === 0 ? '✓' : '✗'} ${name}  ${((performance.now() - start) / 1000).toFixed(1)} s`);
  if (code === 0) continue;
  failed.push(name);
  console.log(output);
}
if (failed.length > 0) {
  console.log(`Failed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
