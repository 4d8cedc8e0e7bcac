/**
 * Runs a task and dies while the workspace is captured: `capture.ts ROOT N WHOM TASK` is killed at the Nth moment of a capture.
 * Moments are changes of the file system by this process, each start and end of a git, and whatever appears in the store
 * meanwhile. `WHOM` is `group` (every git with it), `self` (a git that runs goes on alone) or `git` (that git alone). Prints how
 * many there were when it lives.
 */
import type { ChildProcess, spawn as spawnType } from 'node:child_process';
import { watch } from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

const NAMES = ['rename', 'link', 'unlink', 'mkdir', 'rm', 'open', 'copyFile', 'utimes'] as const;
const [root = '', last = '', whom = '', work = ''] = process.argv.slice(2);
let count = 0;
let isCounting = false;
const running = new Set<ChildProcess>();

function moment(): void {
  if (!isCounting || ++count !== Number(last)) return;
  if (whom === 'git') for (const git of running) git.kill('SIGKILL');
  else process.kill(whom === 'self' ? process.pid : 0, 'SIGKILL');
}

const require = createRequire(import.meta.url);
const promises = require('node:fs/promises') as Record<string, unknown>;
for (const name of NAMES) {
  const genuine = promises[name] as (...args: unknown[]) => Promise<unknown>;
  promises[name] = async (...args: unknown[]) => {
    if (args.some(arg => typeof arg === 'string' && arg.includes('/checkpoints/'))) moment();
    return genuine(...args);
  };
}
const processes = require('node:child_process') as { spawn: typeof spawnType };
const { spawn } = processes;
processes.spawn = ((file: string, args: readonly string[], options: Parameters<typeof spawnType>[2]) => {
  if (file !== 'git') return spawn(file, args, options);
  moment();
  const child = spawn(file, args, options);
  running.add(child);
  child.once('spawn', moment);
  child.once('exit', () => {
    moment();
    running.delete(child);
  });
  return child;
}) as typeof spawnType;
syncBuiltinESMExports();

const { hostOn } = await import('../../crash/support/hostOn.ts');
const host = await hostOn(root);
const { sessionId } = await host.sessions.createSession();
// What git itself makes: each object and each lock comes and goes under a name.
const watcher = watch(join(root, '.coding-agent/checkpoints'), { recursive: true }, moment);
isCounting = true;
await host.sessions.executeTask({ task: work, sessionId });
isCounting = false;
watcher.close();
process.stdout.write(String(count));
await host.close();
