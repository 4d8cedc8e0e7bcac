import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '../../src/client/client.ts';
import { useTemporaryFolder } from '../support/temporaryFolder.ts';
import { importInto } from '../transfer/support/importInto.ts';
import { serveFolder } from './support/serverFixture.ts';

describe('GET /sessions/:sessionId/export', () => {
  const temporary = useTemporaryFolder();

  it('sends a session as a file that can be imported, or read', async () => {
    const root = join(temporary(), 'root');
    mkdirSync(root);
    const fixture = await serveFolder(root, { folder: temporary(), auth: false });
    try {
      const { url } = fixture.server;
      const headers = { 'Content-Type': 'application/json' };
      const body = JSON.stringify({ title: 'Über "alles"\r\nSet-Cookie: x'.replace(/\r\n/, ' ') });
      const made = await fetch(`${url}/sessions`, { method: 'POST', headers, body });
      const { sessionId } = (await made.json()) as { sessionId: string };
      const zip = await fetch(`${url}/sessions/${sessionId}/export`);
      assert.deepEqual([zip.status, zip.headers.get('content-type')], [200, 'application/zip']);
      const named = /^attachment; filename="([a-z0-9-]+\.zip)"$/.exec(
        zip.headers.get('content-disposition') ?? '',
      );
      assert.ok(named !== null);
      const file = join(temporary(), named[1]!);
      writeFileSync(file, Buffer.from(await zip.arrayBuffer()));
      assert.equal((await importInto(join(temporary(), 'there'), file)).sessionId, sessionId);
      for (const [format, type, text] of [
        ['html', 'text/html; charset=utf-8', '<!doctype html>'],
        ['markdown', 'text/markdown; charset=utf-8', '# `Über'],
        ['json', 'application/json', '{\n  "metadata"'],
      ]) {
        const answer = await fetch(`${url}/sessions/${sessionId}/export?format=${format!}`);
        assert.equal(answer.headers.get('content-type'), type);
        assert.match(answer.headers.get('content-disposition') ?? '', /^attachment;/);
        assert.ok((await answer.text()).startsWith(text!));
      }
      const client = createClient({ url });
      const { id } = await client.executeTask({ sessionId, task: 'create file a.txt with content: A' });
      const whole = await client.exportSession(sessionId, { checkpoints: true });
      assert.equal(whole.type, 'application/zip');
      writeFileSync(file, await whole.bytes());
      const again = await importInto(join(temporary(), 'there too'), file);
      assert.deepEqual([again.checkpoints, [...again.state.tasks].map(task => task.id)], [1, [id]]);
      const refused = await fetch(`${url}/sessions/${sessionId}/export?format=html&checkpoints=true`);
      assert.equal(refused.status, 400);
      const head = await fetch(`${url}/sessions/${sessionId}/export`, { method: 'HEAD' });
      assert.deepEqual([head.status, await head.text()], [200, '']);
      const wrong = await fetch(`${url}/sessions/${sessionId}/export?format=tar`);
      assert.equal(wrong.status, 400);
      const unknown = await fetch(`${url}/sessions/aaaaaaaa-1111-4111-8111-111111111111/export`);
      assert.equal(unknown.status, 404);
    } finally {
      await fixture.close();
    }
  });
});
