/** In a new process with --expose-gc: what listing a folder (`list`) or holding a session open (`open`) adds to memory. */
import { openStore, listAll } from '../openStore.mts';

const MB = 1024 * 1024;
const [what = '', root = '', sessionId = ''] = process.argv.slice(2);

function collect(): void {
  if (globalThis.gc === undefined) throw new Error('Run with --expose-gc.');
  for (let time = 0; time < 3; time++) globalThis.gc();
}

function used(): { readonly held: number; readonly resident: number } {
  collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { held: (heapUsed + external) / MB, resident: rss / MB };
}

const store = openStore(root);
const idle = used();
const kept: unknown = what === 'list' ? await listAll(store) : await store.open(sessionId);
const after = used();
const peak = process.resourceUsage().maxRSS / 1024;
if (kept === undefined) throw new Error('Nothing was opened.');
await store.close();
console.log(
  JSON.stringify({
    held: after.held - idle.held,
    resident: after.resident - idle.resident,
    peak: peak - idle.resident,
  }),
);
