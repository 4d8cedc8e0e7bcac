import assert from 'node:assert/strict';
import fc from 'fast-check';
import { toDocument } from '../../src/core/sessionDocument.ts';
import { reviveOwnTask } from '../../src/core/reviveRecords.ts';
import type { AgentTask } from '../../src/core/task.ts';
import { newestText, tasksIn } from '../../src/store/newestTasks.ts';
import { openSnapshot } from '../../src/store/snapshotFile.ts';
import { created } from './support/diskFixture.ts';
import { ID, MemoryFixture, ROOT } from './support/memoryFixture.ts';
import { shortTask } from './support/shortTask.ts';

const text = fc.string({
  unit: fc.constantFrom('a', 'é', '漢', '"', '\\', '\n', ',', '\u001f', '\u007f', '\ud800', ' '),
  maxLength: 6,
});
/** Years of more than four digits among them. */
const date = fc.date({ noInvalidDate: true, min: new Date(-(2 ** 51)), max: new Date(2 ** 51) });
const nullable = fc.option(text);
const step = fc.record(
  {
    ...{ id: text, title: text, status: fc.constantFrom('completed', 'failed') },
    ...{ detail: text, startedAt: date, endedAt: date },
  },
  { requiredKeys: ['id', 'title', 'status'] },
);
const plan = fc.record({
  ...{ id: text, taskId: text, sessionId: text, version: fc.nat(), steps: fc.array(step, { maxLength: 4 }) },
});
const verification = fc.record({
  ...{ command: text, exitCode: fc.option(fc.nat()), outputHash: text, tree: nullable, at: date },
  passed: fc.boolean(),
});
const change = fc.record({ path: text, kind: fc.constantFrom('added', 'modified'), after: text });
const needed = {
  ...{ id: text, sessionId: text, type: fc.constantFrom('code', 'git'), description: text },
  ...{ status: fc.constantFrom('completed', 'failed', 'running'), createdAt: date, updatedAt: date },
  ...{ origin: fc.constantFrom('person', 'foreign'), agent: text, model: nullable, attempt: fc.nat() },
  ...{ executionTime: fc.option(fc.nat()), filesChanged: fc.array(change, { maxLength: 2 }) },
  ...{ usage: fc.option(fc.record({ inputTokens: fc.option(fc.nat()) })), commits: fc.array(text) },
  ...{ checkpoint: nullable, unsupervised: fc.boolean(), verification: fc.option(verification) },
};
const optional = {
  ...{ startedAt: date, endedAt: date, plan, error: text, result: fc.jsonValue() },
  undone: fc.record({ at: date, checkpoint: text }),
};
const task = fc
  .record({ ...needed, ...optional }, { requiredKeys: Object.keys(needed) as (keyof typeof needed)[] })
  .chain(({ id, ...record }) =>
    // The others are in the order in which the task came by them.
    fc
      .shuffledSubarray(Object.entries(record), { minLength: Object.keys(record).length })
      .map(entries => ({ id, ...Object.fromEntries(entries) }) as unknown as AgentTask),
  );

/** As they are read from their lines. */
const read = (tasks: readonly AgentTask[]): AgentTask[] =>
  tasks.map(one => reviveOwnTask(JSON.parse(JSON.stringify(one)) as AgentTask));

describe('the newest tasks of a snapshot', () => {
  it('are in columns what they are in lines, with their fields in the same order', () => {
    fc.assert(
      fc.property(fc.array(task, { maxLength: 12 }), fc.boolean(), (tasks, alike) => {
        const one = tasks.map(record => (alike ? { ...tasks[0], id: record.id } : record)) as AgentTask[];
        const found = tasksIn(newestText(one) ?? '');
        assert.deepEqual(found, read(one));
        assert.equal(JSON.stringify(found), JSON.stringify(read(one)));
      }),
    );
  });

  it('share nothing that somebody could change in one of them', () => {
    const [one] = fc.sample(task, { numRuns: 1, seed: 1 });
    assert.ok(one !== undefined);
    const like = {
      ...one,
      filesChanged: [],
      commits: [],
      usage: { inputTokens: 1, outputTokens: 1, cost: 1 },
    };
    const [first, second] = tasksIn(newestText([like, like]) ?? '') ?? [];
    assert.ok(first !== undefined && second !== undefined);
    for (const key of ['filesChanged', 'commits', 'usage', 'createdAt'] as const)
      assert.notEqual(first[key], second[key], key);
  });

  it('are read one by one where they are large, or not as this program writes them', () => {
    const [one] = fc.sample(task, { numRuns: 1, seed: 1 });
    assert.ok(one !== undefined);
    assert.equal(newestText([{ ...one, description: 'x'.repeat(300_000) }]), undefined);
    for (const time of [NaN, 2 ** 52])
      assert.equal(newestText([{ ...one, createdAt: new Date(time) }]), undefined);
    for (const line of ['', '{}', '[0]', '[0,[[[{}]],[]],[[],[]],[],[[],[]]]', 'null'])
      assert.equal(tasksIn(line), undefined, line);
  });

  describe('when a session is opened', () => {
    const IDS = Array.from({ length: 100 }, (_, index) => `task-${index}`);
    let memory: MemoryFixture;
    beforeEach(async () => {
      memory = new MemoryFixture();
      const store = memory.store();
      const ledger = await store.create(ID, [created(ID, ROOT)]);
      for (const [index, id] of IDS.entries()) await ledger.commit(() => shortTask(id, index + 1));
      await store.close();
    });
    afterEach(() => memory.close());

    it('are what their lines say, and the same each time, however somebody comes to them', async () => {
      const { tasks } = (await memory.store().open(ID)).state;
      assert.equal(openSnapshot(memory.disk, memory.snapshot())?.pieces.newest?.count, 50);
      const lines = memory.document()['taskRecords'] as Record<string, unknown>;
      const page = IDS.map(id => tasks.get(id));
      assert.deepEqual(
        page.map(one => JSON.stringify(one)),
        IDS.map(id => JSON.stringify(lines[id])),
      );
      const all = [...tasks];
      assert.deepEqual(all.length, IDS.length);
      assert.ok(all.every((one, index) => one === page[index]));
    });

    it('are not used where they are not as they were written: the journal has it all', async () => {
      const document = async (): Promise<unknown> =>
        JSON.parse(JSON.stringify(toDocument((await memory.store().open(ID)).state)));
      const recorded = await document();
      const content = memory.disk.content(memory.snapshot());
      const at = content.indexOf('Task task-99', content.indexOf('"newestTasks"'));
      assert.ok(at > 0);
      content[at] = 't'.charCodeAt(0);
      memory.disk.overwrite(memory.snapshot(), content);
      assert.deepEqual(await document(), recorded);
    });
  });
});
