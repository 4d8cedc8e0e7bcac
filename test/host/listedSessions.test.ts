import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openHost, profileIn } from '../support/openHost.ts';
import { useTemporaryFolder } from '../support/temporaryFolder.ts';

describe('sessions that are listed from the index', () => {
  const folder = useTemporaryFolder();

  it('are plain objects, equal to what is read of each', async () => {
    const root = join(folder(), 'root');
    mkdirSync(root);
    const host = () => openHost(root, profileIn(folder()));
    const first = await host();
    const { sessionId } = await first.sessions.createSession({ title: 'Listed' });
    const thrown = await first.sessions.createSession({ title: 'Thrown away' });
    await first.sessions.endSession(sessionId, 'completed');
    await first.sessions.deleteSession(thrown.sessionId);
    await first.sessions.listSessions();
    await first.close();
    const second = await host();
    const listed = await second.sessions.listSessions();
    const { stats: _stats, ...whole } = await second.sessions.getSession(sessionId);
    assert.deepEqual(
      listed.map(row => ({ ...row })),
      [whole],
    );
    const [trashed] = await second.sessions.listTrash();
    assert.equal({ ...trashed }.sessionId, thrown.sessionId);
    await second.close();
  });
});
