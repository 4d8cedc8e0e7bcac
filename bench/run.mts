/**
 * `npm run bench [-- SUITE ...] [--rounds N] [--scale N]`: measures, prints ratios, and writes bench/results/ and the
 * table in bench/README.md. `--scale 10` works on a tenth of everything, to try things out, and writes nothing.
 */
import { parseArgs } from 'node:util';
import { BenchContext } from './context.mts';
import { printRow, saveResult, writeTable } from './report.mts';
import type { Row } from './row.mts';
import { activationSuite } from './suites/activation.mts';
import { agentsSuite } from './suites/agents.mts';
import { appendSuite } from './suites/append.mts';
import { checkpointSuite } from './suites/checkpoint.mts';
import { largeSessionSuite } from './suites/largeSession.mts';
import { eventDelaySuite } from './suites/eventDelay.mts';
import { httpSuite } from './suites/http.mts';
import { listSuite } from './suites/list.mts';
import { searchSuite } from './suites/search.mts';
import { peersSuite } from './suites/peers.mts';

interface Suite {
  readonly title: string;
  readonly run: (context: BenchContext) => Promise<Row[]>;
}

const suites: Readonly<Record<string, Suite>> = {
  activation: { title: 'Activation in VS Code', run: activationSuite },
  list: { title: 'Listing', run: listSuite },
  append: { title: 'Recording', run: appendSuite },
  large: { title: 'Large sessions and memory', run: largeSessionSuite },
  agents: { title: 'Carrying tasks out', run: agentsSuite },
  checkpoint: { title: 'Checkpoints', run: checkpointSuite },
  http: { title: 'HTTP', run: httpSuite },
  events: { title: 'Event streams', run: eventDelaySuite },
  search: { title: 'Searching', run: searchSuite },
  peers: { title: 'Beside other agents', run: peersSuite },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '7' }, scale: { type: 'string', default: '1' } },
});
const unknown = positionals.find(name => !(name in suites));
if (unknown !== undefined)
  throw new Error(`No suite "${unknown}": there are ${Object.keys(suites).join(', ')}.`);

const rounds = Number(values.rounds);
const scale = Number(values.scale);
const context = new BenchContext({ rounds, scale });
for (const [name, { title, run }] of Object.entries(suites)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  console.log(`\n${title}`);
  const rows = await run(context);
  rows.forEach(printRow);
  if (scale === 1 && rounds >= 5) saveResult({ suite: name, title, rows, skipped: context.takeSkipped() });
}
if (scale === 1 && rounds >= 5) writeTable(Object.keys(suites));
