import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import type { SessionLedger } from '../../src/core/ports.ts';
import { toDocument } from '../../src/core/sessionDocument.ts';
import { created } from './support/diskFixture.ts';
import { ID, MemoryFixture, ROOT } from './support/memoryFixture.ts';
import { shortTask } from './support/shortTask.ts';

const MANY = Array.from({ length: 400 }, (_, index) => `task-${index}`);
const SOME = MANY.slice(0, 200);
const KB = 1024;

const plain = ({ state }: SessionLedger): unknown => JSON.parse(JSON.stringify(toDocument(state)));

describe('a moment after it was opened, a session', () => {
  let memory: MemoryFixture;
  beforeEach(() => {
    memory = new MemoryFixture();
  });
  afterEach(() => memory.close());

  /** Returns how long its snapshot is. */
  async function session(ids: readonly string[]): Promise<number> {
    const store = memory.store();
    const ledger = await store.create(ID, [created(ID, ROOT)]);
    for (const [index, id] of ids.entries()) await ledger.commit(() => shortTask(id, index + 1));
    await store.close();
    return memory.disk.content(memory.snapshot()).length;
  }

  it('has the ids of a long session, though somebody removes all files', async () => {
    assert.ok((await session(MANY)) > 256 * KB);
    const { state } = await memory.store().open(ID);
    await setImmediate();
    for (const path of [memory.snapshot(), memory.journal()]) memory.disk.unlink(path);
    assert.deepEqual(state.metadata.tasks, MANY);
  });

  it('has all of a session whose snapshot has 256 KB at most, though somebody removes all files', async () => {
    const length = await session(SOME);
    assert.ok(length > 100 * KB && length < 256 * KB, `${length} bytes`);
    const recorded = plain(await memory.store().open(ID));
    const ledger = await memory.store().open(ID);
    await setImmediate();
    for (const path of [memory.snapshot(), memory.journal()]) memory.disk.unlink(path);
    assert.deepEqual(plain(ledger), recorded);
  });

  it('compares what it has with its sums when somebody looks at it', async () => {
    await session(SOME);
    const content = memory.disk.content(memory.snapshot());
    const at = content.indexOf('"description":"Task task-3"');
    content[at + 20] = 'x'.charCodeAt(0);
    memory.disk.overwrite(memory.snapshot(), content);
    const ledger = await memory.store().open(ID);
    await setImmediate();
    assert.equal(ledger.state.tasks.get('task-3')?.description, 'Task task-3');
  });
});
