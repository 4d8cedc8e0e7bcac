import assert from 'node:assert/strict';
import { existsSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Idempotency } from '../../src/api/idempotency.ts';
import { nullLogger } from '../../src/core/logger.ts';
import type { TaskRun } from '../../src/core/ports.ts';
import { createManager } from '../support/managerFixture.ts';
import { ask, field, serveInMemory, temporaryFolder } from './support/serverFixture.ts';

const key = (value: string): Record<string, string> => ({ 'Idempotency-Key': value });

describe('idempotency keys', () => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('make a request take effect once, also over a restart', async () => {
    const shared = createManager();
    let runs = 0;
    const script = (): Promise<{ status: 'completed'; result: unknown }> => {
      runs++;
      return Promise.resolve({ status: 'completed', result: {} });
    };
    const answers: unknown[] = [];
    for (const nonce of ['one', 'two']) {
      const manager = createManager({ shared, nonce });
      manager.runner.script = script;
      const fixture = await serveInMemory({ folder }, manager);
      for (let turn = 0; turn < 2; turn++) {
        const made = await ask(fixture, 'POST', '/sessions', { body: { title: 'x' }, headers: key('s') });
        const ran = await ask(fixture, 'POST', '/agent/execute', { body: { task: 'x' }, headers: key('t') });
        const taskId = String(field(ran.body, 'taskId'));
        const retried = await ask(fixture, 'POST', `/tasks/${taskId}/retry`, { headers: key('r') });
        assert.deepEqual([made.status, ran.status, retried.status], [201, 200, 200]);
        answers.push([field(made.body, 'sessionId'), taskId, field(retried.body, 'taskId')]);
      }
      const stream = await ask(fixture, 'POST', '/agent/execute/stream', {
        body: { task: 'x' },
        headers: key('t'),
      });
      assert.match(String(stream.body), /event: taskCompleted\n[^]*event: done\n/);
      await fixture.close();
    }
    assert.equal(runs, 2);
    assert.equal(shared.store.sessions.size, 1);
    for (const answer of answers) assert.deepEqual(answer, answers[0]);
  });

  it('share one effect among requests that come at once', async () => {
    const fixture = await serveInMemory({ folder });
    const started = Promise.withResolvers<TaskRun>();
    const release = Promise.withResolvers<undefined>();
    fixture.manager.runner.script = async run => {
      started.resolve(run);
      await release.promise;
      return { status: 'completed', result: {} };
    };
    const asked = Array.from({ length: 5 }, () =>
      ask(fixture, 'POST', '/agent/execute', { body: { task: 'x' }, headers: key('k') }),
    );
    await started.promise;
    const other = await ask(fixture, 'POST', '/agent/execute', { body: { task: 'y' }, headers: key('k') });
    release.resolve(undefined);
    const ids = (await Promise.all(asked)).map(({ body }) => field(body, 'taskId'));
    assert.deepEqual([new Set(ids).size, typeof ids[0]], [1, 'string']);
    assert.deepEqual([other.status, field(other.body, 'code')], [422, 'idempotency_key_reused']);
    await fixture.close();
  });

  it('are free again after a request that was refused, and refuse what is none', async () => {
    const fixture = await serveInMemory({ folder });
    const refused = await ask(fixture, 'POST', '/sessions', { body: { title: 'a\nb' }, headers: key('k') });
    assert.equal(refused.status, 400);
    const made = await ask(fixture, 'POST', '/sessions', { body: { title: 'a' }, headers: key('k') });
    assert.equal(made.status, 201);
    for (const bad of ['', 'a b', 'x'.repeat(256)])
      assert.equal(
        (await ask(fixture, 'POST', '/sessions', { body: {}, headers: key(bad) })).status,
        400,
        bad,
      );
    assert.equal(fixture.manager.store.sessions.size, 1);
    await fixture.close();
  });

  it('refuse, after a crash between the claim and the effect, to guess whether it took place', async () => {
    const options = { folder, now: () => new Date(), logger: nullLogger };
    const never = new Promise<{ sessionId: string }>(() => undefined);
    void new Idempotency(options).once('k', ['x'], () => never);
    for (let turn = 0; turn < 3000 && readdirSync(folder).length === 0; turn++)
      await new Promise(resolve => setTimeout(resolve, 10));
    const make = (): Promise<{ sessionId: string }> => Promise.resolve({ sessionId: 'new' });
    await assert.rejects(new Idempotency(options).once('k', ['x'], make), { code: 'conflict' });
    const [file = ''] = readdirSync(folder);
    for (const content of ['', '{', '{"fingerprint":1}']) {
      writeFileSync(join(folder, file), content);
      await assert.rejects(new Idempotency(options).once('k', ['x'], make), { code: 'conflict' });
    }
    const tomorrow = { ...options, now: () => new Date(Date.now() + 25 * 60 * 60 * 1000) };
    assert.deepEqual(await new Idempotency(tomorrow).once('k', ['x'], make), { sessionId: 'new' });
  });

  it('are kept in bounded number', async () => {
    const old = join(folder, `${'0'.repeat(64)}.json`);
    for (let index = 0; index < 1500; index++) writeFileSync(join(folder, `${String(index)}.json`), '{}');
    writeFileSync(old, '{}');
    utimesSync(old, 0, 0);
    const keys = new Idempotency({ folder, now: () => new Date(), logger: nullLogger });
    await keys.once('k', [], () => Promise.resolve({ sessionId: 'x' }));
    assert.ok(readdirSync(folder).length <= 1000);
    assert.equal(existsSync(old), false);
  });
});
