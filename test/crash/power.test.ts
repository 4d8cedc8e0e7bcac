import type { ProcessTable } from '../../src/core/ports.ts';
import type { FileSystem } from '../../src/store/fileSystem.ts';
import { InMemoryFileSystem } from '../support/inMemoryFileSystem.ts';
import { type Acknowledged, Activity } from './support/activity.ts';
import { examine, requireAll } from './support/examine.ts';
import { CACHE, Population, ROOT, storeIn } from './support/inMemory.ts';
import { strikingAt } from './support/killingFiles.ts';
import { Random, seededIds } from './support/random.ts';
import { Tally } from './support/tally.ts';
import { cases, seed } from './support/tier.ts';

const CUTS = 3;
const STEPS = 14;
const LAST_CALL = 90;

/** One disk that loses its power again and again, with whatever was not synced. */
class PowerCuts {
  readonly #tally: Tally;
  readonly #random: Random;
  readonly #what: string;
  readonly #ids;
  readonly #population: Population;
  readonly #activity: Activity;
  #disk = new InMemoryFileSystem();

  constructor(number: number, tally: Tally) {
    this.#what = `seed ${number}`;
    this.#tally = tally;
    this.#random = new Random(number);
    this.#ids = seededIds(this.#random);
    this.#population = new Population(this.#ids);
    this.#activity = new Activity(this.#random, this.#ids);
    this.#disk.placeDirectory(ROOT);
    this.#disk.placeDirectory(CACHE);
  }

  async run(): Promise<void> {
    for (let cut = 1; cut <= CUTS; cut++) {
      const acknowledged = await this.#untilCut();
      await this.#verify(acknowledged, cut);
      if (this.#tally.problems > 20) return;
    }
    for (const error of this.#activity.unexpected) this.#tally.fail(`${this.#what}: ${String(error)}`);
  }

  /** A process works until the power goes; returns what it had been told by then. */
  async #untilCut(): Promise<Acknowledged> {
    const before = this.#disk;
    let cut: { readonly disk: InMemoryFileSystem; readonly known: Acknowledged } | undefined;
    const strike = (operation: string): void => {
      this.#tally.fire(`cut at ${operation}`);
      cut = { disk: before.crash(this.#random.next), known: this.#activity.snapshot() };
    };
    const at = 1 + this.#random.below(LAST_CALL);
    const files = strikingAt(before, at, this.#random.chance(0.5) ? 'before' : 'after', strike);
    const process = this.#population.born();
    const losing = this.#random.chance(0.2);
    const store = storeIn(losing ? this.#withLostSync(files, before) : files, this.#ids, process);
    await this.#activity.run(store, STEPS, () => cut !== undefined);
    const rejected = this.#activity.rejected.splice(0);
    if (rejected.length > 0 && !losing)
      this.#tally.fail(`${this.#what}: ${rejected.length} rejected: ${rejected[0]?.message}`);
    if (cut === undefined) strike('the end');
    const known = cut?.known ?? this.#activity.snapshot();
    const disk = cut?.disk ?? before;
    await this.#abandon(store.close(), process);
    this.#disk = disk;
    this.#forgetUnacknowledged(known);
    return known;
  }

  /** Now and then the disk gives up what it was to make durable. */
  #withLostSync(files: FileSystem, disk: InMemoryFileSystem): FileSystem {
    const at = 1 + this.#random.below(8);
    let syncs = 0;
    return {
      ...files,
      datasync: async descriptor => {
        if (++syncs === at) {
          disk.loseNextSync = true;
          this.#tally.fire('lost sync');
        }
        await files.datasync(descriptor);
      },
    };
  }

  async #verify({ sessions, blobs }: Acknowledged, cut: number): Promise<void> {
    const process = this.#population.born();
    const store = storeIn(this.#disk, this.#ids, process);
    const what = `${this.#what}, cut ${cut}`;
    this.#tally.count('power cuts');
    for (const [id, tokens] of sessions) {
      this.#tally.count('acknowledged', tokens.length);
      try {
        const found = await examine(store, ROOT, id, this.#tally, what, { files: this.#disk, torn: true });
        requireAll(tokens, found, this.#tally, what);
      } catch (error) {
        this.#tally.fail(`${what}: ${id} with ${tokens.length} tokens: ${String(error)}`);
      }
    }
    for (const hash of blobs) {
      await store.readBlob(hash).catch((error: unknown) => {
        this.#tally.fail(`${what}: blob ${hash}: ${String(error)}`);
      });
    }
    const page = await store.list({ limit: 1000, archived: true });
    const listed = new Set(page.sessions.map(({ sessionId }) => sessionId));
    for (const id of sessions.keys()) this.#tally.expect(listed.has(id), `${what}: ${id} is not listed`);
    await this.#abandon(store.close(), process);
  }

  async #abandon(closing: Promise<void>, process: ProcessTable): Promise<void> {
    await closing;
    this.#population.die(process);
  }

  /** What came after the cut never happened. */
  #forgetUnacknowledged({ sessions, blobs }: Acknowledged): void {
    this.#activity.sessions.clear();
    for (const [id, tokens] of sessions) this.#activity.sessions.set(id, [...tokens]);
    this.#activity.blobs.splice(0, Infinity, ...blobs);
  }
}

describe('power: what was not synced is dropped, torn or reordered', () => {
  it('all that was acknowledged is there', async () => {
    const tally = new Tally('power');
    const total = cases(5_000, 50_000);
    for (let number = 0; number < total && tally.problems <= 20; number++) {
      await new PowerCuts(seed + number, tally).run();
      tally.count('seeds');
    }
    tally.finish();
  });
});
