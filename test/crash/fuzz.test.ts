import { SessionError } from '../../src/core/errors.ts';
import type { SessionRecord } from '../../src/core/events.ts';
import type { SessionLedger, SessionStore } from '../../src/core/ports.ts';
import { toDocument } from '../../src/core/sessionDocument.ts';
import { InMemoryFileSystem } from '../support/inMemoryFileSystem.ts';
import { marked } from './support/events.ts';
import { CACHE, Population, ROOT, storeIn } from './support/inMemory.ts';
import { DAMAGES, damaged, type Damage } from './support/mutate.ts';
import { Random, seededIds } from './support/random.ts';
import { filesBelow, makeSample, SAMPLE } from './support/sample.ts';
import { Tally } from './support/tally.ts';
import { cases, seed } from './support/tier.ts';

const SESSIONS = `${ROOT}/.coding-agent/sessions`;
const SNAPSHOT = `${SESSIONS}/${SAMPLE}.session.json`;
const JOURNAL = `${SESSIONS}/${SAMPLE}.events.jsonl`;
const LOCK = `${ROOT}/.coding-agent/locks/${SAMPLE}.lock`;
const HANG_MS = 5_000;
/** Which file is damaged, the oftener the more often it is named. */
const TARGETS = ['journal', 'journal', 'journal', 'snapshot', 'snapshot', 'both', 'index', 'lock'] as const;

/** The files of one sample, as a closed store leaves them. */
async function sampleFiles(): Promise<ReadonlyMap<string, Buffer>> {
  const ids = seededIds(new Random(1));
  const disk = new InMemoryFileSystem();
  disk.placeDirectory(ROOT);
  disk.placeDirectory(CACHE);
  const population = new Population(ids);
  const store = storeIn(disk, ids, population.born());
  await makeSample(store);
  await store.list({});
  await store.close();
  return new Map([...filesBelow(disk, ROOT), ...filesBelow(disk, CACHE)]);
}

/** One damaged file, and what a new process makes of it. */
class Damaged {
  readonly #random: Random;
  readonly #ids;
  readonly #tally: Tally;
  readonly #files: ReadonlyMap<string, Buffer>;
  readonly #disk = new InMemoryFileSystem();
  readonly #lines: readonly string[];
  readonly #population: Population;
  #what: string;
  /** Those that can be read in the snapshot, as they are there. */
  #tasks: readonly string[] = [];

  constructor(number: number, files: ReadonlyMap<string, Buffer>, tally: Tally) {
    this.#what = `seed ${number}`;
    this.#random = new Random(number);
    this.#ids = seededIds(this.#random);
    this.#population = new Population(this.#ids);
    this.#files = files;
    this.#tally = tally;
    this.#lines = (files.get(JOURNAL) ?? '').toString().trimEnd().split('\n');
  }

  async run(): Promise<void> {
    const target = this.#random.pick(TARGETS);
    const damage = this.#random.pick(DAMAGES);
    this.#what += `, ${damage} in ${target}`;
    this.#place(target, damage);
    this.#tally.fire(`${damage} in ${target}`);
    this.#tally.count('files');
    // Of the processor: whether something hangs must not depend on what else the machine does.
    const start = process.cpuUsage();
    try {
      await this.#look(target === 'lock');
    } catch (error) {
      this.#tally.fail(`${this.#what}: not closed: ${String(error)}`);
    }
    const { user, system } = process.cpuUsage(start);
    const took = (user + system) / 1000;
    this.#tally.highest('ms at most', took);
    this.#tally.expect(took < HANG_MS, `${this.#what}: took ${took} ms`);
  }

  #place(target: (typeof TARGETS)[number], damage: Damage): void {
    for (const folder of ['sessions', 'locks', 'blobs'])
      this.#disk.placeDirectory(`${ROOT}/.coding-agent/${folder}`);
    this.#disk.placeDirectory(CACHE);
    for (const [path, bytes] of this.#files) {
      const isJournal = path === JOURNAL;
      const isSnapshot = path.endsWith('.session.json');
      const isHit =
        ((target === 'journal' || target === 'both') && isJournal) ||
        ((target === 'snapshot' || target === 'both') && isSnapshot) ||
        (target === 'index' && path.startsWith(CACHE));
      this.#disk.placeDirectory(path.slice(0, path.lastIndexOf('/')));
      this.#disk.place(path, isHit ? damaged(bytes, damage, this.#random) : bytes);
    }
    const whole = (this.#files.get(SNAPSHOT) ?? '').toString().match(/"task-\w+-\d": \{.*\}(?=,?\n)/g) ?? [];
    const content = this.#disk.content(SNAPSHOT).toString();
    this.#tasks = whole.filter(task => content.includes(task));
    if (target === 'lock') this.#placeLock(damage);
  }

