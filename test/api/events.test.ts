import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventSource } from 'eventsource';
import { readEvents, type ServerEvent } from '../../src/client/eventReader.ts';
import type { TaskRun } from '../../src/core/ports.ts';
import {
  ask,
  field,
  serveFolder,
  serveInMemory,
  type ServerFixture,
  temporaryFolder,
} from './support/serverFixture.ts';
import { OwnTime } from '../support/ownTime.ts';

type Fixture = Awaited<ReturnType<typeof serveInMemory>>;

const DONE = { status: 'completed', result: { summary: 'done' } } as const;

interface Follower {
  readonly events: ServerEvent[];
  readonly status: number;
  /** Resolves when the stream has ended or was left. */
  readonly ended: Promise<void>;
  leave(): void;
}

async function follow({ server }: ServerFixture, path: string, init: RequestInit = {}): Promise<Follower> {
  const controller = new AbortController();
  const response = await fetch(`${server.url}${path}`, {
    ...init,
    headers: { Authorization: `Bearer ${server.tokens.full}`, ...(init.headers as Record<string, string>) },
    signal: controller.signal,
  });
  const events: ServerEvent[] = [];
  const collect = async (): Promise<void> => {
    if (response.body === null) return;
    for await (const event of readEvents(response.body)) events.push(event);
  };
  const ended = collect().catch(() => undefined);
  return { events, status: response.status, ended, leave: () => controller.abort() };
}

const executing = (task: string, more: object = {}): RequestInit => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ task, ...more }),
});

async function until(condition: () => boolean, what: string): Promise<void> {
  for (let turn = 0; turn < 3000 && !condition(); turn++) await sleep(10);
  assert.ok(condition(), what);
}

const idsOf = ({ events }: Follower): number[] =>
  events.filter(({ id }) => id !== '').map(({ id }) => Number(id));
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

async function createSession(fixture: ServerFixture): Promise<string> {
  return String(field((await ask(fixture, 'POST', '/sessions', { body: {} })).body, 'sessionId'));
}

