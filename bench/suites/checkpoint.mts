import { execFile } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createProcessTable } from '../../src/host/processTable.ts';
import { systemIds } from '../../src/host/systemPorts.ts';
import { createCheckpoints } from '../../src/workspace/checkpoints/createCheckpoints.ts';
import type { BenchContext } from '../context.mts';
import { interleaveFinely, timed } from '../rounds.mts';
import { atMost, ratioRow, type Row, valueRow } from '../row.mts';

const FILES = 10_000;
const A_FOLDER = 100;
const CHANGED = 10;
const run = promisify(execFile);

/** What a capture of the workspace costs, beside `git status` in the same folder. */
export async function checkpointSuite(context: BenchContext): Promise<Row[]> {
  const root = context.folder('checkpoint');
  const count = context.scaled(FILES);
  context.say(`writing ${count} files`);
  for (let index = 0; index < count; index++) {
    if (index % A_FOLDER === 0) mkdirSync(join(root, `d${index / A_FOLDER}`));
    writeFileSync(fileOf(root, index), `line ${index}\n`.repeat(40));
  }
  writeFileSync(join(root, '.gitignore'), '.coding-agent/\n');
  const git = (...args: string[]) => run('git', args, { cwd: root });
  await git('init', '--quiet');
  await git('add', '--all');
  await git('-c', 'user.name=b', '-c', 'user.email=b@example.com', 'commit', '--quiet', '--message=b');
  const checkpoints = createCheckpoints({ root, processes: createProcessTable(systemIds) });
  await checkpoints.capture(root);
  let round = 0;
  const change = (): void => {
    round++;
    for (let index = 0; index < CHANGED; index++)
      appendFileSync(fileOf(root, (index * A_FOLDER + round) % count), `${round}\n`);
  };
  const capture = (): Promise<number> => timed(() => checkpoints.capture(root));
  const times = await interleaveFinely(context.rounds, 5, {
    changed: () => {
      change();
      return capture();
    },
    status: () => timed(() => git('status', '--porcelain')),
    same: async () => {
      await checkpoints.capture(root);
      return capture();
    },
  });
  const objects = join(root, '.coding-agent/checkpoints/objects');
  const before = bytesIn(objects);
  change();
  await checkpoints.capture(root);
  const written = Array.from(
    { length: CHANGED },
    (_, index) => statSync(fileOf(root, (index * A_FOLDER + round) % count)).size,
  ).reduce((sum, size) => sum + size, 0);
  const quantity = `capture of ${count} files, ${CHANGED} of them changed, to git status there`;
  return [
    ratioRow(quantity, times.changed, times.status, atMost(2)),
    ratioRow('the same, nothing changed', times.same, times.status, atMost(2)),
    valueRow(
      `bytes that the store grew by, in percent of the ${CHANGED} changed files (their folders' lists count too)`,
      Math.round(((bytesIn(objects) - before) / written) * 100),
      'count',
    ),
  ];
}

function fileOf(root: string, index: number): string {
  return join(root, `d${Math.floor(index / A_FOLDER)}`, `f${index % A_FOLDER}.txt`);
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map(name => statSync(join(folder, name)))
    .reduce((sum, stats) => sum + (stats.isFile() ? stats.size : 0), 0);
}
