/**
 * `npm run test:unit`, `test:ui` and `test:agents`: mocha with the configuration of the suite. Files named after `--` run
 * instead of the whole suite; other arguments (`--grep TEXT`) go to mocha as they are.
 */
import { daytimeZone } from './daytimeZone.mts';
import { totalsFile } from './totals.mts';
import { runForCode } from './vscode/processes.mts';

const suites: Record<string, { readonly config: string; readonly spec: string }> = {
  unit: { config: '.mocharc.json', spec: 'test/**/*.test.ts' },
  agents: { config: 'test/realAgents/.mocharc.json', spec: 'test/realAgents/**/*.test.ts' },
  ui: { config: 'test/ui/.mocharc.json', spec: 'test/ui/**/*.test.ts' },
};

const [name = '', ...args] = process.argv.slice(2);
const suite = suites[name];
if (suite === undefined) throw new Error('Which suite: unit, ui or agents?');

const files = args.some(arg => arg.endsWith('.ts')) ? [] : [suite.spec];
// What a person sees is grouped by days, which must not change while it is looked at.
const zone = name === 'ui' ? { TZ: daytimeZone(new Date()) } : {};
const env = { ...process.env, ...totalsFile(name), ...zone };
const { code } = await runForCode('mocha', ['--config', suite.config, ...args, ...files], {
  env,
  output: 'inherit',
  timeoutMs: Number(process.env['TEST_MINUTES'] ?? '60') * 60_000,
});
process.exitCode = code ?? 1;
