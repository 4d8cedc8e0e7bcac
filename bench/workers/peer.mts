/**
 * In a new process: what a peer takes to list its sessions (`list`), its first page (`page`), each in milliseconds for the
 * first and the second time, or to resume one (`resume`). Loading or starting the peer is not counted.
 */
import { drivers, isPeer } from '../drivers/drivers.mts';

const [name = '', what = '', home = '', project = '', modules = '', sessionId = ''] = process.argv.slice(2);
if (!isPeer(name)) throw new Error(`Unknown peer ${name}.`);
const peer = await drivers[name].open({ home, project, modules });

async function once(): Promise<number> {
  if (what === 'list') return peer.list();
  const count = what === 'page' ? await peer.firstPage?.() : await peer.resume?.(sessionId);
  if (count === undefined) throw new Error(`${name} has no ${what}.`);
  return count;
}

const times: number[] = [];
let count = 0;
for (let time = 0; time < 2; time++) {
  const start = performance.now();
  count = await once();
  times.push(performance.now() - start);
}
peer.close();
const [cold, warm] = times;
process.stdout.write(JSON.stringify({ cold, warm, count }), () => process.exit(0));
