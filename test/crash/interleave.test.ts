import { SessionError } from '../../src/core/errors.ts';
import type { SessionLedger } from '../../src/core/ports.ts';
import { encodeRecord } from '../../src/store/journalLine.ts';
import { InMemoryFileSystem } from '../support/inMemoryFileSystem.ts';
import { created, marked, tokenOf } from './support/events.ts';
import { Population, ROOT, storeIn } from './support/inMemory.ts';
import { meddledWith } from './support/meddlingFiles.ts';
import { Random, seededIds } from './support/random.ts';
import { Tally } from './support/tally.ts';
import { cases, seed } from './support/tier.ts';

const ID = 'eeeeeeee-5555-4555-8555-555555555555';
const FOLDER = `${ROOT}/.coding-agent`;
const SESSIONS = `${FOLDER}/sessions`;
const JOURNAL = `${SESSIONS}/${ID}.events.jsonl`;
const AWAY = `${ROOT}/away`;

/** What another program does to the files at one moment. */
const ACTS = {
  'the journal is removed': game => {
    if (game.isThere(JOURNAL)) game.disk.unlink(JOURNAL);
  },
  'the folder is removed': game => {
    if (!game.isThere(FOLDER)) return;
    game.noteCopies();
    game.disk.unlink(FOLDER);
  },
  'the locks are removed': game => {
    if (game.isThere(`${FOLDER}/locks`)) game.disk.unlink(`${FOLDER}/locks`);
  },
  'an older state takes its place': game => {
    game.replace(game.older());
  },
  'it is moved away, or back': game => {
    if (game.isThere(AWAY) && game.isThere(SESSIONS)) game.disk.rename(AWAY, JOURNAL);
    else if (game.isThere(JOURNAL)) game.disk.rename(JOURNAL, AWAY);
  },
  'it is cut': game => {
    if (!game.isThere(JOURNAL)) return;
    const content = game.disk.content(JOURNAL);
    game.disk.overwrite(JOURNAL, content.subarray(0, game.random.below(content.length)));
  },
  'an older state is written into a file that was just made': game => {
    if (game.made !== undefined && game.disk.lstat(JOURNAL)?.inode === game.made) {
      const older = Buffer.from(game.older());
      const content = game.disk.content(JOURNAL);
      game.noteWrittenOver(content, older);
      game.disk.overwrite(JOURNAL, Buffer.concat([older, content.subarray(older.length)]));
      game.made = undefined;
    } else {
      game.replace('');
      game.made = game.disk.lstat(JOURNAL)?.inode;
    }
  },
  'another history takes its place': game => {
    const theirs = encodeRecord({
      ...{ seq: 4, at: '2026-01-01T00:00:00.000Z', writer: 'theirs' },
      event: marked(`theirs ${game.random.below(1e9)}`),
    });
    game.replace(`${game.lines.slice(0, 3).join('')}${theirs.toString()}`);
  },
} satisfies Readonly<Record<string, (game: Game) => void>>;

type Act = keyof typeof ACTS;
const NAMES = Object.keys(ACTS) as Act[];

interface Move {
  readonly call: number;
  readonly act: Act;
}

/** One session that is written while another program is at its files at exactly these calls. */
class Game {
  readonly disk = new InMemoryFileSystem();
  readonly random: Random;
  readonly #what: string;
  readonly #ids;
  readonly #tally: Tally;
  readonly #moves: readonly Move[];
  readonly #acknowledged: string[] = [];
  readonly #fired: string[] = [];
  lines: string[] = [];
  /** The file that the other program made and has not written yet. */
  made: number | undefined;
  calls = 0;
  #from = Infinity;
  #copies = '';
  #writtenOver = '';
  /** Whether something was synced since somebody was at the files, and nobody was at them in the next moment. */
  #isSettled = true;
  #isSynced = true;

  constructor(what: string, random: Random, moves: readonly Move[], tally: Tally) {
    this.#what = what;
    this.random = random;
    this.#ids = seededIds(random);
    this.#moves = moves;
    this.#tally = tally;
    this.disk.placeDirectory(ROOT);
  }

  /** A copy that was kept, and that the other program removes with everything else, was kept. */
  noteCopies(): void {
    const names = this.isThere(SESSIONS) ? this.disk.list(SESSIONS) : [];
    for (const name of names.filter(entry => entry.includes('.conflict-')))
      this.#copies += this.disk.content(`${SESSIONS}/${name}`).toString();
  }

  /** What is written over in place, over bytes that are there, is not promised to come back. */
  noteWrittenOver(content: Buffer, by: Buffer): void {
    const end = content.indexOf('\n', by.length - 1);
    const lines = content
      .subarray(0, end < 0 ? content.length : end)
      .toString()
      .split('\n');
    this.#writtenOver += lines.filter(line => !by.includes(line)).join('\n');
  }

  isThere(path: string): boolean {
    return this.disk.lstat(path) !== undefined;
  }

  /** A state that the journal had once. */
  older(): string {
    return this.lines.slice(0, 1 + this.random.below(this.lines.length)).join('');
  }

  replace(content: string): void {
    if (!this.isThere(SESSIONS)) this.disk.placeDirectory(SESSIONS);
    if (this.isThere(JOURNAL)) this.disk.unlink(JOURNAL);
    this.disk.place(JOURNAL, content);
  }

