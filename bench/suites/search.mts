import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { releases } from '../../scripts/vscode/releases.mts';
import { prepareEditor } from '../../scripts/vscode/prepare.mts';
import { parseSearchQuery } from '../../src/core/search/searchQuery.ts';
import type { DiskStore } from '../../src/store/sessionStore.ts';
import type { BenchContext } from '../context.mts';
import { generateHistory, RARE, SOMETIMES } from '../generateSessions.mts';
import { openStore } from '../openStore.mts';
import { atMost, ratioRow, type Row, valueRow } from '../row.mts';
import { interleave, timed } from '../rounds.mts';

const SHOWN = 20;
const SLOW_MS = 1000;

/** The first results of a search in a running host, against ripgrep over the same journals. */
export async function searchSuite(context: BenchContext): Promise<Row[]> {
  const ripgrep = await findRipgrep();
  if (ripgrep === undefined) {
    context.skip('search: there is no ripgrep on the path, and none in VS Code');
    return [];
  }
  const folder = context.folder('search');
  const count = context.scaled(10_000);
  context.say(`writing ${count} sessions of about 100 KB`);
  const bytes = generateHistory(folder, count);
  const store: DiskStore = openStore(folder);
  const search = (text: string): Promise<unknown> =>
    store.search.search(parseSearchQuery(text, new Date()), { limit: SHOWN });
  context.say('searching, which makes the index');
  await search('a word that nobody wrote');
  await store.close();
  const indexed = folderSize(join(folder, 'cache', 'search'));
  const warm: DiskStore = openStore(folder);
  const look = (text: string): Promise<unknown> =>
    warm.search.search(parseSearchQuery(text, new Date()), { limit: SHOWN });
  const grep = (text: string): number => {
    const start = performance.now();
    const flags = ['--fixed-strings', '--ignore-case', '--files-with-matches', '--hidden', '--no-ignore'];
    const place = join(folder, '.coding-agent', 'sessions');
    spawnSync(ripgrep, [...flags, '--glob', '*.jsonl', '--', text, place], { maxBuffer: 2 ** 30 });
    return performance.now() - start;
  };
  let searches = 0;
  let slow = 0;
  const rows: Row[] = [
    valueRow(
      `size of the index of ${count} sessions, ${Math.round(bytes / 1e6)} MB of journals, to theirs`,
      ...([indexed / bytes, 'x', atMost(0.2)] as const),
    ),
  ];
  for (const [what, text] of [
    ['a word that one session has', RARE],
    ['a word that every hundredth session has', SOMETIMES],
    ['a word that all have', 'zawi'],
    ['a word that none has', 'nobodywrotethis'],
  ] as const) {
    searches += context.rounds;
    const { ours, theirs } = await interleave(context.rounds, {
      ours: () => timed(() => look(text)),
      theirs: () => grep(text),
    });
    rows.push(ratioRow(`first ${SHOWN} results for ${what}, to ripgrep`, ours, theirs, atMost(0.2)));
    slow += ours.values.filter(ms => ms > SLOW_MS).length;
  }
  rows.push(
    valueRow(
      `of these ${searches} searches, with a warm index, those that took over a second`,
      slow,
      'count',
      atMost(0),
    ),
  );
  await warm.close();
  context.removeFolder(folder);
  return rows;
}

function folderSize(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

/** The one on the path, else the one that VS Code brings. */
async function findRipgrep(): Promise<string | undefined> {
  if (spawnSync('rg', ['--version']).status === 0) return 'rg';
  const prepared = await prepareEditor(releases.current);
  if ('missing' in prepared) return undefined;
  const modules = join(dirname(prepared.server.serverMain), '..', 'node_modules', '@vscode');
  const platform = `${process.platform}-${process.arch}`;
  return [
    join(modules, 'ripgrep-universal', 'bin', platform, 'rg'),
    join(modules, 'ripgrep', 'bin', 'rg'),
  ].find(existsSync);
}
