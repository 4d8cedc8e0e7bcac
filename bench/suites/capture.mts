import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflateSync } from 'node:zlib';
import { createProcessTable } from '../../src/host/processTable.ts';
import { systemIds } from '../../src/host/systemPorts.ts';
import { createCheckpoints } from '../../src/workspace/checkpoints/createCheckpoints.ts';
import type { BenchContext } from '../context.mts';
import { Random } from '../random.mts';
import { interleaveFinely, timed } from '../rounds.mts';
import { atMost, ratioRow, type Row, valueRow } from '../row.mts';

const FILES = 10_000;
const A_FOLDER = 100;
const FILE_BYTES = 4096;
const CHANGED = 10;
/** So many captures are packed once at least. */
const CAPTURES = 60;
const run = promisify(execFile);

/** What a capture of the workspace costs, beside `git status` in the same folder. */
export async function captureSuite(context: BenchContext): Promise<Row[]> {
  const root = context.folder('capture');
  const count = context.scaled(FILES);
  const random = new Random(1);
  const text = (): string => {
    let words = '';
    while (words.length < FILE_BYTES) words += `${random.below(2 ** 20).toString(36)} `;
    return words.slice(0, FILE_BYTES);
  };
  context.say(`writing ${count} files`);
  for (let index = 0; index < count; index++) {
    if (index % A_FOLDER === 0) mkdirSync(join(root, `d${index / A_FOLDER}`));
    writeFileSync(fileOf(root, index), text());
  }
  writeFileSync(join(root, '.gitignore'), '.coding-agent/\n');
  const git = (...args: string[]) => run('git', args, { cwd: root });
  await git('init', '--quiet');
  await git('add', '--all');
  await git('-c', 'user.name=b', '-c', 'user.email=b@example.com', 'commit', '--quiet', '--message=b');
  const checkpoints = createCheckpoints({ root, processes: createProcessTable(systemIds) });
  let task = 0;
  const capture = (): Promise<string> => checkpoints.capture(root, { keepAs: `tasks/task-${++task}/after` });
  await capture();
  /** Resolves with how many bytes the new contents are, compressed. */
  const change = (): number => {
    let bytes = 0;
    for (let index = 0; index < CHANGED; index++) {
      const content = text();
      bytes += deflateSync(content).length;
      writeFileSync(fileOf(root, random.below(count)), content);
    }
    return bytes;
  };
  const objects = join(root, '.coding-agent/checkpoints/objects');
  const begin = bytesIn(objects);
  let content = 0;
  let grown = 0;
  context.say(`capturing it ${CAPTURES} times`);
  for (let index = 0; index < CAPTURES; index++) {
    const before = bytesIn(objects);
    content += change();
    await capture();
    const after = bytesIn(objects);
    if (after < before) grown = (after - begin) / content;
  }
  context.say('capturing it in turns with git status');
  const processor = { changed: 0, status: 0, same: 0 };
  const measure = async (name: keyof typeof processor, work: () => Promise<unknown>): Promise<number> => {
    const before = processorTime();
    const taken = await timed(work);
    processor[name] += processorTime() - before;
    return taken;
  };
  const times = await interleaveFinely(context.rounds, 5, {
    changed: () => {
      change();
      return measure('changed', capture);
    },
    status: () => measure('status', () => git('status', '--porcelain')),
    same: async () => {
      await capture();
      return measure('same', capture);
    },
  });
  const inProcessorTime = (row: Row, name: 'changed' | 'same'): Row =>
    process.platform === 'linux' ? { ...row, processor: processor[name] / processor.status } : row;
  context.removeFolder(root);
  const quantity = `capture of ${count} files, ${CHANGED} of them changed, to git status there`;
  return [
    inProcessorTime(ratioRow(quantity, times.changed, times.status, atMost(2)), 'changed'),
    inProcessorTime(ratioRow('the same, nothing changed', times.same, times.status, atMost(2)), 'same'),
    valueRow(
      `bytes that the store grew by until it was packed last, to the changed contents, ${FILE_BYTES} bytes each, compressed`,
      ...([grown, 'x', atMost(1.25)] as const),
    ),
  ];
}

/** Of this process and of the programs that it waited for, in milliseconds; of this process alone where only Linux says more. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  const own = (user + system) / 1000;
  if (process.platform !== 'linux') return own;
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  const TICK_MS = 10;
  return own + (Number(fields[13]) + Number(fields[14])) * TICK_MS;
}

function fileOf(root: string, index: number): string {
  return join(root, `d${Math.floor(index / A_FOLDER)}`, `f${index % A_FOLDER}.txt`);
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map(name => statSync(join(folder, name)))
    .reduce((sum, stats) => sum + (stats.isFile() ? stats.size : 0), 0);
}