describe('event streams', () => {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await serveInMemory({ heartbeatMs: 20 });
  });
  afterEach(async () => {
    await fixture.close();
    assert.equal(fixture.server.load.streams, 0);
  });

  it('replay from any number, then go on live, each record once and in order', async () => {
    const sessionId = await createSession(fixture);
    await ask(fixture, 'POST', '/agent/execute', { body: { task: 'a', sessionId } });
    const known = fixture.manager.store.sessions.get(sessionId)?.records.length ?? 0;
    const path = `/sessions/${sessionId}/events`;
    const all = await follow(fixture, path);
    const some = await follow(fixture, `${path}?after=2`);
    const resumed = await follow(fixture, `${path}?after=1`, { headers: { 'Last-Event-ID': '3' } });
    const ahead = await follow(fixture, `${path}?after=999`);
    const snapshot = await follow(fixture, `${path}?snapshot=true`);
    await ask(fixture, 'POST', '/agent/execute', { body: { task: 'b', sessionId } });
    const total = fixture.manager.store.sessions.get(sessionId)?.records.length ?? 0;
    for (const follower of [all, some, resumed, ahead, snapshot])
      await until(() => idsOf(follower).at(-1) === total, 'every stream has the last record');
    assert.deepEqual(idsOf(all), upTo(total));
    assert.deepEqual(idsOf(some), upTo(total).slice(2));
    assert.deepEqual(idsOf(resumed), upTo(total).slice(3));
    assert.deepEqual(idsOf(ahead), upTo(total).slice(known));
    assert.equal(snapshot.events[0]?.event, 'snapshot');
    assert.equal(field(JSON.parse(snapshot.events[0].data), 'metadata', 'lastEventSeq'), known);
    assert.deepEqual(idsOf(snapshot), [known, ...upTo(total).slice(known)]);
    const created = all.events.find(({ event }) => event === 'taskCreated');
    const data: unknown = JSON.parse(created?.data ?? '');
    assert.deepEqual([field(data, 'type'), field(data, 'seq')], ['taskCreated', Number(created?.id)]);
    assert.equal(field(data, 'data', 'seal'), undefined);
    for (const follower of [all, some, resumed, ahead, snapshot]) follower.leave();
    await until(() => fixture.server.load.streams === 0, 'streams that were left are closed');
  });

  it('end with the session', async () => {
    const sessionId = await createSession(fixture);
    const follower = await follow(fixture, `/sessions/${sessionId}/events`);
    await ask(fixture, 'DELETE', `/sessions/${sessionId}`);
    await follower.ended;
    assert.equal(follower.events.at(-1)?.event, 'sessionDeleted');
  });

  it('follow a task to its end, output included, and nothing of other tasks', async () => {
    fixture.manager.runner.script = async run => {
      const taskId = run.task.id;
      const tool = {
        type: 'toolCallRequested',
        data: { taskId, callId: 'c', stepId: null, tool: 'run_command', input: {} },
      } as const;
      await run.record(tool);
      await run.output('c', 'hello\nworld');
      return DONE;
    };
    const before = await ask(fixture, 'POST', '/agent/execute', { body: { task: 'before' } });
    const { events, status, ended } = await follow(fixture, '/agent/execute/stream', executing('x'));
    await ended;
    assert.equal(status, 200);
    const names = events.map(({ event }) => event);
    assert.deepEqual([names[0], names.at(-2), names.at(-1)], ['taskCreated', 'taskCompleted', 'done']);
    const output = events.find(({ event }) => event === 'output');
    assert.equal(output?.id, '');
    assert.equal(field(JSON.parse(output.data), 'text'), 'hello\nworld');
    const done: unknown = JSON.parse(events.at(-1)?.data ?? '');
    assert.deepEqual(Object.keys(done as object), ['sessionId', 'taskId', 'task', 'stats']);
    assert.equal(field(done, 'task', 'status'), 'completed');
    const foreign = String(field(before.body, 'taskId'));
    assert.equal(
      events.some(({ data }) => data.includes(foreign) && !data.includes(String(field(done, 'taskId')))),
      false,
    );
  });

  it('let a task run on when its client goes away, and cancel it when the client asked for that', async () => {
    for (const [query, reason] of [
      ['', undefined],
      ['?cancelOnDisconnect=true', 'cancelled'],
    ] as const) {
      for (const path of ['/agent/execute', '/agent/execute/stream']) {
        const started = Promise.withResolvers<TaskRun>();
        const release = Promise.withResolvers<undefined>();
        fixture.manager.runner.script = async run => {
          started.resolve(run);
          await Promise.race([
            release.promise,
            new Promise(resolve => run.signal.addEventListener('abort', resolve)),
          ]);
          return run.signal.aborted
            ? { status: 'failed', reason: 'error', errorCode: 'x', error: 'x' }
            : DONE;
        };
        const controller = new AbortController();
        const { url, tokens } = fixture.server;
        const init = executing('x');
        const headers = { Authorization: `Bearer ${tokens.run}`, ...(init.headers as object) };
        const asked = fetch(`${url}${path}${query}`, { ...init, headers, signal: controller.signal }).catch(
          () => undefined,
        );
        const { task, signal } = await started.promise;
        controller.abort();
        await asked;
        if (reason === undefined) await sleep(50);
        else await until(() => signal.aborted, 'the task is told');
        release.resolve(undefined);
        const shown = async (): Promise<unknown> => (await ask(fixture, 'GET', `/tasks/${task.id}`)).body;
        let body = await shown();
        for (let turn = 0; field(body, 'endedAt') === undefined && turn < 3000; turn++, body = await shown())
          await sleep(10);
        assert.deepEqual(
          [field(body, 'reason'), signal.aborted],
          [reason, reason !== undefined],
          `${path}${query}`,
        );
      }
    }
  });

  it('drop output for a slow client, but no record', async function () {
    this.timeout(300_000);
    const calls = 300;
    const text = 'x'.repeat(8 * 1024);
    const sessionId = await createSession(fixture);
    fixture.manager.runner.script = async run => {
      for (let index = 0; index < calls; index++) {
        const taskId = run.task.id;
        const callId = `call-${String(index)}`;
        await run.record({
          type: 'toolCallRequested',
          data: { taskId, callId, stepId: null, tool: 'x', input: { text: text.repeat(6) } },
        });
        for (let part = 0; part < 5; part++) await run.output(callId, text);
      }
      return DONE;
    };
    const { url, tokens } = fixture.server;
    const headers = { Authorization: `Bearer ${tokens.full}` };
    const response = await new Promise<IncomingMessage>(resolve =>
      get(`${url}/sessions/${sessionId}/events`, { headers }, resolve),
    );
    // Takes nothing while all of it happens.
    response.pause();
    await ask(fixture, 'POST', '/agent/execute', { body: { task: 'x', sessionId } });
    const total = fixture.manager.store.sessions.get(sessionId)?.records.length ?? 0;
    let received = '';
    response.setEncoding('utf8').on('data', (chunk: string) => (received += chunk));
    response.resume();
    const last = `\nid: ${String(total)}\n`;
    await until(() => received.slice(-200_000).includes(last), 'the last record has come');
    response.destroy();
    const ids = [...received.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
    assert.deepEqual(ids, upTo(total));
    const outputs = [...received.matchAll(/^event: output$/gm)].length;
    console.log(`      ${String(total)} records, ${String(outputs)} of ${String(calls * 5)} outputs`);
    assert.ok(outputs < calls * 5);
  });

  it('serve many clients on one session, with signs of life', async function () {
    const sessionId = await createSession(fixture);
    const path = `/sessions/${sessionId}/events`;
    const followers = await Promise.all(Array.from({ length: 100 }, () => follow(fixture, path)));
    await ask(fixture, 'POST', '/agent/execute', { body: { task: 'x', sessionId } });
    const total = fixture.manager.store.sessions.get(sessionId)?.records.length ?? 0;
    for (const follower of followers) {
      await until(() => idsOf(follower).length === total, 'every client has every record');
      assert.deepEqual(idsOf(follower), upTo(total));
      follower.leave();
    }
    const controller = new AbortController();
    const headers = { Authorization: `Bearer ${fixture.server.tokens.read}` };
    const response = await fetch(`${fixture.server.url}${path}?after=${String(total)}`, {
      headers,
      signal: controller.signal,
    });
    let text = '';
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    while (!text.includes(': heartbeat')) text += (await reader.read()).value ?? '';
    controller.abort();
  });

  it('cannot be forged by a journal that somebody crafted', async () => {
    const { frame } = await import('../../src/api/eventFrame.ts');
    assert.equal(
      frame('x\ndata: evil\n\nevent: done', { text: 'a\n\nevent: done\r\u2028' }),
      'event: unknown\ndata: {"text":"a\\n\\nevent: done\\r\\u2028"}\n\n',
    );
  });
});

