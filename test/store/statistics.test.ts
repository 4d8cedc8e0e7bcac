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

/** A task that ended after this many milliseconds. */
function done(taskId: string, executionTime: number): SessionEvent[] {
  const { self: owner } = new ScriptedProcesses('w');
  const rest = { taskType: 'code', origin: 'person', agent: 'auto', attempt: 1, owner } as const;
  return [
    { type: 'taskCreated', data: { taskId, description: `Do ${taskId}`, ...rest } },
    { type: 'taskStarted', data: { taskId, epoch: 1, owner } },
    { type: 'taskCompleted', data: { taskId, executionTime, result: {} } },
  ];
}

describe('statistics over many sessions', () => {
  let memory: MemoryFixture;

  /** Session number n has one task, which ended n seconds after the first; all are in the index. */
  beforeEach(async () => {
    memory = new MemoryFixture();
    for (let number = 0; number < COUNT; number++) {
      const sessionId = idOf(number);
      const events = [created(sessionId, ROOT, `Session ${number}`), ...done(`task-${number}`, number)];
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

  it('of a session that is open read what is left on disk only when the index does not know it', async () => {
    const sessionId = idOf(7);
    const before = memory.store({ cache: CACHE });
    await (await before.open(sessionId)).commit(() => done('second', 1));
    // Which leaves a snapshot, whose tasks are read when somebody looks at them.
    await before.close();
    const mine = memory.store({ cache: CACHE });
    await mine.list({ limit: 1000 });
    const ledger = await mine.open(sessionId);
    const statistics = statisticsOf(mine);
    const tasks = async (): Promise<number[]> => {
      const reports = await statistics.overEach([{}, { sessionId }, { sessionId: '' }]);
      return reports.map(report => report.tasks);
    };
    const cost = await costOf(async () => assert.deepEqual(await tasks(), [COUNT + 1, 2, 0]));
    assert.deepEqual([cost['sessions'], cost['details']], [0, 1]);
    await ledger.commit(() => done('third', 1));
    assert.deepEqual(await tasks(), [COUNT + 2, 3, 0]);
  });
});
