import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseSearchQuery } from '../../src/core/search/searchQuery.ts';
import type { DiskStore } from '../../src/store/sessionStore.ts';
import { created, renamed, ScriptedProcesses, systemClock } from './support/diskFixture.ts';
import { MemoryFixture, ROOT } from './support/memoryFixture.ts';
import { foundIn, type KnownTask, recordTask } from './support/searchHistory.ts';

// Few and alike, so that much is found, and much is nearly found.
const WORDS = [
  'alpha',
  'Beta',
  'al',
  'phab',
  'Ünicode',
  'x"y',
  'tab\there',
  'Σοφός',
  'a\nb',
  '\u001b[31mred',
];
const words = fc.array(fc.constantFrom(...WORDS), { maxLength: 4 }).map(list => list.join(' '));
// Without one of its own, a session is called what its first task says.
const title = words.map(text => `T ${text}`);
const pieces = fc.array(fc.constantFrom('al', 'pha', 'Be', 'ta ', 'x"', 'y', 'Ün', 'icode\n', '\\u', ' '), {
  maxLength: 8,
});
const task = fc.record({
  type: fc.constantFrom('code' as const, 'git' as const),
  agent: fc.constantFrom('direct', 'acp:claude'),
  description: words,
  command: words,
  output: pieces,
  file: fc.constantFrom('src/Alpha.ts', 'docs/beta.md'),
  status: fc.constantFrom('completed' as const, 'failed' as const),
});
const QUERIES = [
  ...['alpha', 'ALPHA beta', '"al pha"', 'al', 'a', 'beta', 'x"y', 'ünicode', 'ΣΟΦΌΣ', 'red', 'phab', '\\u'],
  ...['status:failed', 'type:git alpha', 'agent:acp', 'file:alpha beta', 'file:src file:docs', 'nothing'],
  ...['"tab\there"', 'status:active', 'status:completed type:code', 'agent:direct status:failed ta'],
];
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('create' as const), title }),
    fc.record({ kind: fc.constant('task' as const), session: fc.nat(5), task }),
    fc.record({ kind: fc.constant('rename' as const), session: fc.nat(5), title }),
    fc.record({ kind: fc.constant('trash' as const), session: fc.nat(5) }),
    fc.record({ kind: fc.constant('search' as const), query: fc.constantFrom(...QUERIES) }),
    fc.record({ kind: fc.constant('restart' as const) }),
  ),
  { minLength: 6, maxLength: 30 },
);

/** So much different text that what comes later has room in the signature, which then is added to and not made anew. */
const BULK: Omit<KnownTask, 'id'> = {
  ...{
    type: 'git',
    agent: 'direct',
    description: 'bulk',
    command: '',
    file: 'bulk.bin',
    status: 'completed',
  },
  output: Array.from({ length: 40 }, (_, index) => (index * 7919 * 104_729).toString(36).repeat(20)),
};

interface Known {
  readonly id: string;
  title: string;
  readonly tasks: KnownTask[];
}

/** Two processes on one folder and one cache, and what a test knows of all that was recorded. */
class Histories {
  readonly #disk = new MemoryFixture();
  readonly known: Known[] = [];
  /** Milliseconds more than really: this disk does not tell of what is appended, so files must be due to be looked at. */
  #passed = 0;
  #tasks = 0;
  #sessions = 0;
  #searcher = this.#open();
  #writer = this.#open();

  #open(): DiskStore {
    this.#disk.disk.placeDirectory('/cache');
    const clock = { ...systemClock, monotonic: () => performance.now() + this.#passed };
    return this.#disk.store({ cache: '/cache', clock, processes: new ScriptedProcesses() });
  }

