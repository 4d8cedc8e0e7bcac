/** In a new process: the first page (`page`) or all of the sessions (`all`) of a folder, or a plain index file (`file`). */
import { readFileSync } from 'node:fs';
import { listAll, openStore } from '../openStore.mts';
import { timed } from '../rounds.mts';

const [what = '', path = ''] = process.argv.slice(2);
let rows = 0;
const store = what === 'file' ? undefined : openStore(path);
const ms = await timed(async () => {
  if (store === undefined) rows = (JSON.parse(readFileSync(path, 'utf8')) as unknown[]).length;
  else if (what === 'all') rows = (await listAll(store)).length;
  else rows = (await store.list({ limit: 50 })).sessions.length;
});
await store?.close();
console.log(JSON.stringify({ ms, rows }));
