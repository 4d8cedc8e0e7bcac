import assert from 'node:assert/strict';
import { allRoutes } from '../../src/api/routes/allRoutes.ts';
import { rawRequest } from './support/rawRequest.ts';
import { ask, field, serveInMemory } from './support/serverFixture.ts';

type Fixture = Awaited<ReturnType<typeof serveInMemory>>;

interface Head {
  readonly method: string;
  readonly target: string;
  readonly hosts: readonly string[];
  readonly headers: readonly string[];
}

const OTHER_TOKEN = 'A'.repeat(43);
/** Announced but never sent: an answer proves that the body was not waited for. */
const UNSENT_BODY = ['Content-Type: application/json', 'Content-Length: 1000'];

function badHosts(port: number): string[][] {
  const own = `127.0.0.1:${String(port)}`;
  return [
    ...[[], [''], [own, own], [own, 'evil.com'], ['evil.com'], [`evil.com:${String(port)}`], ['127.0.0.1']],
    ...[
      [`127.0.0.1:${String(port + 1)}`],
      ['localhost'],
      [`localhost.:${String(port)}`],
      [`LOCALHOST:${String(port)}`],
    ],
    ...[
      [`localhost.evil.com:${String(port)}`],
      [`127.0.0.1.nip.io:${String(port)}`],
      [`0.0.0.0:${String(port)}`],
    ],
    ...[
      [`[::]:${String(port)}`],
      [`::1:${String(port)}`],
      [`127.1:${String(port)}`],
      [`2130706433:${String(port)}`],
    ],
    ...[
      [`0x7f.0.0.1:${String(port)}`],
      [`user@${own}`],
      [`${own}/`],
      [`${own}:80`],
      [`${own} `.trim() + ',evil.com'],
      ['null'],
    ],
  ];
}

function badOrigins(port: number): string[] {
  const own = String(port);
  return [
    ...[
      'null',
      'http://evil.com',
      'https://evil.com',
      `http://localhost.evil.com:${own}`,
      `https://127.0.0.1:${own}`,
    ],
    ...[
      `http://127.0.0.1:${String(Number(own) + 1)}`,
      'http://127.0.0.1',
      'http://localhost',
      `http://127.0.0.1:${own}/`,
    ],
    ...[`http://127.0.0.1:${own}.evil.com`, 'file://', 'vscode-webview://x', 'chrome-extension://x', ''],
    ...[
      `HTTP://127.0.0.1:${own}`,
      `http://user@127.0.0.1:${own}`,
      `http://[::1]:${own}`,
      `http://127.0.0.1:${own} http://evil.com`,
    ],
  ];
}

function badTokens(tokens: Fixture['server']['tokens']): string[] {
  const { full } = tokens;
  const flipped = (full.startsWith('A') ? 'B' : 'A') + full.slice(1);
  return [
    ...[
      'Bearer',
      'Bearer ',
      `Bearer ${OTHER_TOKEN}`,
      `Bearer ${flipped}`,
      `Bearer ${full.slice(0, -1)}`,
      `Bearer ${full}A`,
    ],
    ...[
      `Basic ${full}`,
      full,
      `Bearer ${full} x`,
      `Token ${full}`,
      `Bearer "${full}"`,
      'Bearer undefined',
      `Bearer ${full},`,
    ],
    `Basic ${Buffer.from(`user:${full}`).toString('base64')}`,
  ];
}

const targets = allRoutes.map(({ path }) =>
  path.replace(':sessionId', '550e8400-e29b-41d4-a716-446655440000').replace(/:\w+/g, 'task-1'),
);
const paths = [...new Set([...targets, '/', '/nowhere'])];
const methods = ['GET', 'POST', 'PATCH', 'DELETE', 'PUT', 'OPTIONS', 'HEAD', 'TRACE'];

