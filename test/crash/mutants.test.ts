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

async function isNoticed(mutant: Mutant, folder: string): Promise<boolean> {
  const grep = mutant.grep === undefined ? [] : ['--grep', mutant.grep];
  const child = new Child({
    file: join(ROOT, 'node_modules/mocha/bin/mocha.js'),
    args: ['--config', 'test/crash/.mocharc.json', ...grep, `test/crash/${mutant.suite}.test.ts`],
    cwd: folder,
    env: {
      CRASH_SEED: SEED,
      CRASH_SHARE: String(mutant.share),
      CRASH_TIER: 'ci',
      CRASH_FIGURES: join(folder, 'figures'),
    },
  });
  const { code } = await child.exit;
  // Not what cannot run, but what runs and fails.
  return (
    code !== 0 && child.lines.some(line => line.includes('problems; seed') && !line.includes(' 0 problems'))
  );
}

describe('mutants: each control that is taken away is missed', () => {
  for (const mutant of MUTANTS.filter(({ isQuick }) => tier === 'nightly' || isQuick === true)) {
    it(`${mutant.suite}: ${mutant.control}`, async () => {
      const tally = new Tally('mutants');
      const folder = copyWith(mutant);
      if (folder === undefined) tally.fail(`${mutant.file} has no longer the control: ${mutant.from}`);
      else {
        tally.expect(await isNoticed(mutant, folder), `${mutant.suite} does not notice: ${mutant.control}`);
        removeFolder(folder);
      }
      tally.count('controls taken away');
      tally.finish();
    });
  }
});
