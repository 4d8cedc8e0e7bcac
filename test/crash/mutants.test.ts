import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Child } from './support/child.ts';
import { type Mutant, MUTANTS } from './support/mutants.ts';
import { removeFolder, temporaryFolder } from './support/onDisk.ts';
import { Tally } from './support/tally.ts';
import { tier } from './support/tier.ts';

const ROOT = join(import.meta.dirname, '../..');
/** The same cases every time: whether a mutant is noticed must not depend on luck. */
const SEED = '20260101';
/** A suite that hangs without the control ends by itself, and its workers with it, before this test is given up. */
const LIMIT_MS = 300_000;

/** A copy of the sources and the suites, in which one control is taken away. */
function copyWith({ file, from, to }: Mutant): string | undefined {
  const before = readFileSync(join(ROOT, file), 'utf8');
  if (!before.includes(from)) return undefined;
  const folder = temporaryFolder('mutant');
  for (const name of ['src', 'test', 'package.json'])
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(
    join(folder, file),
    before.replace(from, () => to),
  );
  return folder;
}

/** `undefined` when the suite could not say: it did not run, or did not end. */
async function isNoticed(mutant: Mutant, folder: string): Promise<boolean | undefined> {
  const grep = mutant.grep === undefined ? [] : ['--grep', mutant.grep];
  const child = new Child({
    file: join(ROOT, 'node_modules/mocha/bin/mocha.js'),
    args: [
      ...['--config', 'test/crash/.mocharc.json', '--timeout', String(LIMIT_MS)],
      ...[...grep, `test/crash/${mutant.suite}.test.ts`],
    ],
    cwd: folder,
    env: {
      CRASH_SEED: SEED,
      CRASH_SHARE: String(mutant.share),
      CRASH_TIER: 'ci',
      CRASH_FIGURES: join(folder, 'figures'),
    },
  });
  const { code } = await child.exit;
  if (code === 0) return false;
  // Not what cannot run, but what runs and fails.
  return (
    child.lines.some(line => line.includes('problems; seed') && !line.includes(' 0 problems')) || undefined
  );
}

describe('mutants: each control that is taken away is missed', () => {
  for (const mutant of MUTANTS.filter(({ isQuick }) => tier === 'nightly' || isQuick === true)) {
    it(`${mutant.suite}: ${mutant.control}`, async () => {
      const tally = new Tally('mutants');
      const folder = copyWith(mutant);
      if (folder === undefined) tally.fail(`${mutant.file} has no longer the control: ${mutant.from}`);
      else {
        const noticed = await isNoticed(mutant, folder);
        const does = noticed === undefined ? 'does not run to its end without' : 'does not notice';
        tally.expect(noticed === true, `${mutant.suite} ${does}: ${mutant.control}`);
        removeFolder(folder);
      }
      tally.count('controls taken away');
      tally.finish();
    });
  }
});
