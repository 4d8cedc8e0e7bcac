import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { worker } from './support/bundle.ts';
import { Child } from './support/child.ts';
import { removeFolder, temporaryFolder } from './support/onDisk.ts';
import { Tally } from './support/tally.ts';
import { cases } from './support/tier.ts';
import type { ScaleConfig } from './workers/scale.ts';

const HEAP = '--max-old-space-size=256';

describe(`scale: much, with ${HEAP}`, () => {
  const stories: Readonly<Record<string, readonly (readonly [ScaleConfig['step'], number])[]>> = {
    sessions: [
      ['make sessions', cases(3_000, 100_000)],
      ['list sessions', cases(3_000, 100_000)],
      ['list sessions', cases(3_000, 100_000)],
    ],
    'MB in one session': [
      ['make large', cases(20, 200)],
      ['open large', cases(20, 200)],
    ],
    'MB of output': [['output', cases(10, 50)]],
  };
  for (const [name, steps] of Object.entries(stories)) {
    it(`${steps[0]?.[1]} ${name}`, async () => {
      const tally = new Tally('scale');
      const folder = temporaryFolder('scale');
      const root = join(folder, 'work');
      mkdirSync(root);
      tally.count(name, steps[0]?.[1]);
      for (const [step, size] of steps) {
        const config: ScaleConfig = { root, step, size };
        const child = new Child({ file: await worker('scale'), config, nodeOptions: [HEAP] });
        await child.exit;
        tally.expect(
          child.lines.includes('done'),
          `${step}: ${child.lines.join()} ${child.errors.slice(0, 500)}`,
        );
        for (const problem of child.told('problem')) tally.fail(`${step}: ${problem}`);
        for (const figure of child.told('figure')) {
          const [, value = '', what = ''] = /^(-?\d+) (.*)$/.exec(figure) ?? [];
          tally.highest(what, Number(value));
        }
      }
      removeFolder(folder);
      tally.finish();
    });
  }
});
