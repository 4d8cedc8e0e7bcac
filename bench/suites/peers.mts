import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchContext } from '../context.mts';
import { type Conversation, conversation } from '../drivers/conversation.mts';
import type { Driver } from '../drivers/driver.mts';
import { drivers, packages, type PeerName, peerNames } from '../drivers/drivers.mts';
import { generateLargeSession, generateSessions } from '../generateSessions.mts';
import { installedPeers } from '../peersFolder.mts';
import { listAll, openStore } from '../openStore.mts';
import { atLeast, ratioRow, type Row } from '../row.mts';
import { interleave, type Measured, measured, type Subject } from '../rounds.mts';
import { runWorker } from '../worker.mts';
import { largeTask } from './largeSession.mts';

const MB = 1024 * 1024;
/** Characters that the JSON of a turn takes besides its output. */
const turnBytes = { output: 16_000, rest: 2_500 };

interface Times {
  readonly cold: number;
  readonly warm: number;
  readonly count: number;
}

interface Corpus {
  readonly home: string;
  readonly project: string;
  readonly modules: string;
}

/** Real peers from npm on as many sessions of the same content, each in its own format and a home of its own. */
export async function peersSuite(context: BenchContext): Promise<Row[]> {
  const modules = await installedPeers();
  return [...(await listRows(context, modules)), ...(await resumeRows(context, modules))];
}

async function listRows(context: BenchContext, modules: string): Promise<Row[]> {
  const count = context.scaled(10_000);
  const ours = context.folder('ours');
  context.say(`writing ${count} sessions in every format`);
  generateSessions(ours, count);
  const store = openStore(ours);
  const rows = await listAll(store);
  await store.close();
  const corpora = new Map(peerNames.map(name => [name, newCorpus(context, name, modules)]));
  for (const [name, corpus] of corpora) {
    const driver: Driver = drivers[name];
    await driver.prepare?.(corpus);
    driver.writeAll(corpus, smallConversations(count));
  }
  context.say('listing, each in a new process');
  const warm = new Map<PeerName | 'ours', number[]>();
  const index = join(ours, 'one-index-file.json');
  writeFileSync(index, JSON.stringify(rows));
  const subjects: Record<string, Subject> = {
    ours: async () => {
      const { ms, again } = await runOurs('all', ours);
      keep(warm, 'ours', again);
      return ms;
    },
    page: async () => (await runOurs('page', ours)).ms,
    file: async () => (await runOurs('file', index)).ms,
  };
  for (const [name, corpus] of corpora) {
    subjects[name] = async () => {
      const times = await runPeer(name, 'list', corpus);
      if (times.count < count) throw new Error(`${name} lists ${times.count} of ${count} sessions.`);
      keep(warm, name, times.warm);
      return times.cold;
    };
  }
  const cold = await interleave(context.rounds, subjects);
  for (const { home } of corpora.values()) context.removeFolder(home);
  context.removeFolder(ours);
  const wanted: readonly PeerName[] = ['pi', 'claude'];
  return peerNames.flatMap(name => {
    const target = wanted.includes(name) ? atLeast(100) : undefined;
    const again = (who: PeerName | 'ours'): Measured => measured(warm.get(who)?.slice(1) ?? []);
    return [
      row(`full list of ${count}, new process: ${packages[name]} to ours`, cold[name], cold['ours'], target),
      row('the same for the second time in that process', again(name), again('ours'), target),
      ...(target === undefined
        ? []
        : [
            row(
              'for comparison, new process: its full list to our first page of 50',
              ...([cold[name], cold['page']] as const),
            ),
            row(
              'for comparison, new process: its full list to reading and parsing one index file of the same rows',
              ...([cold[name], cold['file']] as const),
            ),
          ]),
    ];
  });
}

interface OurTimes {
  readonly ms: number;
  readonly again: number;
}

function runOurs(...args: string[]): Promise<OurTimes> {
  return runWorker<OurTimes>('workers/coldList.mts', args);
}

function* smallConversations(count: number): Generator<Conversation> {
  for (let index = 0; index < count; index++) yield conversation(index, index, index % 3 === 0 ? 2 : 1, 300);
}

async function resumeRows(context: BenchContext, modules: string): Promise<Row[]> {
  const bytes = context.scaled(100 * MB);
  const ours = context.folder('ours');
  context.say('writing a session of 100 MB in every format');
  const large = generateLargeSession(ours, bytes, largeTask);
  const big = conversation(1, 0, Math.ceil(bytes / (turnBytes.output + turnBytes.rest)), turnBytes.output);
  // opencode's sessions are made without what is in them.
  const resuming = peerNames.filter(name => name !== 'opencode');
  const corpora = new Map(resuming.map(name => [name, newCorpus(context, name, modules)]));
  for (const [name, corpus] of corpora) drivers[name].writeAll(corpus, [big]);
  context.say('resuming it, each in a new process');
  const warm = new Map<PeerName | 'ours', number[]>();
  const subjects: Record<string, Subject> = {
    ours: async () => {
      const { ms, again } = await runOurs('session', ours, large.sessionId);
      keep(warm, 'ours', again);
      return ms;
    },
  };
  for (const [name, corpus] of corpora) {
    subjects[name] = async () => {
      const times = await runPeer(name, 'resume', corpus, big.id);
      if (times.count === 0) throw new Error(`${name} found nothing in its session.`);
      keep(warm, name, times.warm);
      return times.cold;
    };
  }
  const times = await interleave(context.rounds, subjects);
  for (const { home } of corpora.values()) context.removeFolder(home);
  context.removeFolder(ours);
  const wanted: readonly PeerName[] = ['pi', 'claude', 'codex'];
  const again = (who: PeerName | 'ours'): Measured => measured(warm.get(who)?.slice(1) ?? []);
  return resuming.flatMap(name => {
    const target = wanted.includes(name) ? atLeast(1000) : undefined;
    const what = `resume of a 100 MB session, new process: ${packages[name]} to our first page`;
    return [
      row(what, times[name], times['ours'], target),
      row('the same for the second time in that process', again(name), again('ours'), target),
    ];
  });
}

function row(
  quantity: string,
  of: Measured | undefined,
  to: Measured | undefined,
  target?: ReturnType<typeof atLeast>,
): Row {
  if (of === undefined || to === undefined) throw new Error(`Not measured: ${quantity}`);
  return ratioRow(quantity, of, to, target);
}

function keep(into: Map<PeerName | 'ours', number[]>, name: PeerName | 'ours', value: number): void {
  into.set(name, [...(into.get(name) ?? []), value]);
}

function newCorpus(context: BenchContext, name: PeerName, modules: string): Corpus {
  const home = context.folder(name);
  const project = join(home, 'project');
  mkdirSync(project);
  return { home, project, modules };
}

/** Without the variables of the person's own environment that would lead the peer to their own sessions or a network. */
function runPeer(name: PeerName, what: string, corpus: Corpus, sessionId = ''): Promise<Times> {
  const { home, project, modules } = corpus;
  const env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    HOME: home,
    TMPDIR: home,
    NO_PROXY: '*',
    CI: '1',
  };
  for (const folderName of ['CONFIG', 'CACHE', 'DATA', 'STATE'])
    env[`XDG_${folderName}_HOME`] = join(home, 'xdg', folderName.toLowerCase());
  return runWorker<Times>('workers/peer.mts', [name, what, home, project, modules, sessionId], {
    env,
    cwd: project,
  });
}
