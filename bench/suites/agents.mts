import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SecretRedactor } from '../../src/workspace/redact.ts';
import { ModelFixture } from '../../test/agents/model/modelFixture.ts';
import { systemClock } from '../../src/host/systemPorts.ts';
import { createManager } from '../../test/support/managerFixture.ts';
import { callTool, say, type Script } from '../../test/support/scriptedModel/scriptedReply.ts';
import type { BenchContext } from '../context.mts';
import { openStore } from '../openStore.mts';
import { atMost, ratioRow, type Row, valueRow } from '../row.mts';
import { Random } from '../random.mts';
import { realisticText } from '../realisticText.mts';
import { interleave, interleaveFinely, median, processorTimed, ratio, timed } from '../rounds.mts';
import { runWorker } from '../worker.mts';

const STEPS = 40;
const CHUNKS = 20_000;
const SEED = 4;
/** Streams in a round, whose median counts: what stalls a few of them decides nothing. */
const STREAM_TURNS = 9;
const BARE_TURNS = 5;
/** Milliseconds that a step of the loop may take by itself. */
const STEP_MS = 5;
const BLOCK_MS = 50;
/** How often VS Code is started. */
const EDITOR_TURNS = 3;

/** What carrying a task out costs besides the model and the tools: a step of the loop, a stream, a large output. */
export async function agentsSuite(context: BenchContext): Promise<Row[]> {
  const rows = [await loopRow(context)];
  for (const [what, lines] of Object.entries(streams(context.scaled(CHUNKS))))
    rows.push(await streamRow(context, what, lines));
  return [...rows, ...(await outputRows(context)), ...(await extensionHostRows(context))];
}

/** A conversation of reads with a scripted model on loopback, by our loop and by bare requests and reads. */
async function loopRow(context: BenchContext): Promise<Row> {
  context.say(`a loop of ${STEPS} steps`);
  const fixture = await ModelFixture.create({ 'a.txt': 'some text\n' });
  const script: Script = ({ toolResults }) =>
    toolResults.length < STEPS ? callTool('read_file', { path: 'a.txt' }) : say('done');
  const bodies: string[] = [];
  const ours = async (): Promise<number> => {
    const from = fixture.server.requests.length;
    const ms = await timed(async () => {
      const { outcome } = await fixture.run({ script, settings: { limits: { steps: STEPS + 5 } } });
      if (outcome.status !== 'completed') throw new Error(JSON.stringify(outcome));
    });
    bodies.splice(
      0,
      bodies.length,
      ...fixture.server.requests.slice(from).map(({ body }) => JSON.stringify(body)),
    );
    return ms;
  };
  /** The same requests and reads, and nothing else. */
  const bare = (): Promise<number> =>
    timed(async () => {
      for (const body of bodies) {
        const response = await fetch(`${fixture.server.baseUrl}/chat/completions`, { method: 'POST', body });
        await response.text();
        await readFile(join(fixture.root, 'a.txt'), 'utf8');
      }
    });
  try {
    await ours();
    const { ours: loop, bare: requests } = await interleave(context.rounds, { ours, bare });
    const own = loop.values.map((ms, round) => (ms - (requests.values[round] ?? 0)) / (STEPS + 1));
    const quantity = `a step of the model loop, without model and tool, to ${STEP_MS} ms`;
    return {
      ...valueRow(quantity, median(own) / STEP_MS, 'x', atMost(1)),
      range: [Math.min(...own) / STEP_MS, Math.max(...own) / STEP_MS],
      rounds: own.length,
    };
  } finally {
    await fixture.close();
  }
}

