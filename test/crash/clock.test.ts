import { isDeepStrictEqual } from 'node:util';
import { toDisposable } from '../../src/core/disposable.ts';
import type { Clock, TaskOutcome } from '../../src/core/ports.ts';
import { InMemoryFileSystem } from '../support/inMemoryFileSystem.ts';
import { createManager, type ManagerFixture } from '../support/managerFixture.ts';
import { CACHE, Population, ROOT, storeIn } from './support/inMemory.ts';
import { Random, seededIds } from './support/random.ts';
import { Tally } from './support/tally.ts';
import { cases, seed } from './support/tier.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 2, 29, 0, 30);

/** The wall clock at the n-th time that it is asked. */
const CLOCKS: Readonly<Record<string, (asked: number, random: Random) => number>> = {
  steady: asked => START + asked * 100,
  frozen: () => START,
  backwards: asked => START - asked * 100,
  'set back an hour in the middle': asked => START + asked * 100 - (asked > 20 ? HOUR : 0),
  'far in the future, then 1970': asked => (asked % 2 === 0 ? Date.UTC(2199, 0, 1) + asked : asked),
  'at random': (_asked, random) => START + Math.floor((random.next() - 0.5) * 1e11),
};

function clockOf(time: (asked: number) => number): Clock {
  let asked = 0;
  let elapsed = 0;
  return {
    now: () => new Date(time(asked++)),
    monotonic: () => (elapsed += 1),
    setTimeout: () => toDisposable(() => undefined),
  };
}

const OUTCOMES: readonly TaskOutcome[] = [
  { status: 'completed', result: { summary: 'done' } },
  { status: 'failed', reason: 'error', errorCode: 'x', error: 'It failed.' },
];

/** The same trace of a person's actions, at one clock; resolves with all that has no time in it. */
async function trace(number: number, clock: Clock): Promise<unknown> {
  const random = new Random(number);
  const ids = seededIds(new Random(number));
  const disk = new InMemoryFileSystem();
  disk.placeDirectory(ROOT);
  disk.placeDirectory(CACHE);
  const store = storeIn(disk, ids, new Population(ids).born(), { clock, pause: () => Promise.resolve() });
  const { manager, runner } = createManager({
    store: store as unknown as ManagerFixture['store'],
    clock,
    ids,
  });
  runner.script = () => Promise.resolve(random.pick(OUTCOMES));
  const made: string[] = [];
  const results: unknown[] = [];
  for (let step = 0; step < 12; step++) {
    const id = made.length === 0 ? undefined : random.pick(made);
    const choice = random.next();
    if (id === undefined || choice < 0.2)
      made.push((await manager.createSession({ title: `s${step}` })).sessionId);
    else if (choice < 0.7)
      results.push((await manager.executeTask({ sessionId: id, task: `t${step}` })).status);
    else if (choice < 0.85) await manager.endSession(id).catch(() => results.push('ended before'));
    else await manager.updateSession(id, { title: `renamed ${step}` });
  }
  const sessions = await Promise.all(made.map(id => manager.getSession(id)));
  const listed = (await manager.listSessions()).map(({ sessionId }) => sessionId).sort();
  await manager.close();
  const again = storeIn(disk, ids, new Population(ids).born());
  const reopened: unknown[] = [];
  for (const id of made) {
    const { metadata, tasks } = (await again.open(id)).state;
    const { title, status, totalTasks, completedTasks, failedTasks, totalExecutionTime, lastEventSeq } =
      metadata;
    reopened.push([title, status, totalTasks, completedTasks, failedTasks, totalExecutionTime, lastEventSeq]);
    reopened.push([...tasks].map(task => [task.id, task.status, task.executionTime]));
  }
  await again.close();
  const negative = sessions.filter(
    ({ stats }) => stats.duration < 0 || (stats.avgExecutionTime ?? 0) < 0,
  ).length;
  return { made, results, listed, reopened, negative };
}

describe('clock: the wall clock jumps', () => {
  it('no order and no result changes', async () => {
    const tally = new Tally('clock');
    for (let number = 0; number < cases(200, 2_000); number++) {
      const expected = await trace(
        seed + number,
        clockOf(asked => START + asked),
      );
      for (const [name, time] of Object.entries(CLOCKS)) {
        const random = new Random(seed + number);
        const found = await trace(
          seed + number,
          clockOf(asked => time(asked, random)),
        );
        tally.expect(isDeepStrictEqual(found, expected), `seed ${seed + number}, ${name}: another result`);
        tally.fire(`clock ${name}`);
      }
      tally.count('traces');
    }
    tally.finish();
  });
});
