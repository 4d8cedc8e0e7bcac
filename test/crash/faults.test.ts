import { SessionError } from '../../src/core/errors.ts';
import type { SessionStore } from '../../src/core/ports.ts';
import { InMemoryFileSystem } from '../support/inMemoryFileSystem.ts';
import { created, marked } from './support/events.ts';
import { examine, requireAll } from './support/examine.ts';
import { CHANGING, FailingFiles, type Failure, READING } from './support/failingFiles.ts';
import { CACHE, Population, ROOT, storeIn } from './support/inMemory.ts';
import { Random, seededIds } from './support/random.ts';
import { SESSION, STORIES, type Story } from './support/stories.ts';
import { Tally } from './support/tally.ts';
import { seed } from './support/tier.ts';

const CODES: Readonly<Record<string, string>> = {
  EIO: 'storage_failed',
  ENOSPC: 'storage_full',
  EACCES: 'storage_denied',
  EROFS: 'storage_denied',
  EPERM: 'storage_denied',
};

const AFTERWARDS = 'cccccccc-3333-4333-8333-333333333333';

/** One story with one failure, from an empty disk to its examination. */
class Trial {
  readonly #story: Story;
  readonly #failure: Failure;
  readonly #tally: Tally;
  readonly #what: string;
  readonly #disk = new InMemoryFileSystem();
  readonly #ids;
  readonly #population: Population;
  readonly #acknowledged: string[] = [];
  readonly #rejected: string[] = [];
  #isMade = false;

  constructor(story: Story, failure: Failure, tally: Tally) {
    this.#story = story;
    this.#failure = failure;
    this.#tally = tally;
    const { code, at, forEver, operations, partial } = failure;
    const which = operations === READING ? 'reading call' : 'changing call';
    this.#what = `${story.name}, ${code} at ${which} ${at}${forEver ? ' and for ever' : ''}${partial ? ', cut' : ''}`;
    this.#ids = seededIds(new Random(seed + at));
    this.#population = new Population(this.#ids);
    this.#disk.placeDirectory(ROOT);
    this.#disk.placeDirectory(CACHE);
  }

  /** Returns whether the failure took place. */
  async run(): Promise<boolean> {
    await this.#prepare();
    const failing = new FailingFiles(this.#disk, this.#failure);
    const process = this.#population.born();
    const store = storeIn(failing.files, this.#ids, process);
    await this.#tell(store);
    failing.heal();
    for (const operation of failing.fired) this.#tally.fire(`${this.#failure.code} at ${operation}`);
    await this.#goOn(store);
    await this.#examine(this.#disk, 'at once');
    await store.close();
    this.#population.die(process);
    await this.#examine(this.#disk, 'by the next process');
    const crashed = this.#disk.crash(new Random(seed).next);
    await this.#examine(crashed, 'after a power loss');
    this.#tally.count('cases');
    return failing.fired.length > 0;
  }

  async #prepare(): Promise<void> {
    const process = this.#population.born();
    const store = storeIn(this.#disk, this.#ids, process);
    await this.#story.before(store, this.#disk);
    await store.close();
    this.#population.die(process);
    if (this.#story.name === 'save') return;
    this.#isMade = true;
    this.#acknowledged.push('before-1', 'before-2');
  }

  async #tell(store: SessionStore): Promise<void> {
    try {
      await this.#story.tell(
        store,
        {
          acknowledged: token => {
            this.#isMade = true;
            if (token !== '') this.#acknowledged.push(token);
          },
          rejected: (token, error) => {
            this.#rejected.push(token);
            this.#judge(error);
          },
        },
        this.#disk,
      );
    } catch (error) {
      this.#judge(error);
    }
  }

  #judge(error: unknown): void {
    this.#tally.count('typed errors');
    const expected = CODES[this.#failure.code] ?? '';
    const isReading = this.#failure.operations === READING;
    const codes = isReading ? [expected, 'damaged', 'storage_failed'] : [expected];
    if (error instanceof SessionError && codes.includes(error.code)) return;
    const shown = error instanceof SessionError ? `${error.code}: ${error.message}` : String(error);
    this.#tally.fail(`${this.#what}: ${expected} expected, got ${shown}`);
  }

  /** Once the disk works, so does the same process. */
  async #goOn(store: SessionStore): Promise<void> {
    try {
      const ledger = await this.#openOrMake(store);
      await ledger.commit(() => [marked('afterwards')]);
      this.#acknowledged.push('afterwards');
      ledger.dispose();
    } catch (error) {
      this.#tally.fail(`${this.#what}: it does not go on: ${String(error)}`);
    }
  }

  async #openOrMake(store: SessionStore): Promise<Awaited<ReturnType<SessionStore['open']>>> {
    if (!this.#isMade) return store.create(AFTERWARDS, [created(AFTERWARDS, ROOT)]);
    if ((await store.listTrash()).length > 0) await store.restore(SESSION);
    return store.open(SESSION);
  }

  /** A session that could not be made is not there, not even in part. */
  async #requireNothing(store: SessionStore, what: string): Promise<void> {
    const { sessions, damaged } = await store.list({});
    const rest = [...sessions.map(({ sessionId }) => sessionId), ...damaged.map(({ file }) => file)];
    const left = rest.filter(name => name.startsWith(SESSION));
    if (left.length === 0) return;
    if (this.#failure.forEver) this.#tally.count('leftovers of what could not be made nor removed');
    else this.#tally.fail(`${what}: ${left.join()} is left of a session that was not made`);
  }

  async #examine(disk: InMemoryFileSystem, when: string): Promise<void> {
    const what = `${this.#what}, ${when}`;
    const process = this.#population.born();
    const store = storeIn(disk, this.#ids, process);
    try {
      if (!this.#isMade) await this.#requireNothing(store, what);
      const id = this.#isMade ? SESSION : AFTERWARDS;
      const found = await examine(store, ROOT, id, this.#tally, what, { files: disk, torn: true });
      requireAll(this.#acknowledged, found, this.#tally, what);
      for (const token of this.#rejected)
        if (found.tokens.has(token)) this.#tally.count('rejected for doubt and there all the same');
    } catch (error) {
      this.#tally.fail(`${what}: ${String(error)}`);
    }
    await store.close();
    this.#population.die(process);
  }
}

describe('faults: a call of the file system fails', () => {
  for (const story of STORIES) {
    it(`${story.name}: every call in turn, once and for ever, with every error`, async () => {
      const tally = new Tally(`faults: ${story.name}`);
      for (const operations of [CHANGING, READING]) {
        for (const code of Object.keys(CODES)) {
          if (operations === READING && code !== 'EIO' && code !== 'EACCES') continue;
          for (const forEver of [false, true]) {
            for (const partial of code === 'ENOSPC' ? [undefined, 40] : [undefined]) {
              let fired = true;
              for (let at = 1; fired && tally.problems < 20; at++) {
                const failure = { code, at, forEver, operations, ...(partial && { partial }) };
                fired = await new Trial(story, failure, tally).run();
              }
            }
          }
        }
      }
      tally.finish();
    });
  }
});
