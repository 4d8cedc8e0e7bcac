import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runForCode } from './vscode/processes.mts';
import { temporaryFolder } from './vscode/temporary.mts';

interface Totals {
  passed: number;
  failed: number;
  skipped: number;
  /** The title of each failed test, its error below it. */
  readonly failures: string[];
}

export interface TestStep {
  readonly name: string;
  /** The npm script, stopped after so many minutes: what is first on a machine downloads VS Code and a browser. */
  readonly script: string;
  readonly minutes?: number;
  /** What the step's own tests are, or undefined for a step that runs none. */
  readonly suites?: readonly string[];
  readonly needsBuild?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

const MINUTE = 60_000;

/**
 * Runs every step, also after one failed, except that nothing is tested that could not be built. What failed is said once more
 * below the last suite, where it is found at once. The last line is the total of all suites; a step that broke counts as one
 * failure, and then the exit code is 1.
 */
export async function runTestSteps(steps: readonly TestStep[]): Promise<void> {
  const folder = await temporaryFolder('test-totals');
  const total = none();
  const summary: string[] = [];
  let built = true;
  for (const step of steps) {
    console.log(`\n=== ${step.name} (npm run ${step.script})`);
    const start = performance.now();
    const outcome =
      step.needsBuild === true && !built ? 'not run: the build failed' : await runStep(step, folder);
    if (step.script === 'package' && outcome !== 'ok') built = false;
    const suites = await Promise.all((step.suites ?? []).map(suite => readTotals(folder, suite)));
    const sum = suites.reduce<Totals>(add, none());
    const broken = outcome !== 'ok' && sum.failed === 0;
    add(total, sum);
    if (broken) total.failed++;
    const counted = step.suites === undefined ? '' : ` ${describe(sum)}`;
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    summary.push(`${outcome === 'ok' ? '✓' : '✗'} ${step.name}:${counted} ${outcome} in ${seconds} s`);
  }
  for (const failure of total.failures) console.log(`\n✗ ${failure}`);
  console.log(`\n${summary.join('\n')}\n`);
  console.log(describe(total));
  process.exitCode = total.failed === 0 ? 0 : 1;
}

async function runStep(step: TestStep, folder: string): Promise<string> {
  const minutes = step.minutes ?? 60;
  const env = { ...process.env, ...step.env, TEST_TOTALS_FOLDER: folder, TEST_MINUTES: String(minutes) };
  const args = ['run', '--silent', step.script];
  const { code } = await runForCode('npm', args, { env, output: 'inherit', timeoutMs: minutes * MINUTE });
  return code === 0 ? 'ok' : `failed (${code === null ? 'stopped' : `exit ${code}`})`;
}

async function readTotals(folder: string, suite: string): Promise<Totals> {
  const text = await readFile(join(folder, `${suite}.json`), 'utf8').catch(() => undefined);
  return text === undefined ? none() : { ...none(), ...(JSON.parse(text) as Partial<Totals>) };
}

function none(): Totals {
  return { passed: 0, failed: 0, skipped: 0, failures: [] };
}

function add(into: Totals, other: Totals): Totals {
  into.passed += other.passed;
  into.failed += other.failed;
  into.skipped += other.skipped;
  into.failures.push(...other.failures);
  return into;
}

function describe({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
