import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openHost, profileIn } from '../support/openHost.ts';
import type { Host } from '../../src/host/host.ts';
import { useTemporaryFolder } from '../support/temporaryFolder.ts';

describe('a forked session on disk', function () {
  this.timeout(300_000);
  const folder = useTemporaryFolder();

  async function open(): Promise<Host> {
    const root = join(folder(), 'root');
    mkdirSync(root, { recursive: true });
    return openHost(root, profileIn(folder()));
  }

  it('holds a history of any size, with the blobs of it, and stays when the other is purged', async () => {
    const one = await open();
    const { sessionId } = await one.sessions.createSession();
    const output = await one.sessions.executeTask({
      task: '$ head -c 20000 /dev/zero | tr "\\0" x',
      sessionId,
    });
    // More than fits in one record.
    const long = `create file big.txt with content: ${'y'.repeat(30_000)}`;
    for (let index = 0; index < 3; index++)
      await one.sessions.executeTask({ task: long.replace('big', `big${String(index)}`), sessionId });
    const fork = await one.forks.fork(sessionId);
    await one.sessions.deleteSession(sessionId);
    await one.sessions.purgeTrash(sessionId);
    await one.close();

    const two = await open();
    const copies = await two.sessions.listTasks(fork.sessionId);
    assert.deepEqual(
      copies.map(({ status, description }) => [status, description.length]),
      [
        ['completed', output.description.length],
        ...Array.from({ length: 3 }, () => ['completed', long.length + 1]),
      ],
    );
    const { toolCalls } = await two.sessions.getTask(copies[0]?.id ?? '');
    const blob = toolCalls[0]?.output?.blob ?? '';
    assert.equal((await two.sessions.readBlob(blob)).length, 20_000);
    assert.equal((await two.doctor()).severity, 'info');
    const next = await two.sessions.executeTask({ task: '$ true', sessionId: fork.sessionId });
    assert.equal(next.status, 'completed');
    await two.close();
    const files = join(folder(), 'root', '.coding-agent', 'sessions');
    const journal = readdirSync(files).find(name => name.endsWith('.jsonl')) ?? '';
    const [, adopted] = readFileSync(join(files, journal), 'utf8').split('\n');
    assert.match(adopted ?? '', /"type":"snapshotAdopted","data":\{"document":\{"blob":"[0-9a-f]{64}"/);
    const three = await open();
    assert.equal((await three.sessions.listTasks(fork.sessionId)).length, 5);
    await three.close();
  });
});