/** Everything that may not come in, spread over all routes, methods and content types. */
function* forbidden({ server }: Fixture): Generator<Head> {
  const { port, tokens } = server;
  const hosts = [`127.0.0.1:${String(port)}`];
  const bearer = `Authorization: Bearer ${tokens.full}`;
  let turn = 0;
  const types = [
    'application/json',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
  ];
  const type = (): string => `Content-Type: ${String(types[turn++ % types.length])}`;
  for (const target of paths) {
    for (const method of methods) {
      // Every route by every method: no token, another's token, in the address, in a cookie.
      if (target !== '/health') {
        for (const each of types) yield { method, target, hosts, headers: [`Content-Type: ${each}`] };
        yield { method, target, hosts, headers: [`Authorization: Bearer ${OTHER_TOKEN}`] };
        yield {
          method,
          target: `${target}?token=${tokens.full}&access_token=${tokens.full}`,
          hosts,
          headers: [],
        };
        yield {
          method,
          target,
          hosts,
          headers: [`Cookie: token=${tokens.full}`, `X-Api-Key: ${tokens.full}`],
        };
      }
      // With the right token, a foreign page and a foreign name.
      yield { method, target, hosts, headers: [bearer, 'Origin: http://evil.com', type()] };
      yield {
        method,
        target,
        hosts: [`evil.com:${String(port)}`],
        headers: [bearer, `Origin: http://evil.com:${String(port)}`],
      };
    }
    for (const host of badHosts(port)) yield { method: 'GET', target, hosts: host, headers: [bearer] };
    for (const origin of badOrigins(port))
      yield { method: 'POST', target, hosts, headers: [bearer, `Origin: ${origin}`, type()] };
    for (const site of ['cross-site', 'same-site', 'x'])
      yield { method: 'GET', target, hosts, headers: [bearer, `Sec-Fetch-Site: ${site}`] };
    if (target !== '/health') {
      for (const token of badTokens(tokens))
        yield { method: 'POST', target, hosts, headers: [`Authorization: ${token}`] };
      yield { method: 'POST', target, hosts, headers: [bearer, bearer] };
      yield { method: 'POST', target, hosts, headers: [`Proxy-${bearer}`] };
    }
    // Other forms of target.
    yield { method: 'GET', target: `http://127.0.0.1:${String(port)}${target}`, hosts, headers: [bearer] };
    yield { method: 'GET', target: `http://evil.com${target}`, hosts, headers: [bearer] };
    yield { method: 'GET', target: target.replace('/', '\\'), hosts, headers: [bearer] };
  }
  yield { method: 'OPTIONS', target: '*', hosts, headers: [bearer] };
  yield { method: 'CONNECT', target: 'evil.com:443', hosts, headers: [bearer] };
}

