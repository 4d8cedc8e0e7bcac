import assert from 'node:assert/strict';
import { readComparison } from '../../src/core/readComparison.ts';
import type { FileChange } from '../../src/core/task.ts';
import { compareTasks } from '../../src/core/taskComparison.ts';
import { createManager, type ManagerFixture } from '../support/managerFixture.ts';

const change = (path: string, after: string, added?: number): FileChange => ({
  ...{ path, kind: 'modified', before: '0', after },
  ...(added === undefined ? {} : { added, removed: 1 }),
});

/** Runs a task or another attempt of one that takes so long, changes this and reports that. */
async function attempt(
  fixture: ManagerFixture,
  {
    of,
    ms,
    changes,
    tokens,
    fails = false,
  }: {
    readonly of?: string;
    readonly ms: number;
    readonly changes: readonly FileChange[];
    readonly tokens?: number;
    readonly fails?: boolean;
  },
): Promise<string> {
  fixture.runner.script = async run => {
    const taskId = run.task.id;
    fixture.clock.advance(ms);
    await run.record({ type: 'filesChanged', data: { taskId, changes } });
    if (tokens !== undefined)
      await run.record({
        type: 'usageReported',
        data: { taskId, usage: { inputTokens: tokens, outputTokens: 1, cost: null } },
      });
    if (fails) return { status: 'failed', reason: 'error', errorCode: 'x', error: 'broken' };
    return { status: 'completed', result: null };
  };
  if (of === undefined) return (await fixture.manager.executeTask({ task: 'do' })).id;
  return (await (await fixture.manager.retryTask(of, { agent: 'model' })).finished).id;
}

describe('comparing attempts', () => {
  it('takes all attempts of the one task that is named, whichever of them, and the tasks that are named', async () => {
    const fixture = createManager();
    const first = await attempt(fixture, { ms: 100, changes: [] });
    const second = await attempt(fixture, { of: first, ms: 100, changes: [] });
    const third = await attempt(fixture, { of: second, ms: 100, changes: [] });
    const other = await attempt(fixture, { ms: 100, changes: [] });
    const ids = async (...named: string[]): Promise<string[]> =>
      (await readComparison(fixture.manager, named)).attempts.map(({ taskId }) => taskId);
    assert.deepEqual(await ids(second), [first, second, third]);
    assert.deepEqual(await ids(first), [first, second, third]);
    assert.deepEqual(await ids(other, first, other), [other, first]);
    assert.deepEqual(await ids(other), [other]);
    await assert.rejects(readComparison(fixture.manager, []), { code: 'invalid_input' });
    await assert.rejects(readComparison(fixture.manager, ['nothing']), { code: 'not_found' });
  });

  it('says what came of each, what it took, and where the results differ', async () => {
    const fixture = createManager();
    const first = await attempt(fixture, {
      ...{ ms: 3000, tokens: 10, changes: [change('a', '1', 5), change('b', '1'), change('same', '9', 1)] },
    });
    const second = await attempt(fixture, {
      ...{
        of: first,
        ms: 1000,
        tokens: 90,
        changes: [change('a', '2', 7), change('same', '9', 1), change('c', '1')],
      },
    });
    const third = await attempt(fixture, { of: first, ms: 10, tokens: 1, fails: true, changes: [] });
    await (
      await fixture.manager.verifyTask(first, { command: 'check' })
    ).finished;
    const { attempts, files, best } = await readComparison(fixture.manager, [first]);
    assert.deepEqual(
      attempts.map(entry => [entry.attempt, entry.agent, entry.status, entry.executionTime, entry.tokens]),
      [
        [1, 'auto', 'completed', 3000, 11],
        [2, 'model', 'completed', 1000, 91],
        [3, 'model', 'failed', 10, 2],
      ],
    );
    assert.deepEqual(
      attempts.map(entry => [entry.filesChanged, entry.added, entry.removed, entry.verification?.passed]),
      [
        [3, 6, 2, true],
        [3, 8, 2, undefined],
        [0, null, null, undefined],
      ],
    );
    assert.deepEqual(
      files.map(({ path, same, changes }) => [path, same, changes.map(entry => entry?.after ?? null)]),
      [
        ['a', null, ['1', '2', null]],
        ['b', null, ['1', null, null]],
        ['c', null, [null, '1', null]],
        ['same', null, ['9', '9', null]],
      ],
    );
    assert.deepEqual(best, { verified: [first], fastest: [second], cheapest: [first] });
    const two = await readComparison(fixture.manager, [first, second]);
    assert.deepEqual(
      two.files.map(({ path, same }) => [path, same]),
      [
        ['a', false],
        ['b', null],
        ['c', null],
        ['same', true],
      ],
    );
    assert.equal(attempts[2]?.taskId, third);
  });

  it('praises nothing that was refuted, and nothing that cannot be compared', async () => {
    const fixture = createManager();
    const first = await attempt(fixture, { ms: 10, changes: [] });
    const second = await attempt(fixture, { of: first, ms: 10, changes: [] });
    const tasks = [
      ...(await fixture.manager.listTasks((await fixture.manager.getTask(first)).task.sessionId)),
    ];
    assert.deepEqual(compareTasks(tasks).best, { verified: [], fastest: [first, second], cheapest: [] });
    const refuted = tasks.map(task => ({
      ...task,
      verification: {
        ...{ command: 'x', exitCode: 1, outputHash: '', tree: null, passed: false, at: new Date(0) },
      },
    }));
    assert.deepEqual(compareTasks(refuted).best, { verified: [], fastest: [], cheapest: [] });
    assert.deepEqual(compareTasks([]), {
      ...{ attempts: [], files: [], best: { verified: [], fastest: [], cheapest: [] } },
    });
  });
});
