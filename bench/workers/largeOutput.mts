/** In a new process: what a command that prints a lot adds to a host's memory, and how long it holds the event loop up. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openHost, profileIn } from '../../test/support/openHost.ts';

const MB = 1024 * 1024;
const RESOLUTION_MS = 5;
const [root = '', megabytes = ''] = process.argv.slice(2);
const work = join(root, 'work');
mkdirSync(work);
const host = await openHost(work, profileIn(root), { approvals: { canAsk: () => false, timeoutMs: 1000 } });
const print = (lines: number): string =>
  `$ ${process.execPath} -e "let n=${lines};const w=()=>{while(n-->0)if(!process.stdout.write('x'.repeat(99)+'\\n'))return process.stdout.once('drain',w)};w()"`;
// What is loaded with the first command is no part of it.
await host.sessions.executeTask({ task: print(1) });
globalThis.gc?.();
const before = process.memoryUsage().rss;
let highest = before;
const sampler = setInterval(() => {
  highest = Math.max(highest, process.memoryUsage().rss);
}, 20);
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();
const task = await host.sessions.executeTask({ task: print(Number(megabytes) * 10_000) });
delay.disable();
clearInterval(sampler);
if (task.status !== 'completed') throw new Error(task.error);
await host.close();
console.log(JSON.stringify({ memory: (highest - before) / MB, blocked: delay.max / 1e6 - RESOLUTION_MS }));