function textOf({ method, target, hosts, headers }: Head): string {
  const body =
    method === 'GET' || method === 'HEAD' || method === 'OPTIONS' || method === 'TRACE'
      ? []
      : UNSENT_BODY.slice(1);
  const lines = [...hosts.map(host => `Host: ${host}`), ...headers, ...body].map(line => `${line}\r\n`);
  return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/** Refused: an error, or hung up; and nothing but the problem. */
function isRefusal(status: number | undefined, text: string): boolean {
  if (status === undefined) return text === '';
  return [400, 401, 403].includes(status) && !/access-control/i.test(text);
}

async function allRefused(heads: Iterable<Head>, port: number): Promise<number> {
  const queue = [...heads];
  const count = queue.length;
  const failures: string[] = [];
  const work = async (): Promise<void> => {
    for (let head = queue.pop(); head !== undefined; head = queue.pop()) {
      const { status, text } = await rawRequest(port, textOf(head), 10);
      if (!isRefusal(status, text)) failures.push(`${textOf(head)}-> ${text}`);
    }
  };
  await Promise.all(Array.from({ length: 16 }, work));
  assert.deepEqual(failures, []);
  return count;
}

describe('the gate', () => {
  let fixture: Fixture;
  let events: number;
  const eventCount = (): number => {
    let count = 0;
    for (const { records } of fixture.manager.store.sessions.values()) count += records.length;
    return count;
  };

  before(async () => {
    fixture = await serveInMemory();
    await ask(fixture, 'POST', '/sessions', { body: {} });
    events = eventCount();
  });
  after(() => fixture.close());
  afterEach(() => {
    assert.deepEqual(
      [fixture.manager.store.sessions.size, eventCount()],
      [1, events],
      'something took effect',
    );
  });

  it('lets nothing in without our token, from a foreign origin or under a foreign name, and reads no body', async function () {
    this.timeout(300_000);
    const count = await allRefused(forbidden(fixture), fixture.server.port);
    console.log(`      ${String(count)} requests refused`);
    assert.ok(count >= 2500);
  });

  it('says 401 for a token, 403 for a host and an origin', async () => {
    const { port, tokens } = fixture.server;
    const own = `Host: 127.0.0.1:${String(port)}`;
    const bearer = `Authorization: Bearer ${tokens.full}`;
    const status = async (...lines: string[]): Promise<unknown> => {
      const { text } = await rawRequest(port, `GET /sessions HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      return [Number(text.slice(9, 12)), field(JSON.parse(text.slice(text.indexOf('{'))), 'code')];
    };
    assert.deepEqual(await status(own), [401, 'unauthorized']);
    assert.deepEqual(await status(own, `Origin: http://evil.com`, bearer), [403, 'origin_refused']);
    assert.deepEqual(await status('Host: evil.com', bearer), [403, 'host_refused']);
    for (const name of ['127.0.0.1', 'localhost', '[::1]']) {
      const { status: code } = await rawRequest(
        port,
        `GET /sessions HTTP/1.1\r\nHost: ${name}:${String(port)}\r\n${bearer}\r\n\r\n`,
      );
      assert.equal(code, 200, name);
    }
    const sameOrigin = `Origin: http://127.0.0.1:${String(port)}`;
    assert.equal(
      (await rawRequest(port, `GET /sessions HTTP/1.1\r\n${own}\r\n${sameOrigin}\r\n${bearer}\r\n\r\n`))
        .status,
      200,
    );
  });

  it('lets a client wait for its go-ahead, and gives none to a stranger', async () => {
    const { port, tokens } = fixture.server;
    const head = (...lines: string[]): string =>
      [
        'POST /sessions HTTP/1.1',
        `Host: 127.0.0.1:${String(port)}`,
        'Expect: 100-continue',
        ...UNSENT_BODY,
        ...lines,
        '',
        '',
      ].join('\r\n');
    assert.equal((await rawRequest(port, head())).status, 401);
    assert.equal((await rawRequest(port, head(`Authorization: Bearer ${tokens.read}`))).status, 403);
    assert.equal((await rawRequest(port, head(`Authorization: Bearer ${tokens.full}`))).status, 100);
    const tooLarge = head(`Authorization: Bearer ${tokens.full}`).replace('1000', '2000000');
    assert.equal((await rawRequest(port, tooLarge)).status, 413);
  });

  it('answers what is no HTTP, in the same form', async () => {
    const { port } = fixture.server;
    for (const [text, status] of [
      ['hello\r\n\r\n', 400],
      ['GET /health HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', 400],
      ['GET /health HTTP/1.1\r\nHost : a\r\n\r\n', 400],
      [`GET /health HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 413],
    ] as const) {
      const reply = await rawRequest(port, text);
      assert.equal(reply.status, status);
      assert.match(reply.text, /application\/problem\+json/);
    }
  });

  it('keeps each token to its scopes', async () => {
    const { server } = fixture;
    const { read, run, full } = server.tokens;
    assert.equal(new Set([read, run, full]).size, 3);
    const status = async (token: string, method: string, path: string, body?: unknown): Promise<number> => {
      const { status } = await ask(fixture, method, path, {
        body,
        headers: { Authorization: `Bearer ${token}` },
      });
      return status;
    };
    const approval = '/tasks/task-1/approvals/approval-1';
    for (const route of allRoutes.filter(({ scope }) => scope === 'run'))
      assert.equal(await status(read, route.method.toUpperCase(), route.path), 403, route.path);
    assert.equal(await status(read, 'GET', '/sessions'), 200);
    assert.equal(await status(run, 'GET', '/sessions'), 200);
    assert.equal(await status(run, 'POST', approval, { decision: 'allow' }), 403);
    assert.equal(await status(full, 'POST', approval, { decision: 'allow' }), 404);
  });

  it('without tokens keeps every other check, and approves nothing', async function () {
    this.timeout(300_000);
    const open = await serveInMemory({ auth: false });
    try {
      const { port, url } = open.server;
      assert.equal((await fetch(`${url}/sessions`)).status, 200);
      assert.equal((await fetch(`${url}/docs`)).status, 200);
      const approval = `${url}/tasks/task-1/approvals/a`;
      assert.equal(
        (
          await fetch(approval, {
            method: 'POST',
            body: '{}',
            headers: { 'Content-Type': 'application/json' },
          })
        ).status,
        403,
      );
      const hosts = [`127.0.0.1:${String(port)}`];
      const heads = paths.flatMap(target => [
        ...badHosts(port).map(host => ({ method: 'GET', target, hosts: host, headers: [] })),
        ...badOrigins(port).map(origin => ({
          method: 'POST',
          target,
          hosts,
          headers: [`Origin: ${origin}`],
        })),
        { method: 'GET', target, hosts, headers: ['Sec-Fetch-Site: cross-site'] },
      ]);
      console.log(`      ${String(await allRefused(heads, port))} requests refused`);
      assert.equal(open.manager.store.sessions.size, 0);
    } finally {
      await open.close();
    }
  });

  it('serves without tokens, or in the clear, no other machine', async () => {
    await assert.rejects(serveInMemory({ auth: false, host: '0.0.0.0' }), { code: 'invalid_input' });
    await assert.rejects(serveInMemory({ host: 'example.com' }), { code: 'invalid_input' });
    await assert.rejects(serveInMemory({ port: fixture.server.port }), { code: 'conflict' });
    const six = await serveInMemory({ host: '::1' }).catch(() => undefined);
    if (six !== undefined) {
      assert.match(six.server.url, /^http:\/\/\[::1\]:\d+$/);
      assert.equal((await fetch(`${six.server.url}/health`)).status, 200);
      await six.close();
    }
  });
});