  /** Plays, and returns how many calls the writing took. Never rejects. */
  async play(): Promise<number> {
    try {
      return await this.#play();
    } catch (error) {
      this.#expect(false, String(error));
      return 0;
    }
  }

  async #play(): Promise<number> {
    const population = new Population(this.#ids);
    const files = meddledWith(this.disk, (call, operation) => {
      this.calls = call;
      this.#meddle(call - this.#from);
      this.#isSettled ||= this.#isSynced;
      this.#isSynced ||= operation === 'datasync';
    });
    const store = storeIn(files, this.#ids, population.born());
    const ledger = await store.create(ID, [created(ID, ROOT)]);
    for (const token of ['before-1', 'before-2', 'before-3', 'before-4']) await this.#write(ledger, [token]);
    this.lines = this.disk
      .content(JOURNAL)
      .toString()
      .split(/(?<=\n)/);
    const start = this.calls;
    this.#from = start;
    await this.#write(ledger, ['meanwhile-1']);
    await this.#write(ledger, ['meanwhile-2', 'meanwhile-3']);
    const took = this.calls - start;
    this.#from = Infinity;
    await this.#write(ledger, ['after-1']);
    await this.#write(ledger, ['after-2']);
    this.#expect(this.#acknowledged.at(-1) === 'after-2', 'it does not go on');
    await store.close();
    await this.#requireKept(population);
    return took;
  }

  async #write(ledger: SessionLedger, tokens: readonly string[]): Promise<void> {
    const written = tokens.map(async token => {
      try {
        await ledger.commit(() => [marked(token)]);
        this.#acknowledged.push(token);
        // A process that is killed from now on writes nothing again.
        if (this.#isSettled)
          this.#expect(this.#isOnDisk(token), `${token} was acknowledged and is not there`);
      } catch (error) {
        // Refused in words is not acknowledged.
        if (error instanceof SessionError) this.#tally.count('refused');
        else this.#expect(false, String(error));
      }
    });
    await Promise.all(written);
  }

  #meddle(call: number): void {
    for (const { act } of this.#moves.filter(move => move.call === call)) {
      ACTS[act](this);
      this.#tally.fire(act);
      this.#isSynced = false;
      this.#isSettled = false;
      this.#fired.push(`${act} at call ${call}`);
    }
  }

  #isOnDisk(token: string): boolean {
    this.noteCopies();
    const names = this.isThere(SESSIONS) ? this.disk.list(SESSIONS) : [];
    const journal = names.filter(name => name.includes('.events.'));
    const texts = journal.map(name => this.disk.content(`${SESSIONS}/${name}`).toString());
    return [...texts, this.#copies].some(text => text.includes(`"title":"${token}"`));
  }

  async #requireKept(population: Population): Promise<void> {
    const store = storeIn(this.disk, this.#ids, population.born());
    const found = new Set<string | undefined>();
    const isCut = this.#fired.some(what => what.startsWith('it is cut'));
    let last = 0;
    for await (const batch of store.readRecords(ID, 0))
      for (const record of batch) {
        found.add(tokenOf(record));
        this.#expect(isCut || record.seq > last, `record ${record.seq} stands behind record ${last}`);
        last = Math.max(last, record.seq);
      }
    this.noteCopies();
    if (this.#copies !== '') this.#tally.count('with a conflict copy');
    for (const token of this.#acknowledged) {
      const title = `"title":"${token}"`;
      if (found.has(token) || this.#copies.includes(title)) continue;
      if (this.#writtenOver.includes(title)) this.#tally.count('written over in place, and lost');
      else this.#expect(false, `${token} was lost`);
    }
    const { title } = (await store.open(ID)).state.metadata;
    this.#expect(title === 'after-2', `the state says ${title}`);
    this.#tally.count('acknowledged', this.#acknowledged.length);
    await store.close();
  }

  #expect(condition: boolean, problem: string): void {
    this.#tally.expect(condition, `${problem}: ${this.#what}, ${this.#fired.join(', ')}`);
  }
}

describe('interleave: another program is at the files between two calls of a writer', () => {
  let calls = 0;
  before(async () => {
    calls = await new Game('undisturbed', new Random(1), [], new Tally('interleave')).play();
  });

  it('once, at every call', async () => {
    const tally = new Tally('interleave: every call');
    for (let call = 1; call <= calls; call++)
      for (const act of NAMES) {
        await new Game('once', new Random(call), [{ call, act }], tally).play();
        tally.count('cases');
      }
    tally.finish();
  });

  it('several times, at random calls', async () => {
    const tally = new Tally('interleave: several times');
    const total = cases(3_000, 60_000);
    for (let number = 0; number < total && tally.problems < 20; number++) {
      const random = new Random(seed + number);
      const first = 1 + random.below(calls);
      const moves: Move[] = [{ call: first, act: random.pick(NAMES) }];
      // The next ones soon after, also within what the first made necessary.
      for (let call = first; random.chance(0.7);)
        moves.push({
          call: (call += 1 + random.below(random.chance(0.5) ? 6 : 60)),
          act: random.pick(NAMES),
        });
      await new Game(`seed ${seed + number}`, random, moves, tally).play();
      tally.count('cases');
    }
    tally.finish();
  });
});
