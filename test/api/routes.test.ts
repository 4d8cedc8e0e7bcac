import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { TaskRun } from '../../src/core/ports.ts';
import { ask, field, serveInMemory } from './support/serverFixture.ts';

type Fixture = Awaited<ReturnType<typeof serveInMemory>>;

describe('the routes', () => {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await serveInMemory();
  });
  afterEach(() => fixture.close());

  const create = async (body: unknown = {}): Promise<string> =>
    String(field((await ask(fixture, 'POST', '/sessions', { body })).body, 'sessionId'));

  it('create, show, change, end, delete and restore a session', async () => {
    const sessionId = await create({ title: 'First' });
    const changed = await ask(fixture, 'PATCH', `/sessions/${sessionId}`, {
      body: { title: 'Second', tags: ['a'], pinned: true, archived: true },
    });
    assert.equal(changed.status, 200);
    const { title, tags, pinned, archived } = field(changed.body, 'metadata') as Record<string, unknown>;
    assert.deepEqual([title, tags, pinned, archived], ['Second', ['a'], true, true]);
    assert.deepEqual(field((await ask(fixture, 'GET', '/sessions')).body, 'sessions'), []);
    const archivedOnes = await ask(fixture, 'GET', '/sessions?archived=true&limit=5');
    assert.equal(field(archivedOnes.body, 'sessions', 0, 'sessionId'), sessionId);

    const ended = await ask(fixture, 'POST', `/sessions/${sessionId}/end`, { body: { status: 'failed' } });
    assert.equal(field(ended.body, 'metadata', 'status'), 'failed');
    assert.equal(field(ended.body, 'stats', 'successRate'), null);
    const again = await ask(fixture, 'POST', `/sessions/${sessionId}/end`);
    assert.deepEqual([again.status, field(again.body, 'code')], [409, 'session_ended']);

    assert.equal((await ask(fixture, 'DELETE', `/sessions/${sessionId}`)).status, 204);
    const gone = await ask(fixture, 'GET', `/sessions/${sessionId}`);
    assert.deepEqual([gone.status, field(gone.body, 'code')], [404, 'not_found']);
    const back = await ask(fixture, 'POST', `/sessions/${sessionId}/restore`);
    assert.equal(field(back.body, 'metadata', 'title'), 'Second');
  });

  it('run a task in the session that was switched to, and show it', async () => {
    const [first] = [await create(), await create()];
    const switched = await ask(fixture, 'POST', `/sessions/${first}/switch`);
    assert.equal(field(switched.body, 'metadata', 'sessionId'), first);
    const { status, body } = await ask(fixture, 'POST', '/agent/execute', {
      body: { task: 'x', type: 'file' },
    });
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(body as object), ['sessionId', 'taskId', 'task', 'stats']);
    assert.equal(field(body, 'sessionId'), first);
    assert.equal(field(body, 'task', 'status'), 'completed');
    assert.equal(field(body, 'task', 'seal'), undefined);
    assert.equal(field(body, 'stats', 'successRate'), 100);
    const taskId = String(field(body, 'taskId'));
    const shown = await ask(fixture, 'GET', `/tasks/${taskId}`);
    assert.deepEqual([field(shown.body, 'id'), field(shown.body, 'approvals')], [taskId, []]);
    const listed = await ask(fixture, 'GET', `/sessions/${first}/tasks`);
    assert.equal(field(listed.body, 'tasks', 0, 'id'), taskId);
    assert.equal(field(listed.body, 'tasks', 0, 'seal'), undefined);
    const retried = await ask(fixture, 'POST', `/tasks/${taskId}/retry`);
    assert.deepEqual(
      [field(retried.body, 'task', 'attempt'), field(retried.body, 'task', 'retryOf')],
      [2, taskId],
    );
    const cancelled = await ask(fixture, 'POST', `/tasks/${taskId}/cancel`);
    assert.deepEqual([cancelled.status, field(cancelled.body, 'code')], [409, 'task_not_running']);
    assert.equal(field((await ask(fixture, 'GET', '/stats')).body, 'tasks'), 2);
    assert.equal(field((await ask(fixture, 'GET', '/stats?since=2030-01-01')).body, 'tasks'), 0);
  });

  it('verify a task with its run, later, and the same once for one key', async () => {
    const given: (string | undefined)[] = [];
    fixture.manager.runner.script = run => {
      given.push(run.verify?.command);
      return Promise.resolve({ status: 'completed', result: null });
    };
    const ran = await ask(fixture, 'POST', '/agent/execute', { body: { task: 'x', verify: 'npm test' } });
    assert.deepEqual(given, ['npm test']);
    const task = field(ran.body, 'task') as Record<string, unknown>;
    assert.deepEqual([task['verify'], task['verifySeal']], ['npm test', undefined]);
    const path = `/tasks/${String(field(ran.body, 'taskId'))}/verify`;
    const options = { body: { command: 'make check' }, headers: { 'Idempotency-Key': 'once' } };
    const verified = await ask(fixture, 'POST', path, options);
    assert.equal(verified.status, 200);
    const evidence = field(verified.body, 'verification') as Record<string, unknown>;
    assert.deepEqual(
      [evidence['command'], evidence['passed'], evidence['stale']],
      ['make check', true, false],
    );
    const before = fixture.manager.store.sessions.get(String(field(ran.body, 'sessionId')))?.records.length;
    assert.equal((await ask(fixture, 'POST', path, options)).status, 200);
    assert.equal(
      fixture.manager.store.sessions.get(String(field(ran.body, 'sessionId')))?.records.length,
      before,
    );
    fixture.manager.verifier.script = () =>
      Promise.resolve({ status: 'stopped', reason: 'denied', error: 'Not allowed.' });
    const denied = await ask(fixture, 'POST', path);
    assert.deepEqual([denied.status, field(denied.body, 'code')], [403, 'denied']);
    const plain = await ask(fixture, 'POST', '/agent/execute', { body: { task: 'x' } });
    const unknown = await ask(fixture, 'POST', `/tasks/${String(field(plain.body, 'taskId'))}/verify`);
    assert.deepEqual([unknown.status, field(unknown.body, 'field')], [400, 'command']);
    const retried = await ask(fixture, 'POST', `/tasks/${String(field(plain.body, 'taskId'))}/retry`, {
      body: { agent: 'model' },
    });
    assert.equal(field(retried.body, 'task', 'agent'), 'model');
  });

  it('compare attempts, and fork a session', async () => {
    const ran = await ask(fixture, 'POST', '/agent/execute', { body: { task: 'x' } });
    const [taskId, sessionId] = [String(field(ran.body, 'taskId')), String(field(ran.body, 'sessionId'))];
    const retried = await ask(fixture, 'POST', `/tasks/${taskId}/retry`);
    const compared = await ask(fixture, 'GET', `/tasks/${taskId}/compare`);
    assert.deepEqual(
      [field(compared.body, 'attempts', 0, 'taskId'), field(compared.body, 'attempts', 1, 'attempt')],
      [taskId, 2],
    );
    const other = await ask(fixture, 'POST', '/agent/execute', { body: { task: 'y' } });
    const both = await ask(
      fixture,
      'GET',
      `/tasks/${taskId}/compare?with=${String(field(other.body, 'taskId'))}`,
    );
    assert.equal(field(both.body, 'attempts', 1, 'description'), 'y');
    assert.equal((await ask(fixture, 'GET', `/tasks/${taskId}/compare?with=nothing`)).status, 404);

    const options = { body: { at: taskId, title: 'Other way' }, headers: { 'Idempotency-Key': 'fork' } };
    const forked = await ask(fixture, 'POST', `/sessions/${sessionId}/fork`, options);
    assert.equal(forked.status, 201);
    assert.deepEqual(field(forked.body, 'metadata', 'forked'), { from: sessionId, at: taskId });
    const again = await ask(fixture, 'POST', `/sessions/${sessionId}/fork`, options);
    assert.equal(field(again.body, 'sessionId'), field(forked.body, 'sessionId'));
    const listed = await ask(fixture, 'GET', `/sessions/${String(field(forked.body, 'sessionId'))}/tasks`);
    assert.deepEqual(field(listed.body, 'tasks', 0, 'copyOf'), { sessionId, taskId });
    const none = await ask(fixture, 'POST', `/sessions/${sessionId}/fork`, { body: { at: 'nothing' } });
    assert.equal(none.status, 404);
    assert.notEqual(field(retried.body, 'taskId'), taskId);
  });

  it('answer 200 with the task also when it failed', async () => {
    fixture.manager.runner.script = () =>
      Promise.resolve({ status: 'failed', reason: 'error', errorCode: 'no_agent', error: 'Nobody can.' });
    const { status, body } = await ask(fixture, 'POST', '/agent/execute', { body: { task: 'x' } });
    assert.deepEqual(
      [status, field(body, 'task', 'errorCode'), field(body, 'stats', 'failed')],
      [200, 'no_agent', 1],
    );
  });

  it('stop a running task', async () => {
    const started = Promise.withResolvers<TaskRun>();
    fixture.manager.runner.script = run => {
      started.resolve(run);
      return new Promise(resolve => {
        run.signal.addEventListener('abort', () => {
          resolve({ status: 'failed', reason: 'error', errorCode: 'x', error: 'x' });
        });
      });
    };
    const running = ask(fixture, 'POST', '/agent/execute', { body: { task: 'x' } });
    const { task } = await started.promise;
    const cancelled = await ask(fixture, 'POST', `/tasks/${task.id}/cancel`);
    assert.deepEqual(
      [field(cancelled.body, 'status'), field(cancelled.body, 'reason')],
      ['failed', 'cancelled'],
    );
    assert.equal(field((await running).body, 'task', 'reason'), 'cancelled');
  });

  it('say what is wrong as problems', async () => {
    const unknown = randomUUID();
    const cases: [string, string, unknown, number, string][] = [
      ['GET', `/sessions/${unknown}`, undefined, 404, 'not_found'],
      ['GET', '/sessions/..%2f..%2fetc', undefined, 404, 'not_found'],
      ['GET', `/sessions/${unknown.toUpperCase()}`, undefined, 404, 'not_found'],
      ['GET', '/tasks/none', undefined, 404, 'not_found'],
      ['GET', '/nowhere', undefined, 404, 'not_found'],
      ['PUT', '/sessions', undefined, 405, 'method_not_allowed'],
      ['GET', '/sessions?limit=0', undefined, 400, 'invalid_input'],
      ['GET', '/sessions?limit=1&limit=2', undefined, 400, 'invalid_input'],
      ['POST', '/sessions', { title: 'a\nb' }, 400, 'invalid_input'],
      ['POST', '/sessions', { titel: 'typo' }, 400, 'invalid_input'],
      ['POST', '/agent/execute', { task: ' ' }, 400, 'invalid_input'],
      ['POST', '/agent/execute', {}, 400, 'invalid_input'],
      ['POST', '/agent/execute', { task: 'x', sessionId: unknown }, 404, 'not_found'],
      ['POST', '/agent/execute', { task: 'x', sessionId: '../x' }, 400, 'invalid_input'],
      ['POST', '/agent/execute/stream', { task: 'x', sessionId: unknown }, 404, 'not_found'],
      ['GET', `/sessions/${unknown}/events`, undefined, 404, 'not_found'],
      ['POST', '/agent/execute', { task: 'x'.repeat(2 ** 20) }, 413, 'too_large'],
    ];
    for (const [method, path, body, status, code] of cases) {
      const reply = await ask(fixture, method, path, body === undefined ? {} : { body });
      const about = `${method} ${path}`;
      assert.deepEqual([reply.status, field(reply.body, 'code')], [status, code], about);
      assert.equal(reply.headers.get('content-type'), 'application/problem+json', about);
      assert.equal(field(reply.body, 'status'), status, about);
    }
    const detailOf = async (path: string): Promise<unknown> =>
      field((await ask(fixture, 'GET', path)).body, 'detail');
    for (const limit of ['0', '1.5', 'x'])
      assert.equal(
        await detailOf(`/sessions?limit=${limit}`),
        '"limit" in the query: not a whole number from 1 to 1000. Nothing was changed.',
      );
    assert.equal(await detailOf('/search'), '"q" in the query: missing. Nothing was changed.');
    assert.equal((await ask(fixture, 'PUT', '/sessions')).headers.get('allow'), 'POST, GET, HEAD');
    assert.equal(fixture.manager.store.sessions.size, 0);
  });

  it('understand nothing but JSON', async () => {
    const send = async (type: string | undefined, body: string | Buffer): Promise<number> => {
      const headers = {
        Authorization: `Bearer ${fixture.server.tokens.full}`,
        ...(type !== undefined && { 'Content-Type': type }),
      };
      return (await fetch(`${fixture.server.url}/sessions`, { method: 'POST', headers, body })).status;
    };
    assert.equal(await send('application/json', '{"title":'), 400);
    assert.equal(await send('application/json', Buffer.from([0x22, 0xff, 0x22])), 400);
    assert.equal(await send('application/json', '[]'), 400);
    assert.equal(await send('text/plain', '{}'), 415);
    assert.equal(await send('application/x-www-form-urlencoded', 'a=b'), 415);
    assert.equal(await send('application/json; charset=latin1', '{}'), 415);
    assert.equal(await send('application/json; charset=utf-8', '{}'), 201);
    assert.equal(await send('application/json', '{"__proto__":{"title":"x"}}'), 400);
    assert.equal(
      await send('application/json', `{"title":${'['.repeat(400_000)}${']'.repeat(400_000)}}`),
      400,
    );
  });

  it('let nothing out that is no business of clients, and share nothing with other origins', async () => {
    const { SessionError } = await import('../../src/core/errors.ts');
    fixture.manager.store.failure = new SessionError('storage_full', 'No space in /home/someone/secret.');
    const full = await ask(fixture, 'POST', '/agent/execute', { body: { task: 'x' } });
    assert.deepEqual([full.status, field(full.body, 'code')], [507, 'storage_full']);
    fixture.manager.store.list = () => Promise.reject(new Error('at /home/someone/secret.ts:1'));
    const broken = await ask(fixture, 'GET', '/sessions');
    assert.deepEqual([broken.status, field(broken.body, 'code')], [500, 'internal']);
    for (const { body, headers } of [full, broken]) {
      assert.doesNotMatch(JSON.stringify(body), /someone/);
      assert.equal(
        [...headers.keys()].some(name => name.startsWith('access-control')),
        false,
      );
      assert.equal(headers.get('cache-control'), 'no-store');
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
    }
  });

  it('give text back inert: no control character, no reordering reaches a terminal', async () => {
    const task = 'say \u009b31m \u202egnp.exe \u{e0041} \u2028 <script>';
    const { server } = fixture;
    const headers = { Authorization: `Bearer ${server.tokens.full}`, 'Content-Type': 'application/json' };
    const response = await fetch(`${server.url}/agent/execute`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ task }),
    });
    const text = await response.text();
    assert.doesNotMatch(text, /[\u007f-\u009f\u202e\u2028\u{e0041}]/u);
    assert.equal(field(JSON.parse(text), 'task', 'description'), task);
  });

  it('are open to the head of a request alone', async () => {
    const sessionId = await create();
    for (const path of ['/sessions', '/health', `/sessions/${sessionId}/events`]) {
      const { status, body } = await ask(fixture, 'HEAD', path);
      assert.deepEqual([status, body], [200, ''], path);
    }
    assert.equal(fixture.server.load.streams, 0);
  });
});
