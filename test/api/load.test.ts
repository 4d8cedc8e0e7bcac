import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, serveInMemory } from './support/serverFixture.ts';
import { OwnTime } from '../support/ownTime.ts';

type Fixture = Awaited<ReturnType<typeof serveInMemory>>;

describe('a server under bad clients', () => {
  let fixture: Fixture;
  let sockets: Socket[];

  beforeEach(async () => {
    fixture = await serveInMemory();
    sockets = [];
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await fixture.close();
  });

  function open(text = ''): Socket {
    const socket = connect(fixture.server.port, '127.0.0.1');
    socket.on('error', () => undefined);
    if (text !== '') socket.write(text);
    sockets.push(socket);
    return socket;
  }

  /** Opens so many connections and waits until the server has seen every one. */
  async function crowd(count: number, textOf: (index: number) => string): Promise<void> {
    const opened = Array.from({ length: count }, (_, index) => open(textOf(index)));
    await Promise.all(opened.map(socket => new Promise(resolve => socket.once('connect', resolve))));
    await sleep(500);
  }

  /** How long a good client waits. */
  async function answersOthers(): Promise<void> {
    const time = new OwnTime();
    for (let turn = 0; turn < 5; turn++) assert.equal((await ask(fixture, 'GET', '/sessions')).status, 200);
    const ms = time.end();
    assert.ok(ms < 3000, `others waited ${String(ms)} ms`);
  }

  const head = (...lines: string[]): string =>
    [
      'POST /sessions HTTP/1.1',
      `Host: 127.0.0.1:${String(fixture.server.port)}`,
      'Content-Type: application/json',
      ...lines,
      '',
      '',
    ].join('\r\n');
  const bearer = (): string => `Authorization: Bearer ${fixture.server.tokens.full}`;

  it('answers others beside 1,500 connections that say nothing or half a word', async function () {
    this.timeout(300_000);
    await crowd(1500, index => (index % 2 === 0 ? '' : 'GET /sessions HTTP/1.1\r\nHost:'));
    await answersOthers();
    assert.ok(fixture.server.load.connections <= 1000, String(fixture.server.load.connections));
  });

  it('keeps a connection with an admitted request when strangers crowd in', async function () {
    this.timeout(300_000);
    const { sessionId } = await fixture.host.sessions.createSession();
    const { url, tokens } = fixture.server;
    const controller = new AbortController();
    const headers = { Authorization: `Bearer ${tokens.read}` };
    const stream = await fetch(`${url}/sessions/${sessionId}/events`, { headers, signal: controller.signal });
    await crowd(1200, () => '');
    await answersOthers();
    const reader = stream.body!.getReader();
    await fixture.host.sessions.updateSession(sessionId, { title: 'still here' });
    let text = '';
    while (!text.includes('sessionRenamed'))
      text += new TextDecoder().decode((await reader.read()).value as Uint8Array);
    controller.abort();
  });

  it('answers others beside bodies that never end and need no token', async function () {
    this.timeout(300_000);
    const host = `Host: 127.0.0.1:${String(fixture.server.port)}`;
    await crowd(
      1200,
      () => `GET /health HTTP/1.1\r\n${host}\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{`,
    );
    await answersOthers();
  });

  it('reads no endless body to its end', async function () {
    this.timeout(300_000);
    const junk = 'x'.repeat(64 * 1024);
    const chunk = `${junk.length.toString(16)}\r\n${junk}\r\n`;
    const endings: string[] = [];
    const sent = await Promise.all(
      [
        head(bearer(), 'Transfer-Encoding: chunked'),
        head('Transfer-Encoding: chunked'),
        head(bearer(), 'Content-Length: 100000000'),
      ].map(async (text, index) => {
        const socket = open(text);
        let answer = '';
        socket.on('data', data => (answer += String(data)));
        let bytes = 0;
        for (let turn = 0; turn < 2000 && !socket.destroyed; turn++) {
          bytes += junk.length;
          socket.write(index === 2 ? junk : chunk);
          await new Promise(setImmediate);
        }
        endings.push(answer.slice(9, 12));
        assert.ok(socket.destroyed, 'the server hangs up');
        return bytes;
      }),
    );
    console.log(
      `      hung up after ${sent.map(bytes => `${String(Math.round(bytes / 1024))} KB`).join(', ')}`,
    );
    for (const bytes of sent) assert.ok(bytes < 100 * 1024 * 1024);
    await answersOthers();
    assert.equal(fixture.manager.store.sessions.size, 0);
  });

  it('loses nothing over uploads that break off', async () => {
    for (let index = 0; index < 200; index++) {
      const socket = open(`${head(bearer(), 'Content-Length: 1000')}{"title":"half`);
      setTimeout(() => socket.destroy(), index % 20);
    }
    await sleep(200);
    await answersOthers();
    assert.equal(fixture.manager.store.sessions.size, 0);
    for (let turn = 0; turn < 2000 && fixture.server.load.connections > 5; turn++) await sleep(20);
    assert.ok(fixture.server.load.connections <= 5);
  });

  it('hangs up on a head that comes in drops', async function () {
    this.timeout(300_000);
    await fixture.close();
    fixture = await serveInMemory({ headTimeoutMs: 1500 });
    const time = new OwnTime();
    const socket = open('GET /sessions HTTP/1.1\r\n');
    let answer = '';
    socket.on('data', data => (answer += String(data)));
    const drip = setInterval(() => socket.write('X: y\r\n'), 200);
    await new Promise(resolve => socket.once('close', resolve));
    clearInterval(drip);
    const seconds = time.end() / 1000;
    assert.ok(seconds < 6, `${String(seconds)} s`);
    assert.match(answer, /^HTTP\/1\.1 408 /);
  });

  it('stops within its grace, whoever is connected', async () => {
    const { sessionId } = await fixture.host.sessions.createSession();
    const { url, tokens } = fixture.server;
    const headers = { Authorization: `Bearer ${tokens.read}` };
    const stream = await fetch(`${url}/sessions/${sessionId}/events`, { headers });
    open('GET /sessions HTTP/1.1\r\nHost:');
    await sleep(50);
    const time = new OwnTime();
    await fixture.server.close();
    assert.ok(time.end() < 3000);
    await stream.text();
    await assert.rejects(fetch(`${url}/health`));
  });

  it('tells whoever waits for a task that it was interrupted when the host ends', async () => {
    const started = Promise.withResolvers<undefined>();
    fixture.manager.runner.script = run => {
      started.resolve(undefined);
      return new Promise(resolve => {
        run.signal.addEventListener('abort', () => {
          resolve({ status: 'failed', reason: 'error', errorCode: 'x', error: 'x' });
        });
      });
    };
    const running = ask(fixture, 'POST', '/agent/execute', { body: { task: 'x' } });
    await started.promise;
    await Promise.all([fixture.server.close(), fixture.host.close()]);
    const { status, body } = await running;
    assert.deepEqual([status, (body as { task: { reason: string } }).task.reason], [200, 'interrupted']);
  });
});
