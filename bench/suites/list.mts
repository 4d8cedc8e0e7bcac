import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { countCalls } from '../countCalls.mts';
import { generateSessions } from '../generateSessions.mts';
import { listAll, openStore } from '../openStore.mts';
import { atLeast, atMost, ratioRow, type Row, valueRow } from '../row.mts';
import { interleave, interleaveFinely, timed } from '../rounds.mts';
import type { BenchContext } from '../context.mts';
import { runWorker } from '../worker.mts';

interface Cold {
  readonly ms: number;
  readonly rows: number;
}

/** Lists of many sessions: in a host that runs, and in a process that just started. */
export async function listSuite(context: BenchContext): Promise<Row[]> {
  const { rounds } = context;
  const ten = context.scaled(10_000);
  const folder = context.folder('list');
  context.say(`writing ${ten} sessions`);
  generateSessions(folder, ten);
  const index = join(folder, 'one-index-file.json');

  const store = openStore(folder);
  context.say('reading them for the first time');
  const rows = await listAll(store);
  if (rows.length !== ten) throw new Error(`${rows.length} sessions were listed, ${ten} are there.`);
  writeFileSync(index, JSON.stringify(rows));
  context.say('listing in a running host');
  const running = await interleaveFinely(rounds, 10, {
    list: () => timed(() => listAll(store)),
    file: () => timed(() => JSON.parse(readFileSync(index, 'utf8'))),
  });
  const unchanged = await countCalls(() => listAll(store));
  await sleep(300);
  const checked = await countCalls(() => store.list({ limit: 50 }));
  // As in a window, which has its current session open: then the system tells of changes in the folder.
  const open = await store.open(rows[0]?.sessionId ?? '');
  await listAll(store);
  const watching = await interleaveFinely(rounds, 10, {
    list: () => timed(() => listAll(store)),
    file: () => timed(() => JSON.parse(readFileSync(index, 'utf8'))),
  });
  const watched = await countCalls(() => listAll(store));
  open.dispose();
  await store.close();
  const table: Row[] = [
    ratioRow(
      `list ${ten} sessions in a running host, nothing changed, to reading and parsing one index file of the same rows`,
      ...[running.list, running.file, atMost(0.1)],
    ),
    valueRow('the same: calls of stat, over all pages', unchanged.stat, 'calls', atMost(2)),
    valueRow('the same: files opened or read', unchanged.open + unchanged.read, 'calls', atMost(0)),
    ratioRow(
      'the same while a session is open, so that the folder is watched',
      ...[watching.list, watching.file, atMost(0.1)],
    ),
    valueRow('the same: calls of stat, over all pages', watched.stat, 'calls', atMost(2)),
    valueRow('first page of 50, checked against the files: calls of stat', checked.stat, 'calls', atMost(52)),
    valueRow('the same: files opened or read', checked.open + checked.read, 'calls', atMost(0)),
  ];

  context.say('listing in new processes');
  const cold = (what: string, path: string) => async (): Promise<number> =>
    (await runWorker<Cold>('workers/coldList.mts', [what, path], { bundled: true })).ms;
  const full = await interleave(rounds, { all: cold('all', folder), file: cold('file', index) });
  table.push(
    ratioRow(
      `full list of ${ten}, cold process, to reading and parsing the index file in one`,
      ...[full.all, full.file, atMost(2)],
    ),
  );
  context.removeFolder(folder);
  table.push(...(await manySessions(context, cold)));
  return table;
}

async function manySessions(
  context: BenchContext,
  cold: (what: string, path: string) => () => Promise<number>,
): Promise<Row[]> {
  const counts = { many: context.scaled(100_000), few: 100 };
  const many = context.folder('many');
  const few = context.folder('few');
  context.say(`writing ${counts.many} sessions`);
  generateSessions(many, counts.many);
  generateSessions(few, counts.few);
  context.say('reading them for the first time, with a heap of 256 MB');
  const small = { node: ['--max-old-space-size=256'] };
  const listed = await runWorker<Cold>('workers/coldList.mts', ['all', many], small);
  await runWorker<Cold>('workers/coldList.mts', ['all', few]);
  context.say('first pages in new processes');
  const pages = await interleave(context.rounds, { many: cold('page', many), few: cold('page', few) });
  context.removeFolder(many);
  context.removeFolder(few);
  return [
    ratioRow(
      `first page in a cold process, ${counts.many} sessions to ${counts.few}`,
      ...[pages.many, pages.few, atMost(1.5)],
    ),
    valueRow(
      `sessions listed of ${counts.many}, read for the first time by a process with --max-old-space-size=256`,
      ...([listed.rows, 'count', atLeast(counts.many)] as const),
    ),
  ];
}
