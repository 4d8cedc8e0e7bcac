import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { spawnGroup } from '../../scripts/vscode/processes.mts';
import type { BenchContext } from '../context.mts';
import { atMost, ratioRow, type Row } from '../row.mts';
import { interleaveFinely, median } from '../rounds.mts';

const EVENTS = 60;
/** How often a round goes to each of them: what stalls one of the turns decides nothing. */
const TURNS = 7;

interface EventServer {
  /** The median time from an event's publication to its arrival here, in milliseconds. */
  readonly delay: () => Promise<number>;
  readonly close: () => void;
}

/** How long an event takes from its publication in a server to a client in another process, beside a bare node:http server. */
export async function eventDelaySuite(context: BenchContext): Promise<Row[]> {
  const count = context.scaled(EVENTS);
  context.say(`following ${TURNS} times ${count} events a round`);
  const servers = [
    await open(['ours', context.folder('events')], count),
    await open(['bare', context.folder('events')], count),
  ] as const;
  const [ours, bare] = servers;
  try {
    const delays = await interleaveFinely(context.rounds, TURNS, { ours: ours.delay, bare: bare.delay });
    const quantity =
      'delay of an event from its publication to a client (median), to that of a bare node:http server';
    return [ratioRow(quantity, delays.ours, delays.bare, atMost(1.5))];
  } finally {
    for (const server of servers) server.close();
  }
}

async function open(args: readonly string[], count: number): Promise<EventServer> {
  const worker = join(import.meta.dirname, '../workers/eventServer.mts');
  const flags = ['--disable-warning=ExperimentalWarning'];
  const child = spawnGroup(process.execPath, [...flags, worker, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error('A server without input and output.');
  const lines = createInterface({ input: stdout });
  const next = async <T,>(): Promise<T> => JSON.parse(((await once(lines, 'line')) as [string])[0]) as T;
  const { url, headers } = await next<{ url: string; headers: Record<string, string> }>();
  const arrivals = await follow(url, headers);
  const delay = async (): Promise<number> => {
    arrivals.clear();
    stdin.write(`${count}\n`);
    const published = await next<readonly (readonly [number, string])[]>();
    const last = published.at(-1)?.[0] ?? 0;
    while (!arrivals.has(last)) await new Promise(resolve => setTimeout(resolve, 5));
    const delays = published.map(([seq, at]) => Number((arrivals.get(seq) ?? 0n) - BigInt(at)) / 1e6);
    if (delays.length !== count || delays.some(ms => ms < 0)) throw new Error('Events are missing.');
    return median(delays);
  };
  return { delay, close: () => child.kill() };
}

/** When which event arrived. */
async function follow(url: string, headers: Record<string, string>): Promise<Map<number, bigint>> {
  const arrivals = new Map<number, bigint>();
  const [response] = (await once(get(url, { headers }), 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`Not followed: ${response.statusCode ?? ''}`);
  response.setEncoding('utf8');
  response.on('data', (text: string) => {
    const at = process.hrtime.bigint();
    for (const [, seq] of text.matchAll(/^id: (\d+)$/gm)) arrivals.set(Number(seq), at);
  });
  response.on('error', () => undefined);
  return arrivals;
}
