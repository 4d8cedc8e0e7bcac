/**
 * In a new process: what a peer, or we, take to list all sessions (`list`), the newest 50 (`page`), or to resume one
 * (`resume`), for the first time and again. With a session to warm up on, that one is resumed before. Loading or starting
 * the subject is not counted.
 */
import { setImmediate } from 'node:timers/promises';
import { isSubject, subjects } from '../drivers/drivers.mts';
import type { OpenPeer } from '../drivers/driver.mts';

const WARM_UPS = 100;

interface Taken {
  readonly ms: number;
  /** Of the processor, in this process: null for a peer that is a process of its own. */
  readonly cpuMs: number | null;
}

const [name = '', what = '', home = '', project = '', modules = '', sessionId = '', warmUpId = ''] =
  process.argv.slice(2);
if (!isSubject(name)) throw new Error(`Unknown subject ${name}.`);
const subject: OpenPeer = await subjects[name].open({ home, project, modules });

async function once(id: string): Promise<number> {
  if (what === 'list') return subject.list();
  const count = what === 'page' ? await subject.firstPage?.() : await subject.resume?.(id);
  if (count === undefined) throw new Error(`${name} has no ${what}.`);
  return count;
}

let count = 0;
async function taken(): Promise<Taken> {
  const before = process.cpuUsage();
  const start = performance.now();
  count = await once(sessionId);
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  return { ms, cpuMs: subject.isServer ? null : (user + system) / 1000 };
}

if (warmUpId !== '') {
  for (let time = 0; time < WARM_UPS; time++) {
    await once(warmUpId);
    // What it left for later is done before the next, as it is where people wait for what they asked for.
    await setImmediate();
  }
}
const first = await taken();
const again = await taken();
await subject.close();
process.stdout.write(JSON.stringify({ first, again, count }), () => process.exit(0));