describe('an event stream of what other processes do', () => {
  it('shows it within a second', async function () {
    const folder = temporaryFolder();
    const root = join(folder, 'root');
    mkdirSync(root);
    const one = await serveFolder(root, { folder });
    const other = await serveFolder(root, { folder });
    try {
      const sessionId = await createSession(one);
      const follower = await follow(one, `/sessions/${sessionId}/events`);
      const task = await other.host.sessions.executeTask({ task: 'create folder x', sessionId });
      assert.equal(task.status, 'completed');
      const time = new OwnTime();
      await until(() => follower.events.at(-1)?.event === 'taskCompleted', 'the end of the task has come');
      const ms = time.end();
      console.log(`      ${String(ms)} ms after the other process had it`);
      assert.ok(ms < 1000);
      assert.deepEqual(idsOf(follower), upTo(idsOf(follower).length));
      follower.leave();
    } finally {
      await Promise.all([one.close(), other.close()]);
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('an event stream over a restart of the server', () => {
  it('is resumed by a browser-like client without loss and without repetition', async function () {
    this.timeout(300_000);
    const folder = temporaryFolder();
    const root = join(folder, 'root');
    mkdirSync(root);
    const first = await serveFolder(root, { folder, auth: false });
    const { port } = first.server;
    const sessionId = await createSession(first);
    const seen: number[] = [];
    const types = [
      'sessionCreated',
      'taskCreated',
      'taskStarted',
      'agentSelected',
      'planCreated',
      'planRevised',
      'stepChanged',
    ];
    const source = new EventSource(`${first.server.url}/sessions/${sessionId}/events`);
    for (const type of [
      ...types,
      ...[
        'toolCallRequested',
        'approvalDecided',
        'toolCallEnded',
        'filesChanged',
        'taskCompleted',
        'taskFailed',
        'processStarted',
        'outputAppended',
        'checkpointTaken',
      ],
    ])
      source.addEventListener(type, event => void seen.push(Number(event.lastEventId)));
    const run = (fixture: ServerFixture, task: string) =>
      ask(fixture, 'POST', '/agent/execute', { body: { task, sessionId } });
    const lastOf = async (fixture: ServerFixture): Promise<number> =>
      Number(field((await ask(fixture, 'GET', `/sessions/${sessionId}`)).body, 'metadata', 'lastEventSeq'));
    try {
      await run(first, 'create file a.txt with content: one');
      const before = await lastOf(first);
      await until(() => seen.at(-1) === before, 'the first task has come');
      await first.close();
      const second = await serveFolder(root, { folder, auth: false, port });
      try {
        await run(second, 'create file b.txt with content: two');
        const after = await lastOf(second);
        await until(() => seen.at(-1) === after, 'what happened after the restart has come');
        assert.deepEqual(seen, upTo(after));
      } finally {
        source.close();
        await second.close();
      }
    } finally {
      source.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