  /** A lock of a dead process, damaged. */
  #placeLock(damage: Damage): void {
    const table = this.#population.born();
    this.#population.die(table);
    const lock = Buffer.from(`${JSON.stringify({ owner: table.self, sum: '0123456789abcdef' })}\n`);
    this.#disk.place(LOCK, damaged(lock, damage, this.#random));
  }

  async #look(isLocked: boolean): Promise<void> {
    const store = storeIn(this.#disk, this.#ids, this.#population.born());
    try {
      const page = await store.list({ archived: true });
      const listed = page.sessions.some(({ sessionId }) => sessionId === SAMPLE);
      const told = page.damaged.some(({ file }) => file.includes(SAMPLE));
      this.#tally.expect(listed || told, `${this.#what}: neither listed nor told of`);
      await store.tallies(() => undefined);
      const ledger = await this.#open(store, listed);
      if (ledger !== undefined) {
        // Not one task of it, however damaged, keeps the others from being read.
        toDocument(ledger.state);
        await this.#requireUndamaged(store, ledger);
        await this.#goOn(store, ledger, isLocked);
      }
    } catch (error) {
      this.#tally.fail(`${this.#what}: ${error instanceof Error ? (error.stack ?? '') : String(error)}`);
    }
    await store.close();
  }

  async #open(store: SessionStore, listed: boolean): Promise<SessionLedger | undefined> {
    try {
      return await store.open(SAMPLE);
    } catch (error) {
      const isTyped = error instanceof SessionError && error.code === 'damaged';
      this.#tally.expect(
        isTyped && !listed,
        `${this.#what}: listed ${listed}, opening says ${String(error)}`,
      );
      this.#tally.count('without one record left');
      const left = this.#undamaged();
      this.#tally.expect(left.length === 0, `${this.#what}: not opened with ${left.length} records unharmed`);
      return undefined;
    }
  }

  /**
   * The records of which every byte is still there. One that follows `:`, `,` or `[` on its line is left alone on purpose: it
   * might lie within the value of another, put there to be taken for a record.
   */
  #undamaged(): string[] {
    const content = this.#disk.content(JOURNAL).toString('latin1');
    const lines = this.#lines.map(line => [line, Buffer.from(line).toString('latin1')] as const);
    const there = lines.filter(([, bytes]) => content.includes(bytes));
    const free = there.filter(([, bytes]) => {
      for (let at = content.indexOf(bytes); at >= 0; at = content.indexOf(bytes, at + 1))
        if (at === 0 || !':,['.includes(content.charAt(at - 1))) return true;
      return false;
    });
    if (free.length < there.length) this.#tally.count('left alone, for it might lie within a value');
    return free.map(([line]) => line);
  }

  async #requireUndamaged(store: SessionStore, ledger: SessionLedger): Promise<void> {
    const found = new Map<number, SessionRecord>();
    for await (const batch of store.readRecords(SAMPLE, 0))
      for (const record of batch) found.set(record.seq, record);
    const undamaged = this.#undamaged();
    this.#tally.count('undamaged records', undamaged.length);
    for (const line of undamaged) {
      const { seq, type } = JSON.parse(line) as { seq: number; type: string };
      const isThere = found.get(seq)?.event.type === type;
      this.#tally.expect(isThere, `${this.#what}: the undamaged record ${seq} is not read`);
    }
    const last = Math.max(0, ...found.keys());
    const { lastEventSeq } = ledger.state.metadata;
    this.#tally.expect(
      lastEventSeq >= last,
      `${this.#what}: the state ends at ${lastEventSeq}, records at ${last}`,
    );
    if (undamaged.length < this.#lines.length && found.size < this.#lines.length) {
      const isTold = ledger.damage.length > 0 || lastEventSeq >= this.#lines.length || last === found.size;
      this.#tally.expect(isTold, `${this.#what}: records are missing and nobody is told`);
    }
  }

  async #goOn(store: SessionStore, ledger: SessionLedger, isLocked: boolean): Promise<void> {
    if (ledger.readOnly !== null) {
      this.#tally.count('read-only, of a newer version');
      return;
    }
    try {
      await ledger.commit(() => [marked('afterwards')]);
    } catch (error) {
      const isTyped = error instanceof SessionError && isLocked && error.code === 'storage_failed';
      this.#tally.expect(isTyped, `${this.#what}: it does not go on: ${String(error)}`);
      if (isTyped) this.#tally.count('refused, for the lock names nobody');
      return;
    }
    ledger.dispose();
    await store.close();
    const next = storeIn(this.#disk, this.#ids, this.#population.born());
    const { title } = (await next.open(SAMPLE)).state.metadata;
    this.#tally.expect(title === 'afterwards', `${this.#what}: the next process reads ${title}`);
    await next.close();
    this.#requireKept();
  }

  /** A task that a snapshot had is in the one that took its place, or that one is kept: once. */
  #requireKept(): void {
    const names = this.#disk.list(SESSIONS).filter(name => name.startsWith(`${SAMPLE}.session.json`));
    const left = names.map(name => this.#disk.content(`${SESSIONS}/${name}`).toString());
    const isGone = (task: string): boolean => !left.some(content => content.includes(task));
    const lost = this.#tasks.filter(isGone).length;
    this.#tally.expect(lost === 0, `${this.#what}: ${lost} tasks are in no file any more`);
    this.#tally.expect(names.length <= 2, `${this.#what}: kept more than once: ${names.join()}`);
    if (names.length > 1) this.#tally.count('snapshots kept');
  }
}

describe('fuzz: files are damaged', () => {
  it('nothing crashes or hangs, and every undamaged record is read', async () => {
    const tally = new Tally('fuzz');
    const files = await sampleFiles();
    const total = cases(10_000, 200_000);
    for (let number = 0; number < total && tally.problems < 50; number++)
      await new Damaged(seed + number, files, tally).run();
    tally.finish();
  });
});
