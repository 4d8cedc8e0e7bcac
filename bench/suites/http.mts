import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { copyProject } from '../../scripts/projectCopy.mts';
import { run, spawnGroup } from '../../scripts/vscode/processes.mts';
import type { BenchContext } from '../context.mts';
import { conversation } from '../drivers/conversation.mts';
import type { OpenPeer, Place } from '../drivers/driver.mts';
import { opencode } from '../drivers/opencode.mts';
import { generateSessions } from '../generateSessions.mts';
import { httpLoad } from '../httpLoad.mts';
import { installedPeer } from '../peersFolder.mts';
import { atLeast, atMost, ratioRow, type Row, valueRow } from '../row.mts';
import { interleave, median } from '../rounds.mts';
import { listAll, openStore } from '../openStore.mts';

const requests = 2000;
const page = '/sessions?limit=50';

interface Started {
  readonly child: ChildProcess;
  readonly url: string;
}

/** The HTTP API as it ships, against a bare node:http server and opencode's. */
export async function httpSuite(context: BenchContext): Promise<Row[]> {
  const count = context.scaled(10_000);
  const root = context.folder('served');
  const project = join(context.folder('build'), 'project');
  context.say(`building, and writing ${count} sessions`);
  await copyProject(project);
  await run(process.execPath, ['esbuild.js', '--production'], { cwd: project });
  generateSessions(root, count);
  const store = openStore(root);
  await listAll(store);
  await store.close();
  const env = ownFolders(root);
  const cli = join(project, 'dist', 'cli.js');
  const ours = await start(
    [cli, 'serve', '--no-auth', '--trust', '--port', '0', '--json', '--root', root],
    env,
  );
  const body = join(root, 'body.json');
  writeFileSync(body, Buffer.from(await (await fetch(ours.url + page)).arrayBuffer()));
  const bare = await start([join(import.meta.dirname, '../workers/bareServer.mts'), body], env);
  const peer = await openOpencode(context, count);
  const rows: Row[] = [];
  try {
    rows.push(...(await measure(context, { ours, bare, peer }, count)));
  } finally {
    ours.child.kill();
    bare.child.kill();
    await peer.close();
  }
  rows.push(await idleRow(context, cli));
  return rows;
}

async function measure(
  context: BenchContext,
  { ours, bare, peer }: { ours: Started; bare: Started; peer: OpenPeer },
  count: number,
): Promise<Row[]> {
  context.say('asking for lists');
  const peerPage = `${peer.url ?? ''}/session?limit=50`;
  const times = await interleave(context.rounds, {
    ours: () => httpLoad(ours.url + page, requests),
    bare: () => httpLoad(bare.url + page, requests),
    // Fewer, and the time of as many as ours.
    opencode: async () => (await httpLoad(peerPage, 40)) * (requests / 40),
  });
  return [
    ratioRow(
      `GET ${page} with ${count} sessions: requests in a time, ours to a bare node:http server that sends the same bytes`,
      ...[times.bare, times.ours, atLeast(0.5)],
    ),
    ratioRow(
      "the same to opencode's GET /session?limit=50 with as many sessions",
      ...[times.opencode, times.ours, atLeast(100)],
    ),
  ];
}

/** Resident memory of a server that nobody asked anything, to that of a node process that does nothing. */
async function idleRow(context: BenchContext, cli: string): Promise<Row> {
  const root = context.folder('idle');
  const env = ownFolders(root);
  const nothing = "console.log(JSON.stringify({ url: '' })); setInterval(() => {}, 1000);";
  const ratios: number[] = [];
  for (let round = 0; round < context.rounds; round++) {
    const serve = ['serve', '--no-auth', '--trust', '--port', '0', '--json', '--root', root];
    const server = await start([cli, ...serve], env);
    const bare = await start(['-e', nothing], env);
    await new Promise(resolve => setTimeout(resolve, 1000));
    ratios.push(residentOf(server.child) / residentOf(bare.child));
    for (const { child } of [server, bare]) {
      child.kill();
      await once(child, 'exit');
    }
  }
  const quantity = 'resident memory of an idle server to that of a node process that does nothing';
  return valueRow(quantity, median(ratios), 'x', atMost(1.6));
}

function residentOf({ pid }: ChildProcess): number {
  const status = readFileSync(`/proc/${pid ?? 0}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
}

async function start(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Started> {
  const child = spawnGroup(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  if (child.stdout === null) throw new Error('A server without output.');
  const lines = createInterface({ input: child.stdout });
  const [line] = (await once(lines, 'line')) as [string];
  const { url } = JSON.parse(line) as { url: string };
  return { child, url };
}

async function openOpencode(context: BenchContext, count: number): Promise<OpenPeer> {
  const home = context.folder('opencode');
  const place: Place = { home, project: join(home, 'project'), modules: await installedPeer('opencode') };
  mkdirSync(place.project);
  await opencode.prepare?.(place);
  opencode.writeAll(
    place,
    Array.from({ length: count }, (_, index) => conversation(index, index, 1, { calls: 1, output: 300 })),
  );
  return opencode.open(place);
}

function ownFolders(home: string): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { PATH: process.env['PATH'], HOME: home };
  for (const name of ['CONFIG', 'CACHE', 'STATE', 'DATA'])
    env[`XDG_${name}_HOME`] = join(home, 'xdg', name.toLowerCase());
  env['XDG_RUNTIME_DIR'] = join(home, 'xdg', 'run');
  mkdirSync(env['XDG_RUNTIME_DIR'], { recursive: true, mode: 0o700 });
  return env;
}
