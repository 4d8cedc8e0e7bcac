/**
 * Undoes a task and dies in the middle: `undo.ts ROOT TASK N` is killed at the Nth change of the file system. Prints how many
 * there were when it lives.
 */
import { createRequire, syncBuiltinESMExports } from 'node:module';

const NAMES = ['rename', 'link', 'unlink', 'mkdir', 'rmdir', 'chmod', 'symlink', 'open'] as const;
const [root = '', taskId = '', last = ''] = process.argv.slice(2);
let count = 0;
let isCounting = false;

const promises = createRequire(import.meta.url)('node:fs/promises') as Record<string, unknown>;
for (const name of NAMES) {
  const genuine = promises[name] as (...args: unknown[]) => Promise<unknown>;
  promises[name] = async (...args: unknown[]) => {
    if (isCounting && ++count === Number(last)) process.kill(process.pid, 'SIGKILL');
    return genuine(...args);
  };
}
syncBuiltinESMExports();

const { hostOn } = await import('../../crash/support/hostOn.ts');
const host = await hostOn(root);
await host.sessions.getTask(taskId);
isCounting = true;
await host.undo.undo(taskId);
isCounting = false;
process.stdout.write(String(count));
await host.close();
