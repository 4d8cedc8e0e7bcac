import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright-core';
import { seedExamples } from '../../src/api/seedExamples.ts';
import { skip } from '../support/skip.ts';
import { serveInMemory } from './support/serverFixture.ts';

const CHROMIUM = '/usr/bin/chromium';

type Fixture = Awaited<ReturnType<typeof serveInMemory>>;

describe('the API in a browser', () => {
  let browser: Browser;
  let fixture: Fixture;
  let evil: Server;

  before(async function () {
    this.timeout(300_000);
    if (!existsSync(CHROMIUM)) skip(this, `no Chromium at ${CHROMIUM}`);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    // The worst case for a foreign page: no token is asked for.
    fixture = await serveInMemory({ auth: false });
    evil = createServer((_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html' });
      response.end('<!doctype html><title>evil</title>');
    });
    await new Promise<void>(resolve => evil.listen(0, '127.0.0.1', resolve));
  });
  after(async () => {
    if (!existsSync(CHROMIUM)) return;
    await browser.close();
    evil.closeAllConnections();
    evil.close();
    await fixture.close();
  });

  async function withPage<T>(url: string, action: (page: Page) => Promise<T>): Promise<T> {
    const page = await browser.newPage();
    try {
      await page.goto(url);
      return await action(page);
    } finally {
      await page.close();
    }
  }

  it('refuses the fetches, forms and images of a foreign page', async function () {
    this.timeout(300_000);
    const { url } = fixture.server;
    const port = String((evil.address() as AddressInfo).port);
    let requests = 0;
    for (const host of ['127.0.0.1', 'localhost']) {
      const readable = await withPage(`http://${host}:${port}/`, page =>
        page.evaluate(async target => {
          const tries: [string, RequestInit][] = [
            [`${target}/sessions`, {}],
            [`${target}/sessions`, { mode: 'no-cors' }],
            [
              `${target}/sessions`,
              { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } },
            ],
            [`${target}/sessions`, { method: 'POST', body: '{}', mode: 'no-cors' }],
            [`${target}/agent/execute`, { method: 'POST', body: '{"task":"$ id"}', mode: 'no-cors' }],
            [
              `${target}/sessions`,
              { method: 'POST', body: new URLSearchParams({ a: 'b' }), mode: 'no-cors' },
            ],
            [`${target}/health`, {}],
          ];
          let read = 0;
          for (const [address, init] of tries)
            read += await fetch(address, init).then(
              async response => (await response.text()).length,
              () => 0,
            );
          return [tries.length, read];
        }, url),
      );
      requests += readable[0] ?? 0;
      assert.equal(readable[1], 0, 'a foreign page read something');
    }
    console.log(`      ${String(requests)} requests of foreign pages refused`);
    assert.equal(fixture.manager.store.sessions.size, 0);
  });

  it('shows its documentation with nothing but itself', async function () {
    this.timeout(300_000);
    const { url } = fixture.server;
    await withPage('about:blank', async page => {
      const requested: string[] = [];
      const complaints: string[] = [];
      page.on('request', request => requested.push(request.url()));
      page.on('console', message => complaints.push(message.text()));
      page.on('pageerror', error => complaints.push(error.message));
      await page.goto(`${url}/docs`);
      const text = await page.innerText('body');
      for (const { code } of seedExamples) assert.ok(text.includes(code), code);
      const family = await page.evaluate('getComputedStyle(document.body).fontFamily');
      assert.match(String(family), /system-ui/, 'its own style is let in');
      assert.deepEqual(
        requested.filter(each => !each.endsWith('/favicon.ico')),
        [`${url}/docs`],
      );
      assert.deepEqual(
        complaints.filter(each => !each.includes('404')),
        [],
      );
    });
  });

  it('serves its own pages', async () => {
    const { url } = fixture.server;
    const status = await withPage(`${url}/docs`, async page => {
      // Its policy lets the page itself fetch nothing; a page under an address of the server without one would.
      const response = await page.request.post(`${url}/sessions`, { data: {}, headers: { Origin: url } });
      return response.status();
    });
    assert.equal(status, 201);
  });
});
