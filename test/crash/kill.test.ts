import { randomUUID } from 'node:crypto';
import type { SessionStore } from '../../src/core/ports.ts';
import { worker } from './support/bundle.ts';
import { Child } from './support/child.ts';
import { created } from './support/events.ts';
import { examine, requireAll } from './support/examine.ts';
import { removeFolder, storeOn, temporaryFolder } from './support/onDisk.ts';
import { Random } from './support/random.ts';
import { Tally } from './support/tally.ts';
import { cases, seed } from './support/tier.ts';
import type { WriterConfig } from './workers/writer.ts';

const WRITERS = 8;
const SESSIONS = 3;
/** Rounds after which new sessions are begun, so that opening stays as cheap as it was. */
const GENERATION = 6;

/** `from`: what the delay until the kill is counted from. */
type Plan = Omit<WriterConfig, 'root'> & {
  readonly delayMs?: number;
  readonly from?: 'ready' | 'ack';
};

/** Rounds of writers that are killed, and what was acknowledged to them. */
class Slaughter {
  readonly #root = temporaryFolder('kill');
  readonly #tally: Tally;
  readonly #acknowledged = new Map<string, string[]>();
  readonly #blobs: string[] = [];

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  async begin(): Promise<string[]> {
    this.#acknowledged.clear();
    this.#blobs.length = 0;
    const store = storeOn({ root: this.#root });
    const ids = Array.from({ length: SESSIONS }, () => randomUUID());
    for (const id of ids) {
      (await store.create(id, [created(id, this.#root)])).dispose();
      this.#acknowledged.set(id, []);
    }
    await store.close();
    return ids;
  }

  async round(file: string, plans: readonly Plan[]): Promise<void> {
    const children = await Promise.all(plans.map(plan => this.#kill(file, plan)));
    for (const [index, child] of children.entries()) {
      const plan = plans[index];
      const tokens = child.told('ack');
      this.#tally.count('acknowledged', tokens.length);
      this.#acknowledged.get(plan?.sessionId ?? '')?.push(...tokens);
      this.#blobs.push(...child.told('blob'));
      for (const operation of child.told('fired')) this.#tally.fire(`kill at ${operation}`);
      for (const error of child.told('error')) this.#tally.fail(`${plan?.name}: ${error}`);
      if (child.errors !== '') this.#tally.fail(`${plan?.name}: ${child.errors}`);
    }
    await this.#verify();
  }

  end(): void {
    removeFolder(this.#root);
  }

  async #kill(file: string, { delayMs, from = 'ready', ...plan }: Plan): Promise<Child> {
    const child = new Child({ file, config: { root: this.#root, ...plan } satisfies WriterConfig });
    if (delayMs !== undefined) {
      await child.until(from);
      await new Promise(resolve => setTimeout(resolve, delayMs));
      child.signal('SIGKILL');
    }
    const { signal } = await child.exit;
    if (signal === 'SIGKILL') this.#tally.count('killed');
    return child;
  }

  async #verify(): Promise<void> {
    const store = storeOn({ root: this.#root });
    for (const [id, tokens] of this.#acknowledged) {
      const found = await examine(store, this.#root, id, this.#tally, id);
      requireAll(tokens, found, this.#tally, id);
    }
    await this.#verifyBlobs(store);
    await store.close();
  }

  async #verifyBlobs(store: SessionStore): Promise<void> {
    for (const hash of this.#blobs) {
      await store.readBlob(hash).catch((error: unknown) => {
        this.#tally.fail(`blob ${hash}: ${String(error)}`);
      });
    }
  }
}

describe('kill: writers die at any moment', () => {
  it('after 0 to 15 ms: all that was acknowledged is there, once', async () => {
    const tally = new Tally('kill');
    const random = new Random(seed);
    const slaughter = new Slaughter(tally);
    const rounds = Math.ceil(cases(1_000, 10_000) / WRITERS);
    const file = await worker('writer');
    let ids: string[] = [];
    for (let round = 0; round < rounds; round++) {
      if (round % GENERATION === 0) ids = await slaughter.begin();
      const plans = Array.from({ length: WRITERS }, (_, lane) => ({
        sessionId: ids[lane < 5 ? 0 : lane < 7 ? 1 : 2] ?? '',
        name: `${round}-${lane}`,
        delayMs: random.next() * 15,
        from: random.chance(0.3) ? ('ready' as const) : ('ack' as const),
      }));
      await slaughter.round(file, plans);
      tally.count('cycles', WRITERS);
    }
    slaughter.end();
    tally.finish();
  });

  it('at every call of the file system: all that was acknowledged is there, once', async () => {
    const tally = new Tally('kill at a call');
    const slaughter = new Slaughter(tally);
    const file = await worker('writer');
    const last = cases(120, 240);
    let ids: string[] = [];
    for (let call = 1, round = 0; call <= last; call += WRITERS / 2, round++) {
      if (round % GENERATION === 0) ids = await slaughter.begin();
      const plans = Array.from({ length: WRITERS }, (_, lane) => ({
        sessionId: ids[lane < 4 ? 0 : 1] ?? '',
        name: `${call}-${lane}`,
        count: 100,
        dieAt: { call: call + Math.floor(lane / 2), when: lane % 2 === 0 ? 'before' : 'after' } as const,
      }));
      await slaughter.round(file, plans);
      tally.count('cycles', WRITERS);
    }
    slaughter.end();
    tally.finish();
  });
});
