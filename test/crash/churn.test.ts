import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SessionError } from '../../src/core/errors.ts';
import type { SessionLedger } from '../../src/core/ports.ts';
import { encodeRecord } from '../../src/store/journalLine.ts';
import { created, marked, tokenOf } from './support/events.ts';
import { removeFolder, storeOn, temporaryFolder } from './support/onDisk.ts';
import { Random } from './support/random.ts';
import { Tally } from './support/tally.ts';
import { cases, seed } from './support/tier.ts';

const run = promisify(execFile);

/** A repository that shares its sessions, one of which is being written. */
class Repository {
  readonly root = temporaryFolder('churn');
  readonly id = randomUUID();
  readonly random: Random;

  constructor(random: Random) {
    this.random = random;
  }

  get folder(): string {
    return join(this.root, '.coding-agent');
  }

  get journal(): string {
    return join(this.folder, 'sessions', `${this.id}.events.jsonl`);
  }

  async git(...args: readonly string[]): Promise<void> {
    const own = ['-c', 'user.name=t', '-c', 'user.email=t@localhost', '-c', 'commit.gpgsign=false'];
    const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
    await run('git', [...own, ...args], { cwd: this.root, env });
  }
}

type Churn = (repository: Repository) => Promise<void> | void;

const CHURNS: Readonly<Record<string, Churn>> = {
  // Git gives up where the folder that it removes is written at that moment: what it did until then counts.
  'git stash -u': repository => repository.git('stash', '-u').catch(() => undefined),
  'git stash -u, and pop': async repository => {
    await repository.git('stash', '-u').catch(() => undefined);
    await repository.git('stash', 'pop').catch(() => undefined);
  },
  'git checkout': repository => repository.git('checkout', '-f', 'HEAD'),
  'git switch and back': async repository => {
    await repository.git('switch', '-f', 'other');
    await repository.git('switch', '-f', 'main');
  },
  'git clean': repository => repository.git('clean', '-fdx'),
  'rm -rf': repository => {
    rmSync(repository.folder, { recursive: true, force: true });
  },
  'rm of the journal': repository => {
    rmSync(repository.journal, { force: true });
  },
  'mv away and back': async ({ journal }) => {
    if (!existsSync(journal)) return;
    renameSync(journal, `${journal}.tmp`);
    await new Promise(resolve => setTimeout(resolve, 20));
    renameSync(`${journal}.tmp`, journal);
  },
  truncate: ({ journal, random }) => {
    truncateSync(journal, random.below(readFileSync(journal).length));
  },
  'a merge that joins two journals': ({ journal, random }) => {
    const theirs = Array.from({ length: 5 }, (_, index) =>
      encodeRecord({
        ...{ seq: 5 + index, at: '2026-01-01T00:00:00.000Z', writer: 'theirs' },
        event: marked(`theirs ${random.below(1e9)}`),
      }),
    );
    appendFileSync(journal, Buffer.concat(theirs));
  },
  'another history in its place': ({ journal, random }) => {
    const lines = readFileSync(journal, 'utf8').split('\n').slice(0, 4);
    const event = marked(`theirs ${random.below(1e9)}`);
    const theirs = encodeRecord({ seq: 5, at: '2026-01-01T00:00:00.000Z', writer: 'theirs', event });
    rmSync(journal);
    appendFileSync(journal, `${lines.join('\n')}\n${theirs.toString()}`);
  },
};

async function writeAll(
  ledger: SessionLedger,
  name: string,
  acknowledged: string[],
  until: () => boolean,
): Promise<void> {
  for (let number = 0; number < 6 || !until(); number++) {
    const token = `${name}-${number}`;
    try {
      await ledger.commit(() => [marked(token)]);
      acknowledged.push(token);
    } catch (error) {
      // The folder may be gone in the middle of it: refused in words, not acknowledged.
      if (!(error instanceof SessionError)) throw error;
    }
    await new Promise(resolve => setTimeout(resolve, 1));
  }
}

async function churn(name: string, act: Churn, random: Random, tally: Tally): Promise<void> {
  const repository = new Repository(random);
  const { root, id } = repository;
  await repository.git('init', '-q', '-b', 'main');
  await repository.git('commit', '-q', '--allow-empty', '-m', 'empty');
  await repository.git('branch', 'other');
  const store = storeOn({ root });
  const ledger = await store.create(id, [created(id, root)]);
  const acknowledged: string[] = [];
  await writeAll(ledger, 'before', acknowledged, () => true);
  if (random.chance(0.6)) {
    await repository.git('add', '-Af');
    await repository.git('commit', '-qm', 'sessions');
  }
  await writeAll(ledger, 'later', acknowledged, () => true);
  let isOver = false;
  const writing = writeAll(ledger, 'meanwhile', acknowledged, () => isOver);
  try {
    await act(repository);
    tally.fire(name);
  } catch (error) {
    // Git gives up half-way when files come while it removes them: that is a churn, too.
    if (!String(error).includes('Command failed: git')) throw error;
    tally.fire(`${name}, stopped half-way`);
  } finally {
    isOver = true;
    await writing;
  }
  await writeAll(ledger, 'after', acknowledged, () => true);
  tally.expect(acknowledged.includes('after-5'), `${name}: it does not go on`);
  await store.close();
  await requireKept(repository, acknowledged, name, tally);
  removeFolder(root);
}

/** All that was acknowledged is in the journal, or kept beside it where there are two histories. */
async function requireKept(
  { root, id, folder }: Repository,
  acknowledged: readonly string[],
  name: string,
  tally: Tally,
): Promise<void> {
  const store = storeOn({ root });
  const found = new Set<string | undefined>();
  for await (const batch of store.readRecords(id, 0)) for (const record of batch) found.add(tokenOf(record));
  const sessions = join(folder, 'sessions');
  const copies = readdirSync(sessions).filter(file => file.includes('.conflict-'));
  const kept = copies.map(file => readFileSync(join(sessions, file), 'utf8')).join('');
  if (copies.length > 0) tally.count('conflict copies', copies.length);
  for (const token of acknowledged) {
    const isKept = found.has(token) || kept.includes(`"title":"${token}"`);
    tally.expect(isKept, `${name}: ${token} was lost`);
  }
  tally.count('acknowledged', acknowledged.length);
  const { title } = (await store.open(id)).state.metadata;
  tally.expect(title === 'after-5', `${name}: the state says ${title}`);
  await store.close();
}

describe('churn: somebody else is at the files while a session is written', () => {
  for (const [name, act] of Object.entries(CHURNS)) {
    it(`${name}: all that was acknowledged is kept`, async () => {
      const tally = new Tally('churn');
      const random = new Random(seed);
      for (let number = 0; number < cases(10, 100); number++) await churn(name, act, random, tally);
      tally.finish();
    });
  }
});
