import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import type { SessionEvent } from '../../src/core/events.ts';
import { reduce } from '../../src/core/reducer.ts';
import { emptyState, type SessionState } from '../../src/core/state.ts';
import { htmlReport } from '../../src/transfer/report/htmlReport.ts';
import { ReportDiffs } from '../../src/transfer/report/reportDiffs.ts';
import { skip } from '../support/skip.ts';
import { useTemporaryFolder } from '../support/temporaryFolder.ts';

const CHROMIUM = '/usr/bin/chromium';
const ID = 'aaaaaaaa-1111-4111-8111-111111111111';
const owner = { host: 'h', boot: null, pidNamespace: null, pid: 1, start: null, nonce: 'n' };

/** What would run, load or lead away if it were markup, wherever it lands: in text, in an attribute, in a style. */
const HARM: readonly string[] = [
  '<script>window.harm=1</script>',
  '<img src=x onerror=window.harm=1>',
  '<svg onload=window.harm=1>',
  '"><script>window.harm=1</script>',
  "' onmouseover=window.harm=1 x='",
  '</title><script>window.harm=1</script>',
  '</style><script>window.harm=1</script>',
  '</pre></section><iframe srcdoc="<script>parent.harm=1</script>"></iframe>',
  '<a href="javascript:window.harm=1" autofocus onfocus=window.harm=1>x</a>',
  '<math><mtext></mtext><mglyph><svg><mtext><style><img src onerror=window.harm=1></style>',
  '<link rel=stylesheet href=http://127.0.0.1:9/x.css>',
  '<meta http-equiv=refresh content="0;url=http://127.0.0.1:9/">',
  '<base href=http://127.0.0.1:9/>',
  '<form action=http://127.0.0.1:9/><input autofocus onfocus=window.harm=1></form>',
  '<object data="data:text/html,<script>parent.harm=1</script>"></object>',
  '<!--><img src=x onerror=window.harm=1>-->',
  '{{constructor.constructor("window.harm=1")()}}',
  '&lt;script&gt;window.harm=1&lt;/script&gt;',
  '\u003cscript\u003ewindow.harm=1\u003c/script\u003e',
  '<style>*{background:url(http://127.0.0.1:9/)}</style>',
  '\u202e<script>window.harm=1</script>\u0000\u001b[31m',
];

function stateOf(text: string): SessionState {
  const plan = {
    id: text,
    version: 1,
    steps: [{ id: text, title: text, status: 'completed', detail: text }],
  } as const;
  const events: SessionEvent[] = [
    {
      type: 'sessionCreated',
      data: {
        sessionId: ID,
        title: text,
        workingDirectory: text,
        projectPath: text,
        author: text,
        schemaVersion: 1,
      },
    },
    { type: 'sessionTagged', data: { tags: [text] } },
    {
      type: 'taskCreated',
      data: {
        taskId: text,
        taskType: 'code',
        description: text,
        origin: 'foreign',
        agent: text,
        attempt: 1,
        owner,
      },
    },
    { type: 'taskStarted', data: { taskId: text, epoch: 1, owner } },
    { type: 'agentSelected', data: { taskId: text, agent: text, model: text } },
    { type: 'planCreated', data: { taskId: text, plan } },
    {
      type: 'toolCallRequested',
      data: { taskId: text, callId: text, stepId: text, tool: text, input: { command: text } },
    },
    {
      type: 'toolCallEnded',
      data: {
        ...{ taskId: text, callId: text, status: 'failed', duration: 1, exitCode: 1, error: text },
        output: { bytes: 9, tail: text },
      },
    },
    { type: 'filesChanged', data: { taskId: text, changes: [{ path: text, kind: 'renamed', from: text }] } },
    { type: 'commitMade', data: { taskId: text, commit: text } },
    {
      type: 'taskFailed',
      data: {
        ...{ taskId: text, executionTime: 1, reason: 'error', errorCode: text, error: text },
        result: { summary: text },
      },
    },
    { type: 'sessionImported', data: { from: 'codex', source: text, hash: 'a'.repeat(64) } },
  ];
  return events.reduce(
    (state, event, index) =>
      reduce(state, { seq: index + 1, at: '2026-01-01T00:00:00.000Z', writer: 'n', event }),
    emptyState(ID, '/root', new Date(0)),
  );
}

/** What the one task of it changed: `text` in its name and in its lines. */
function diffsOf(text: string, count = 1): ReportDiffs {
  const diffs = new ReportDiffs(line => line.replaceAll('hunter2', '***'));
  const patch = `diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@ ${text}\n--- ${text}\n+${text}\n`;
  diffs.add(
    text,
    Array.from({ length: count }, () => ({ path: text, kind: 'modified', patch })),
  );
  return diffs;
}

/** In the page: keeps what the policy forbade. */
const LISTEN = `document.addEventListener('securitypolicyviolation', event => {
  (window.violations ??= []).push(event.violatedDirective);
});`;

interface Found {
  readonly harm: unknown;
  readonly active: number;
  readonly handlers: number;
  readonly links: number;
  readonly styled: string;
  readonly violations: readonly string[];
}