  async create(title: string): Promise<void> {
    const id = `aaaaaaaa-1111-4111-8111-${String(this.#sessions).padStart(12, '0')}`;
    this.#sessions++;
    (await this.#writer.create(id, [created(id, ROOT, title)])).dispose();
    this.known.push({ id, title, tasks: [] });
    await this.addTask(this.known.length - 1, BULK);
  }

  async change(index: number, action: (session: Known, writer: DiskStore) => Promise<void>): Promise<void> {
    const session = this.known[index % Math.max(1, this.known.length)];
    if (session !== undefined) await action(session, this.#writer);
  }

  async addTask(index: number, content: Omit<KnownTask, 'id'>): Promise<void> {
    await this.change(index, async (session, writer) => {
      const added = { ...content, id: `task-${this.#tasks++}` };
      const ledger = await writer.open(session.id);
      await recordTask(ledger, added);
      ledger.dispose();
      session.tasks.push(added);
    });
  }

  async restart(): Promise<void> {
    await Promise.all([this.#searcher.close(), this.#writer.close()]);
    this.#searcher = this.#open();
    this.#writer = this.#open();
  }

  /** In pages of three. */
  async search(text: string): Promise<string[]> {
    const query = parseSearchQuery(text, new Date());
    const found: string[] = [];
    let cursor: string | undefined;
    this.#passed += 61_000;
    do {
      const page = await this.#searcher.search.search(query, {
        limit: 3,
        ...(cursor === undefined ? {} : { cursor }),
      });
      found.push(...foundIn(page.hits));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return found;
  }

  /** What should be found, by looking at everything that a test put there. */
  expected(text: string): string[] {
    const { terms, status, type, agent, file } = parseSearchQuery(text, new Date());
    const has = (texts: readonly string[], term: string): boolean =>
      texts.some(each => each.toLowerCase().replaceAll('ς', 'σ').includes(term));
    const none = (list: readonly unknown[]): boolean => list.length === 0;
    return this.known.flatMap(session => {
      const titled =
        terms.length > 0 &&
        terms.every(term => has([session.title], term)) &&
        [type, agent, file].every(none);
      const tasks = session.tasks.filter(each => {
        const texts = [each.description, each.command, each.output.join(''), each.file];
        return (
          terms.every(term => has([...texts, session.title], term)) &&
          (terms.length === 0 || terms.some(term => has(texts, term))) &&
          (none(status) || status.includes(each.status)) &&
          (none(type) || type.includes(each.type)) &&
          (none(agent) || agent.some(name => each.agent.startsWith(name))) &&
          (none(file) || file.some(part => has([each.file], part)))
        );
      });
      const self = titled && (none(status) || status.includes('active')) ? [session.id] : [];
      return [...self, ...tasks.map(({ id }) => `${session.id}/${id}`)];
    });
  }

  close(): Promise<void> {
    return this.#disk.close();
  }
}

describe('a search with an index', () => {
  it('finds what looking at everything finds, whatever was recorded, indexed and forgotten before', async function () {
    this.timeout(300_000);
    await fc.assert(
      fc.asyncProperty(steps, async sequence => {
        const histories = new Histories();
        for (const step of sequence) {
          if (step.kind === 'create') await histories.create(step.title);
          if (step.kind === 'task') await histories.addTask(step.session, step.task);
          if (step.kind === 'restart') await histories.restart();
          if (step.kind === 'rename')
            await histories.change(step.session, async (session, writer) => {
              const ledger = await writer.open(session.id);
              await ledger.commit(() => [renamed(step.title)]);
              ledger.dispose();
              session.title = step.title;
            });
          if (step.kind === 'trash')
            await histories.change(step.session, async ({ id }, writer) => {
              await writer.trash(id);
              histories.known.splice(
                histories.known.findIndex(session => session.id === id),
                1,
              );
            });
          if (step.kind === 'search') {
            const found = await histories.search(step.query);
            assert.deepEqual(found.toSorted(), histories.expected(step.query).toSorted(), step.query);
          }
        }
        for (const query of QUERIES) {
          const found = await histories.search(query);
          assert.deepEqual(found.toSorted(), histories.expected(query).toSorted(), query);
          assert.equal(new Set(found).size, found.length);
        }
        await histories.close();
      }),
      { numRuns: 40 },
    );
  });
});
