import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createClient, RequestError } from '../../src/client/client.ts';
import { ask, field, serveFolder, type ServerFixture, temporaryFolder } from './support/serverFixture.ts';

describe('GET /search', () => {
  const folder = temporaryFolder();
  let fixture: ServerFixture;

  before(async () => {
    const root = join(folder, 'root');
    mkdirSync(root);
    fixture = await serveFolder(root, { folder });
    const { sessions } = fixture.host;
    const { sessionId } = await sessions.createSession({ title: 'Two echoes' });
    await sessions.executeTask({ sessionId, task: '$ echo "first <b>needle</b>"' });
    await sessions.executeTask({ sessionId, task: '$ echo the second; exit 3' });
    await sessions.executeTask({ sessionId, task: 'create file src/Needle.txt with content: x' });
  });
  after(async () => {
    await fixture.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const search = (q: string, more = ''): ReturnType<typeof ask> =>
    ask(fixture, 'GET', `/search?q=${encodeURIComponent(q)}${more}`);

  it('finds tasks by text, command, output and file, with the match in context', async () => {
    const { status, body } = await search('NEEDLE');
    assert.equal(status, 200);
    const hits = field(body, 'hits') as { field: string; text: string; ranges: [number, number][] }[];
    assert.equal(hits.length, 2);
    for (const { text, ranges } of hits) {
      assert.ok(ranges.length > 0);
      for (const [from, to] of ranges) assert.equal(text.slice(from, to).toLowerCase(), 'needle');
    }
    assert.equal(field(body, 'sessions', 0, 'title'), 'Two echoes');
    assert.equal(field((await search('file:needle.txt')).body, 'hits', 0, 'task', 'type'), 'file');
    assert.equal(
      field((await search('"the second" status:failed')).body, 'hits', 0, 'task', 'status'),
      'failed',
    );
    assert.equal(field((await search('echoes')).body, 'hits', 0, 'task'), null);
    assert.deepEqual(field((await search('status:failed needle')).body, 'hits'), []);
  });

  it('goes on where a page ended', async () => {
    const first = await search('type:command', '&limit=1');
    const next = await search('type:command', `&limit=1&cursor=${String(field(first.body, 'nextCursor'))}`);
    assert.equal(field(first.body, 'hits', 0, 'task', 'title'), '$ echo the second; exit 3');
    assert.equal(field(next.body, 'hits', 0, 'task', 'title'), '$ echo "first <b>needle</b>"');
    assert.equal(field(next.body, 'nextCursor'), undefined);
  });

  it('names the filters that there are, and refuses what is no search', async () => {
    const wrong = await search('state:failed');
    assert.deepEqual(
      [wrong.status, field(wrong.body, 'code'), field(wrong.body, 'field')],
      [400, 'invalid_input', 'q'],
    );
    assert.match(String(field(wrong.body, 'detail')), /status:, type:, agent:, file:, since:/);
    for (const [q, more] of [
      ['  ', ''],
      ['x', '&cursor=rubbish'],
      ['x', '&limit=0'],
      ['since:never', ''],
    ] as const)
      assert.equal((await search(q, more)).status, 400, q);
    assert.equal((await ask(fixture, 'GET', '/search')).status, 400);
  });

  it('is in the client', async () => {
    const client = createClient({ url: fixture.server.url, token: fixture.server.tokens.full });
    assert.equal((await client.search('needle', { limit: 5 })).hits.length, 2);
    await assert.rejects(client.search('nope:x'), RequestError);
    // What JavaScript passes on without a value is not asked for.
    const none: object = { limit: undefined, status: undefined };
    assert.equal((await client.listSessions(none)).length, (await client.listSessions()).length);
  });
});
