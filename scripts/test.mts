/** `npm test`: everything that CI needs. */
import { runTestSteps } from './testSteps.mts';

await runTestSteps([
  { name: 'Static checks', script: 'check' },
  { name: 'Build and package', script: 'package' },
  { name: 'Unit tests', script: 'test:unit', suites: ['unit'] },
  { name: 'Failure suites', script: 'test:crash', suites: ['crash', 'crash-memory'] },
  {
    name: 'Tests inside VS Code',
    script: 'test:extension',
    suites: ['current', 'minimum'],
    needsBuild: true,
  },
  { name: 'Tests as a person', script: 'test:ui', suites: ['ui'], needsBuild: true },
]);
