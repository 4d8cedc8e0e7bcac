import { setImmediate } from 'node:timers/promises';
import type { BenchContext } from '../context.mts';
import { generateLargeSession, generateSessions, SessionWriter } from '../generateSessions.mts';
import { firstPage, listAll, openStore } from '../openStore.mts';
import { atLeast, atMost, ratioRow, type Row, valueRow } from '../row.mts';
import { interleaveFinely, median, timed } from '../rounds.mts';
import { runWorker } from '../worker.mts';

const MB = 1024 * 1024;

/** 100 MB of commands that printed 16 KiB each, four a task. */
const largeTask = { calls: 4, output: 16_000, chunk: 2_000 };
/** 100 KB: as many tasks as a page shows, some with one short command. */
const smallTasks = Array.from({ length: 50 }, (_, index) => ({
  calls: index % 12 === 0 ? 1 : 0,
  output: 300,
  chunk: 300,
}));

interface Memory {
  readonly held: number;
  readonly resident: number;
  readonly peak: number;
}

/** What a session of 100 MB costs to open and to hold, and what 10,000 sessions cost to list, in memory. */
export async function largeSessionSuite(context: BenchContext): Promise<Row[]> {
  const root = context.folder('large');
  context.say('writing a session of 100 MB and one of 100 KB');
  const large = generateLargeSession(root, context.scaled(100 * MB), largeTask);
  const small = new SessionWriter(root, 100).write({ tasks: smallTasks });
  context.say('opening them');
  // A store of its own each time: one that had the session open may have it still.
  const page = (sessionId: string) => async (): Promise<number> => {
    const store = openStore(root);
    const ms = await timed(() => firstPage(store, sessionId));
    await store.close();
    // What a page left for later is done before the next, as it is where people wait for what they asked for.
    await setImmediate();
    return ms;
  };
  const pages = await interleaveFinely(context.rounds, 10, {
    large: page(large.sessionId),
    small: page(small.sessionId),
  });
  const rows: Row[] = [
    ratioRow('first page of a 100 MB session to that of a 100 KB one', pages.large, pages.small, atMost(2)),
  ];
  context.say('opening a session of 200 MB with a heap of 256 MB');
  const huge = generateLargeSession(root, context.scaled(200 * MB), largeTask);
  const opened = await runWorker<{ readonly rows: number }>(
    'workers/coldList.mts',
    ['session', root, huge.sessionId],
    { node: ['--max-old-space-size=256'] },
  );
  const quantity = 'a session of 200 MB opens with --max-old-space-size=256';
  rows.push(valueRow(quantity, opened.rows > 0 ? 1 : 0, 'count', atLeast(1)));
  context.say('holding it open in new processes');
  rows.push(
    ...(await memoryRows(context, 'hold an open 100 MB session', ['open', root, large.sessionId], 20)),
  );
  context.removeFolder(root);

  const ten = context.scaled(10_000);
  const folder = context.folder('list');
  context.say(`listing ${ten} sessions in new processes`);
  generateSessions(folder, ten);
  const first = openStore(folder);
  await listAll(first);
  await first.close();
  rows.push(...(await memoryRows(context, `list ${ten} sessions`, ['list', folder], 30)));
  context.removeFolder(folder);
  return rows;
}

async function memoryRows(
  context: BenchContext,
  what: string,
  args: readonly string[],
  limit: number,
): Promise<Row[]> {
  const values: Memory[] = [];
  for (let round = 0; round < context.rounds; round++)
    values.push(await runWorker<Memory>('workers/memory.mts', args, { node: ['--expose-gc'] }));
  const of = (pick: (memory: Memory) => number): number => median(values.map(pick));
  return [
    valueRow(
      `memory to ${what}, above idle: what stays`,
      of(({ held }) => held),
      'MB',
      atMost(limit),
    ),
    valueRow(
      'the same: resident afterwards',
      of(({ resident }) => resident),
      'MB',
      atMost(limit),
    ),
    valueRow(
      'the same: resident at the highest',
      of(({ peak }) => peak),
      'MB',
    ),
  ];
}