/** Output of one call: masked, shown, coalesced, in the journal and its blob; beside an asynchronous push to an array. */
async function streamRow(context: BenchContext, what: string, lines: readonly string[]): Promise<Row> {
  context.say(`a stream of ${lines.length} chunks, ${what}`);
  const store = openStore(context.folder('stream'));
  const { manager, runner } = createManager({ store, clock: systemClock, redactor: new SecretRedactor() });
  const chunks = asDecoded(lines);
  const array: string[] = [];
  const push = (chunk: string): Promise<number> => Promise.resolve(array.push(chunk));
  const measure = (timing: typeof timed): ReturnType<typeof interleaveFinely<'ours' | 'bare'>> =>
    interleaveFinely(context.rounds, STREAM_TURNS, {
      ours: async () => {
        let ms = 0;
        runner.script = async run => {
          ms = await timing(async () => {
            for (const chunk of chunks) await run.output('call', chunk);
          });
          return { status: 'completed', result: {} };
        };
        await manager.executeTask({ task: 'stream' });
        return ms;
      },
      // Several times, so that what else the machine does meets both for about as long.
      bare: async () => {
        const ms = await timing(async () => {
          for (let turn = 0; turn < BARE_TURNS; turn++) {
            array.length = 0;
            for (const chunk of chunks) await push(chunk);
          }
        });
        return ms / BARE_TURNS;
      },
    });
  const wall = await measure(timed);
  const processor = await measure(processorTimed);
  await manager.close();
  const quantity = `recording a stream (${what}) to pushing it to an array, awaited alike`;
  return {
    ...ratioRow(quantity, wall.ours, wall.bare, atMost(10)),
    processor: ratio(processor.ours, processor.bare),
  };
}

/** What a process prints is decoded from bytes: a text in one piece. One that was put together here would be put together again with each use. */
function asDecoded(lines: readonly string[]): readonly string[] {
  return lines.map(line => Buffer.from(line).toString());
}

/** Lines of a stream: all alike, and as compilers and logs print them. */
function streams(count: number): Readonly<Record<string, readonly string[]>> {
  const realistic = realisticText(new Random(SEED), 100 * count)
    .split('\n')
    .slice(0, count);
  return {
    'lines that are all alike': Array.from(
      { length: count },
      (_, index) => `line ${index} ${'of output '.repeat(6)}\n`,
    ),
    'what compilers, tests and logs print': realistic.map(line => `${line}\n`),
  };
}

/** A command that prints 50 MB, in a process that does nothing else. */
async function outputRows(context: BenchContext): Promise<Row[]> {
  context.say('a command that prints 50 MB');
  const results: { readonly memory: number; readonly blocked: number }[] = [];
  for (let round = 0; round < context.rounds; round++) {
    const root = context.folder('output');
    results.push(await runWorker('workers/largeOutput.mts', [root, String(context.scaled(50))]));
    context.removeFolder(root);
  }
  const of = (key: 'memory' | 'blocked'): number => median(results.map(result => result[key]));
  return [
    valueRow(
      'memory while a command prints 50 MB, above that before: resident at the highest',
      of('memory'),
      'MB',
      atMost(100),
    ),
    valueRow(
      `the longest that it holds the process up, to ${BLOCK_MS} ms`,
      of('blocked') / BLOCK_MS,
      'x',
      atMost(1),
    ),
  ];
}

/** The same command in the extension host of a real VS Code, a new one each time: what the test of it notes. */
async function extensionHostRows(context: BenchContext): Promise<Row[]> {
  context.say('the same in the extension host of a real VS Code');
  const figures = join(context.folder('host'), 'figures.jsonl');
  const script = join(import.meta.dirname, '../../scripts/testExtension.mts');
  const args = [script, '--release', 'current', '--grep', 'a command that prints 50 MB'];
  const env = { ...process.env, LARGE_OUTPUT_FIGURES: figures };
  for (let turn = 0; turn < EDITOR_TURNS; turn++)
    await promisify(execFile)(process.execPath, args, { env }).catch(() => undefined);
  if (!existsSync(figures)) {
    context.skip('a command that prints 50 MB in VS Code: no VS Code runs here');
    return [];
  }
  const lines = (await readFile(figures, 'utf8')).trim().split('\n');
  const found = lines.map(line => JSON.parse(line) as Record<string, number>);
  const row = (
    key: 'memory' | 'garbage' | 'blocked',
    quantity: string,
    scale: number,
    limit?: number,
  ): Row => {
    const values = found.map(figure => (figure[key] ?? NaN) / scale);
    const target = limit === undefined ? undefined : atMost(limit);
    const unit = scale === 1 ? 'MB' : 'x';
    const middle = valueRow(quantity, median(values), unit, target);
    return { ...middle, range: [Math.min(...values), Math.max(...values)], rounds: values.length };
  };
  return [
    row('memory', 'the same in the extension host of a real VS Code: memory', 1, 100),
    row('garbage', "of that, V8's young generation: garbage in what VS Code had reserved before", 1),
    row('blocked', `the longest that it is at work without a break there, to ${BLOCK_MS} ms`, BLOCK_MS, 1),
  ];
}
