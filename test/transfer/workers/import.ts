/**
 * Imports a file and dies in the midst: `import.ts ROOT FILE N` is killed at the Nth change of the file system. Prints how many
 * there were when it lives.
 */
import { createRequire, syncBuiltinESMExports } from 'node:module';

const PROMISES = ['rename', 'link', 'unlink', 'mkdir', 'rm', 'writeFile', 'open'] as const;
const SYNC = ['openSync', 'writeSync', 'renameSync', 'linkSync', 'unlinkSync', 'mkdirSync'] as const;
const [root = '', file = '', last = ''] = process.argv.slice(2);
let count = 0;
let isCounting = false;

function strike(): void {
  if (isCounting && ++count === Number(last)) process.kill(process.pid, 'SIGKILL');
}

const require = createRequire(import.meta.url);
for (const [module, names] of [
  ['node:fs/promises', PROMISES],
  ['node:fs', SYNC],
] as const) {
  const functions = require(module) as Record<string, (...args: unknown[]) => unknown>;
  for (const name of names) {
    const genuine = functions[name];
    if (genuine === undefined) throw new RangeError(name);
    functions[name] = (...args: unknown[]) => {
      strike();
      return genuine(...args);
    };
  }
}
syncBuiltinESMExports();

const { hostOn } = await import('../../crash/support/hostOn.ts');
const host = await hostOn(root);
isCounting = true;
await host.transfer.importSession(file, 'auto');
isCounting = false;
process.stdout.write(String(count));
await host.close();
