import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { skip } from '../support/skip.ts';
import { commandLine, worker } from './support/bundle.ts';
import { Child } from './support/child.ts';
import { created } from './support/events.ts';
import { examine, requireAll } from './support/examine.ts';
import { removeFolder, storeOn, temporaryFolder } from './support/onDisk.ts';
import { Tally } from './support/tally.ts';
import { cases } from './support/tier.ts';
import type { TickerConfig } from './workers/ticker.ts';
import type { WriterConfig } from './workers/writer.ts';

const WRITERS = 8;
const TAKEOVER_MS = 3_000;
/** As long as a writer waits between two looks at a lock, at most. */
const TICK_MS = 25;

/** One folder with one session that several processes write. */
class Arena {
  readonly root = temporaryFolder('processes');
  readonly id = randomUUID();
  readonly tally: Tally;
  readonly children: Child[] = [];

  constructor(tally: Tally) {
    this.tally = tally;
  }

  async open(): Promise<void> {
    const store = storeOn({ root: this.root });
    await store.create(this.id, [created(this.id, this.root)]);
    await store.close();
  }

  async writer(name: string, count: number, more: Partial<WriterConfig> = {}): Promise<Child> {
    const config: WriterConfig = {
      ...{ root: this.root, sessionId: this.id, name, count, guard: join(this.root, 'guard') },
      ...more,
    };
    const child = new Child({ file: await worker('writer'), config });
    this.children.push(child);
    return child;
  }

  /** The process that holds the append lock now. */
  holder(): number | undefined {
    try {
      const lock = readFileSync(join(this.root, '.coding-agent/locks', `${this.id}.lock`), 'utf8');
      return (JSON.parse(lock) as { owner: { pid: number } }).owner.pid;
    } catch {
      return undefined;
    }
  }

  /** Waits for a writer that stopped itself while it holds the lock. From then on the lock names it, and no other. */
  async frozen(among: readonly Child[]): Promise<Child | undefined> {
    while (among.some(child => !child.isOver)) {
      const child = among.find(({ pid }) => isStopped(pid));
      if (child !== undefined) {
        this.requireHeldBy(child);
        return child;
      }
      await pause(2);
    }
    return undefined;
  }

  requireHeldBy({ pid }: Child): void {
    this.tally.expect(this.holder() === pid, 'the lock was taken from a process that lives');
  }

  async close(): Promise<void> {
    await Promise.all(this.children.map(child => child.exit));
    const store = storeOn({ root: this.root });
    const found = await examine(store, this.root, this.id, this.tally, this.id);
    for (const child of this.children) {
      const tokens = child.told('ack');
      this.tally.count('acknowledged', tokens.length);
      requireAll(tokens, found, this.tally, `process ${child.pid}`);
      for (const line of child.told('two')) this.tally.fail(`two ${line}`);
      for (const line of child.told('error')) this.tally.fail(`process ${child.pid}: ${line}`);
      this.#requireOrder(child);
    }
    await store.close();
    removeFolder(this.root);
  }

  /** Every process is told of the records, own and foreign, in their order and none twice. */
  #requireOrder(child: Child): void {
    for (const seen of child.told('seen')) {
      const numbers = seen.split(',').map(Number);
      const isOrdered = numbers.every((seq, index) => index === 0 || seq === (numbers[index - 1] ?? 0) + 1);
      this.tally.expect(isOrdered, `process ${child.pid} was told of records out of order or not of all`);
    }
  }
}

function isStopped(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') T ');
  } catch {
    return false;
  }
}

describe('processes: many work on one session', () => {
  before(function () {
    if (process.platform !== 'linux') skip(this, 'it looks at /proc and stops processes');
  });

  it('8 writers with 500 events each, and the command line between them', async () => {
    const tally = new Tally('processes: 8 writers');
    const arena = new Arena(tally);
    await arena.open();
    const each = cases(500, 3_000);
    const file = await commandLine();
    const writers = await Promise.all(
      Array.from({ length: WRITERS }, (_, number) => arena.writer(`w${number}`, each)),
    );
    const env = Object.fromEntries(
      ['CONFIG', 'STATE', 'CACHE'].map(kind => [`XDG_${kind}_HOME`, join(arena.root, kind)]),
    );
    for (let number = 0; number < 6; number++) {
      const rename = ['sessions', 'rename', arena.id, `cli-${number}`];
      const child = new Child({ file, args: [...rename, '--root', arena.root, '--trust', '--json'], env });
      const { code } = await child.exit;
      tally.expect(
        code === 0,
        `the command line ended with ${code}: ${child.errors}${child.lines.join(' ')}`,
      );
      tally.count('commands');
    }
    await Promise.all(writers.map(writer => writer.exit));
    tally.count('processes', WRITERS);
    for (const writer of writers)
      tally.expect(writer.lines.includes('done'), `${writer.pid}: ${writer.errors}`);
    await arena.close();
    tally.finish();
  });

  it('2 writers with 1,000 events each: the one that holds the lock is stopped', async () => {
    const tally = new Tally('processes: stopped holder');
    const arena = new Arena(tally);
    await arena.open();
    const each = cases(1_000, 10_000);
    const writers = await Promise.all(
      ['a', 'b'].map(name => arena.writer(name, each, { plain: true, freezeEvery: 150 })),
    );
    for (;;) {
      const holder = await arena.frozen(writers);
      if (holder === undefined) break;
      tally.fire('SIGSTOP of the lock holder');
      const other = writers.find(writer => writer !== holder);
      await pause(30);
      const before = other?.told('ack').length;
      await pause(150);
      tally.expect(other?.told('ack').length === before, 'somebody appended while another held the lock');
      arena.requireHeldBy(holder);
      holder.signal('SIGCONT');
      await pause(20);
    }
    await arena.close();
    tally.finish();
  });

  it('the one that holds the lock is killed: the other goes on within 3 s', async () => {
    const tally = new Tally('processes: killed holder');
    const arena = new Arena(tally);
    await arena.open();
    const survivor = await arena.writer('survivor', Infinity, { plain: true });
    await survivor.until('ready');
    // Time as another process has it: a busy machine and a busy disk take as much from both.
    const config: TickerConfig = { everyMs: TICK_MS, file: join(arena.root, 'ticks') };
    const twin = new Child({ file: await worker('ticker'), config });
    await twin.until('tick');
    const limit = TAKEOVER_MS / TICK_MS;
    for (let number = 0; number < cases(20, 100); number++) {
      const victim = await arena.writer(`victim-${number}`, 100, {
        plain: true,
        freezeEvery: 3 + (number % 7),
      });
      const holder = await arena.frozen([victim]);
      if (holder === undefined) continue;
      victim.signal('SIGKILL');
      await victim.exit;
      const [since, ticks, told] = [performance.now(), twin.lines.length, survivor.lines.length];
      while (survivor.lines.length === told && twin.lines.length - ticks <= 2 * limit) await pause(2);
      const passed = twin.lines.length - ticks;
      tally.fire('SIGKILL of the lock holder');
      tally.highest('ms until taken over, at most', performance.now() - since);
      tally.highest(`times ${TICK_MS} ms for a process beside it, at most`, passed);
      if (passed <= limit) continue;
      tally.fail(`taking over took as long as ${passed} times ${TICK_MS} ms`);
      break;
    }
    twin.signal('SIGKILL');
    survivor.signal('SIGKILL');
    await arena.close();
    tally.finish();
  });
});
