import type { BenchContext } from '../context.mts';
import type { Conversation } from '../drivers/conversation.mts';
import type { Driver, Place } from '../drivers/driver.mts';
import { drivers, type PeerName, peerNames } from '../drivers/drivers.mts';
import { installedPeer, packageOf } from '../peersFolder.mts';
import { interleaved } from '../rounds.mts';
import { atLeast, type Row } from '../row.mts';
import type { SuitePart } from '../suite.mts';
import {
  compared,
  largeSession,
  newPlace,
  pageSession,
  type Round,
  runSubject,
  smallSessions,
  writeOurs,
} from '../subjects.mts';

const MB = 1024 * 1024;
/** Those that the project promised itself a ratio to. */
const listTarget: readonly PeerName[] = ['pi', 'claude'];
const resumeTarget: readonly PeerName[] = ['pi', 'claude', 'codex'];

/** Real peers from npm, one after another, each beside ourselves; one that does not install or answer costs its rows only. */
export async function* peersSuite(context: BenchContext): AsyncGenerator<SuitePart> {
  const names = context.partsOf(peerNames);
  const count = context.scaled(10_000);
  context.say(`writing our ${count} sessions, and one of 100 MB`);
  const corpus: Corpus = {
    small: [...smallSessions(count)],
    list: newPlace(context, 'ours', ''),
    large: largeSession(context.scaled(100 * MB)),
    page: pageSession(),
    session: newPlace(context, 'ours-large', ''),
  };
  await writeOurs(corpus.list, corpus.small);
  await writeOurs(corpus.session, [corpus.large, corpus.page]);
  for (const name of names) {
    context.say(packageOf(name));
    const rows: Row[] = [];
    const skipped: string[] = [];
    const attempt = async (what: string, work: () => Promise<Row[]>): Promise<void> => {
      try {
        rows.push(...(await work()));
      } catch (error) {
        skipped.push(context.cannot(what, error));
      }
    };
    await attempt('installing it', async () => {
      const modules = await installedPeer(name);
      await attempt('lists', () => listRows(context, name, modules, corpus));
      if (name !== 'opencode') await attempt('resuming', () => resumeRows(context, name, modules, corpus));
      return [];
    });
    yield { part: name, title: packageOf(name), rows, skipped };
  }
}

interface Corpus {
  readonly small: readonly Conversation[];
  readonly list: Place;
  readonly large: Conversation;
  readonly page: Conversation;
  readonly session: Place;
}

async function listRows(
  context: BenchContext,
  name: PeerName,
  modules: string,
  { small, list }: Corpus,
): Promise<Row[]> {
  const count = small.length;
  const place = await written(context, name, modules, `${count} sessions`, small);
  const all = { atLeast: count };
  const page = { atLeast: Math.min(50, count) };
  context.say('  listing, each in a new process');
  const { peer, ours, file, columns, ourPage } = await interleaved(context.rounds, {
    peer: () => runSubject(name, 'list', place, all),
    ours: () => runSubject('ours', 'list', list, all),
    file: () => runSubject('plainFile', 'list', list, all),
    columns: () => runSubject('plainColumns', 'list', list, all),
    ourPage: () => runSubject('ours', 'page', list, page),
  });
  const target = listTarget.includes(name) ? atLeast(100) : undefined;
  const rows = [
    compared(`full list of ${count}, new process, to ours`, first(peer), first(ours), target),
    compared('the same for the second time in that process', again(peer), again(ours), target),
    compared('its full list to our first page of 50, new process', first(peer), first(ourPage)),
    compared('its full list to reading one file of the same rows, new process', first(peer), first(file)),
    compared('its full list to the least that makes these rows, new process', first(peer), first(columns)),
  ];
  if (hasPages.has(name)) {
    const pages = await interleaved(context.rounds, {
      peer: () => runSubject(name, 'page', place, page),
      ours: () => runSubject('ours', 'page', list, page),
    });
    rows.push(compared('first page of 50, new process, to ours', first(pages.peer), first(pages.ours)));
  }
  context.removeFolder(place.home);
  return rows;
}

const hasPages: ReadonlySet<PeerName> = new Set(['claude', 'codex', 'opencode', 'cline']);

async function resumeRows(
  context: BenchContext,
  name: PeerName,
  modules: string,
  { large, page, session }: Corpus,
): Promise<Row[]> {
  const place = await written(context, name, modules, 'one of 100 MB', [large, page]);
  const cold = { atLeast: 1, sessionId: large.id };
  const warm = { ...cold, warmUpId: page.id };
  context.say('  resuming 100 MB, each in a new process');
  const { peer, ours, peerWarm, oursWarm, file } = await interleaved(context.rounds, {
    peer: () => runSubject(name, 'resume', place, cold),
    ours: () => runSubject('ours', 'resume', session, cold),
    peerWarm: () => runSubject(name, 'resume', place, warm),
    oursWarm: () => runSubject('ours', 'resume', session, warm),
    file: () => runSubject('plainFile', 'resume', session, cold),
  });
  context.removeFolder(place.home);
  const target = resumeTarget.includes(name) ? atLeast(1000) : undefined;
  return [
    compared(
      'resume of 100 MB to our first page, in a process that resumed a small session before',
      ...([first(peerWarm), first(oursWarm), target] as const),
    ),
    compared('the same, new process', first(peer), first(ours), target),
    compared('its resume to reading the last 64 KiB of one file, new process', first(peer), first(file)),
  ];
}

async function written(
  context: BenchContext,
  name: PeerName,
  modules: string,
  what: string,
  conversations: Iterable<Conversation>,
): Promise<Place> {
  const place = newPlace(context, name, modules);
  const driver: Driver = drivers[name];
  context.say(`  writing ${what} in its format`);
  await driver.prepare?.(place);
  driver.writeAll(place, conversations);
  return place;
}

const first = (rounds: readonly Round[]): Round['first'][] => rounds.map(round => round.first);
const again = (rounds: readonly Round[]): Round['again'][] => rounds.map(round => round.again);
