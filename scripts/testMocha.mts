/** `npm run test:unit` and `npm run test:ui`: mocha with the configuration of the suite; other arguments go to mocha. */
import { totalsFile } from './totals.mts';
import { runForCode } from './vscode/processes.mts';

const [suite, ...args] = process.argv.slice(2);
const configs: Record<string, string> = { unit: '.mocharc.json', ui: 'test/ui/.mocharc.json' };
const config = configs[suite ?? ''];
if (suite === undefined || config === undefined) throw new Error('Which suite: unit or ui?');

const env = { ...process.env, ...totalsFile(suite) };
const { code } = await runForCode('mocha', ['--config', config, ...args], { env, output: 'inherit' });
process.exitCode = code ?? 1;
