import type { BenchContext } from '../context.mts';
import { generateSessions } from '../generateSessions.mts';
import { atMost, ratioRow, type Row } from '../row.mts';
import type { Measured } from '../rounds.mts';
import { runWorker } from '../worker.mts';

/** What redrawing the tree after one event costs in a folder of many sessions, to one of few. */
export async function treeSuite(context: BenchContext): Promise<Row[]> {
  const counts = { many: context.scaled(10_000), few: 100 };
  const many = context.folder('many');
  const few = context.folder('few');
  context.say(`writing ${counts.many} sessions`);
  generateSessions(many, counts.many);
  generateSessions(few, counts.few);
  context.say('redrawing the tree');
  const measured = await runWorker<Record<'many' | 'few', Measured>>('workers/treeRefresh.mts', [
    many,
    few,
    `${context.rounds}`,
  ]);
  context.removeFolder(many);
  context.removeFolder(few);
  return [
    ratioRow(
      `tree refresh after one event, ${counts.many} sessions to ${counts.few}, in processor time`,
      ...[measured.many, measured.few, atMost(1.1)],
    ),
  ];
}
