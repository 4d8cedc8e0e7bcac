/**
 * In a new process: the first page (`page`) or all of the sessions (`all`) of a folder, the first page of a session
 * (`session`), or a plain index file (`file`). In milliseconds.
 */
import { readFileSync } from 'node:fs';
import { firstPage, listAll, openStore } from '../openStore.mts';
import { timed } from '../rounds.mts';

const [what = '', path = '', sessionId = ''] = process.argv.slice(2);
let rows = 0;
const store = what === 'file' ? undefined : openStore(path);

async function once(): Promise<void> {
  if (store === undefined) rows = (JSON.parse(readFileSync(path, 'utf8')) as unknown[]).length;
  else if (what === 'all') rows = (await listAll(store)).length;
  else if (what === 'session') rows = await firstPage(store, sessionId);
  else rows = (await store.list({ limit: 50 })).sessions.length;
}

const ms = await timed(once);
await store?.close();
console.log(JSON.stringify({ ms, rows }));