/** In the page: moves over everything, then counts what could act. */
const LOOK = `(() => {
  const all = [...document.querySelectorAll('*')];
  for (const element of all) element.dispatchEvent(new Event('mouseover', { bubbles: true }));
  const active = ['script', 'iframe', 'img', 'svg', 'object', 'link', 'form', 'base', 'math', 'input'];
  return {
    harm: window.harm ?? null,
    active: all.filter(({ localName }) => active.includes(localName)).length,
    handlers: all.filter(({ attributes }) => [...attributes].some(({ name }) => name.startsWith('on'))).length,
    links: all.filter(element => element.getAttribute('href')?.startsWith('#') === false).length,
    styled: getComputedStyle(document.querySelector('section')).borderTopStyle,
    violations: window.violations ?? [],
  };
})()`;

describe('the report of a session as a page', function () {
  this.timeout(300_000);
  const temporary = useTemporaryFolder();
  let browser: Browser | undefined;

  before(async function () {
    if (!existsSync(CHROMIUM)) skip(this, `no Chromium at ${CHROMIUM}`);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  });
  after(async () => browser?.close());

  it('runs nothing, loads nothing and leads nowhere, whatever the session says', async () => {
    const page = await browser!.newPage();
    const requests: string[] = [];
    const violations: string[] = [];
    page.on('request', request => requests.push(request.url()));
    page.on('dialog', dialog => void dialog.dismiss());
    await page.addInitScript(LISTEN);
    for (const [index, text] of HARM.entries()) {
      const file = join(temporary(), `${String(index)}.html`);
      writeFileSync(
        file,
        htmlReport({
          state: stateOf(text),
          planVersions: new Map(),
          toolCalls: new Map(),
          diffs: diffsOf(text),
        }),
      );
      await page.goto(pathToFileURL(file).href);
      const found = await page.evaluate<Found>(LOOK);
      violations.push(...found.violations);
      assert.deepEqual(
        { ...found, violations: [] },
        { harm: null, active: 0, handlers: 0, links: 0, styled: 'solid', violations: [] },
        text,
      );
      const shown = await page.locator('section pre').first().textContent();
      assert.ok(shown !== null && shown.length >= text.length, 'it is shown all the same');
    }
    assert.deepEqual(violations, [], 'even the policy finds nothing to forbid');
    assert.deepEqual(
      requests.filter(url => !url.startsWith('file:')),
      [],
    );
    await page.close();
  });

  it('shows what each task changed, line by line, and says what it leaves out', async () => {
    const page = await browser!.newPage();
    const file = join(temporary(), 'page.html');
    const show = async (diffs: ReportDiffs): Promise<void> => {
      writeFileSync(
        file,
        htmlReport({ state: stateOf('plain'), planVersions: new Map(), toolCalls: new Map(), diffs }),
      );
      await page.goto(pathToFileURL(file).href);
    };
    await show(diffsOf('plain'));
    assert.equal(await page.locator('pre.diff').innerText(), '@@ -1 +1 @@ plain\n--- plain\n+plain');
    const kinds = "[...document.querySelectorAll('pre.diff span')].map(line => line.className)";
    assert.deepEqual(await page.evaluate(kinds), ['hunk', 'removed', 'added']);
    await show(diffsOf('plain', 250));
    assert.equal(await page.locator('details').count(), 200);
    assert.equal(await page.locator('details[open]').count(), 0, 'many are folded');
    assert.match(await page.locator('section').innerText(), /Diffs of 50 more files are not shown/);
    const long = new ReportDiffs(text => text.replaceAll('hunter2', '***'));
    const lines = Array.from({ length: 600 }, (_, index) => `+hunter2 ${String(index)}\n`).join('');
    long.add('plain', [{ path: 'long', kind: 'added', patch: `@@ -0,0 +1,600 @@\n${lines}` }]);
    await show(long);
    assert.match(await page.locator('section').innerText(), /\+\*\*\* 0\n.*101 more lines are not shown/s);
    await show(new ReportDiffs(text => text));
    assert.match(await page.locator('section').innerText(), /No diff: the contents were not captured/);
    await page.close();
  });

  it('forbids scripts by itself: one that is put into it does not run', async () => {
    const page = await browser!.newPage();
    const file = join(temporary(), 'page.html');
    const report = htmlReport({
      state: stateOf('plain'),
      planVersions: new Map(),
      toolCalls: new Map(),
      diffs: diffsOf('plain'),
    });
    writeFileSync(
      file,
      report.replace('</body>', '<script>window.harm=1</script><img src=x onerror=window.harm=1></body>'),
    );
    await page.goto(pathToFileURL(file).href);
    assert.equal(await page.evaluate('window.harm ?? null'), null);
    await page.close();
  });

  it('follows the reader into the dark and onto paper', async () => {
    const page = await browser!.newPage();
    const file = join(temporary(), 'page.html');
    writeFileSync(
      file,
      htmlReport({
        state: stateOf('plain'),
        planVersions: new Map(),
        toolCalls: new Map(),
        diffs: diffsOf('plain'),
      }),
    );
    await page.goto(pathToFileURL(file).href);
    const background = (): Promise<string> =>
      page.evaluate("getComputedStyle(document.querySelector('pre')).backgroundColor");
    await page.emulateMedia({ colorScheme: 'light' });
    const light = await background();
    await page.emulateMedia({ colorScheme: 'dark' });
    assert.notEqual(await background(), light);
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.locator('nav').isVisible(), false);
    const scrolls = await page.evaluate('document.documentElement.scrollWidth > window.innerWidth');
    assert.equal(scrolls, false);
    await page.close();
  });
});
