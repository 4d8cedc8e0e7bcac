import assert from 'node:assert/strict';
import type { SessionEvent } from '../../src/core/events.ts';
import type { SessionStore } from '../../src/core/ports.ts';
import { Statistics } from '../../src/core/statistics.ts';
import { created, ScriptedProcesses } from './support/diskFixture.ts';
import { line, MemoryFixture, ROOT } from './support/memoryFixture.ts';

const CACHE = '/home/user/.cache/coding-agent';
const COUNT = 300;
const NEWEST = 5;

const at = (number: number): Date => new Date(Date.UTC(2026, 0, 1) + number * 1000);
const idOf = (number: number): string =>
  `${number.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;

const unused = (): Promise<never> => Promise.reject(new Error('No session is opened for this.'));

describe('statistics over many sessions', () => {
  let memory: MemoryFixture;

  /** Session number n has one task, which ended n seconds after the first; all are in the index. */
  beforeEach(async () => {
    memory = new MemoryFixture();
    const { self: owner } = new ScriptedProcesses('w');
    for (let number = 0; number < COUNT; number++) {
      const [sessionId, taskId] = [idOf(number), `task-${number}`];
      const rest = { taskType: 'code', origin: 'person', agent: 'auto', attempt: 1, owner } as const;
      const events: SessionEvent[] = [
        created(sessionId, ROOT, `Session ${number}`),
        { type: 'taskCreated', data: { taskId, description: `Do thing ${number}`, ...rest } },
        { type: 'taskStarted', data: { taskId, epoch: 1, owner } },
        { type: 'taskCompleted', data: { taskId, executionTime: number, result: {} } },
      ];
      const lines = events.map((event, index) => line(index + 1, event, at(number).toISOString()));
      memory.placeJournal(lines.join(''), sessionId);
    }
    const first = memory.store({ cache: CACHE });
    await first.list({});
    await first.close();
  });
  afterEach(() => memory.close());

  const statisticsOf = (store: SessionStore): Statistics =>
    new Statistics(store, { getSession: unused, follow: unused });

  /** How often each kind of file is opened and how many texts are parsed meanwhile. */
  async function costOf(action: () => Promise<unknown>): Promise<Record<string, number>> {
    const cost: Record<string, number> = { sessions: 0, details: 0, parsed: 0 };
    const { disk } = memory;
    const [open, parse] = [disk.open.bind(disk), JSON.parse];
    const note = (what: string): void => void (cost[what] = (cost[what] ?? 0) + 1);
    disk.open = (path, mode) => {
      if (path.startsWith(memory.sessionsFolder)) note('sessions');
      if (path.includes('/details.')) note('details');
      return open(path, mode);
    };
    JSON.parse = (...args) => {
      note('parsed');
      return parse(...args) as unknown;
    };
    try {
      await action();
    } finally {
      disk.open = open;
      JSON.parse = parse;
    }
    return cost;
  }

  it('are counted for several periods in one pass over the index, without a session read', async () => {
    const mine = memory.store({ cache: CACHE });
    await mine.list({ limit: 1000 });
    const statistics = statisticsOf(mine);
    const periods = [{}, { since: at(COUNT - NEWEST) }, { since: at(10), until: at(20) }] as const;
    let reports: unknown;
    const cost = await costOf(async () => (reports = await statistics.overEach(periods)));
    assert.deepEqual([cost['sessions'], cost['details']], [0, 1]);
    const alone = [];
    for (const period of periods) alone.push(await statistics.over(period));
    assert.deepEqual(reports, alone);
    assert.deepEqual(
      alone.map(({ sessions, completed, p50ExecutionTime }) => [sessions, completed, p50ExecutionTime]),
      [
        [COUNT, COUNT, COUNT / 2 - 1],
        [NEWEST, NEWEST, COUNT - 3],
        [10, 10, 14],
      ],
    );
  });

  it('of a period parse nothing of the sessions that had rested before it began', async () => {
    const mine = memory.store({ cache: CACHE });
    await mine.list({ limit: 1000 });
    const statistics = statisticsOf(mine);
    const cost = await costOf(() => statistics.over({ since: at(COUNT - NEWEST) }));
    assert.deepEqual([cost['sessions'], cost['details'], cost['parsed']], [0, 1, NEWEST]);
    assert.equal((await costOf(() => statistics.over({ since: at(COUNT) })))['details'], 0);
  });
});
