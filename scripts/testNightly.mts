/**
 * `npm run test:nightly`: the same suites with all that is too long for CI, for hours. Generated cases are new each time, and
 * each suite prints its seed. Real agents are installed from npm into the cache, and talk to this machine only.
 */
import { runTestSteps } from './testSteps.mts';

const HOUR = 60;
const unit = {
  PROPERTY_SEED: 'any',
  UNDO_HISTORIES: '200',
  UNDO_KILLS: '0',
  FUZZ_RUNS: '30000',
  RECIPE_RUNS: '1000',
  RECIPES_INSTALL: '1',
};

await runTestSteps([
  { name: 'Build and package', script: 'package' },
  { name: 'Unit tests, long', script: 'test:unit', suites: ['unit'], env: unit, minutes: 4 * HOUR },
  {
    name: 'Failure suites, long',
    script: 'test:crash:nightly',
    suites: ['crash', 'crash-memory'],
    minutes: 6 * HOUR,
  },
  { name: 'Real agents', script: 'test:agents', suites: ['agents'], needsBuild: true, minutes: HOUR },
]);
