import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { getHeapSpaceStatistics } from 'node:v8';
import type { CodingAgentApi } from '../../src/extension/codingAgentApi.ts';
import { openApi } from './support/thisExtension.ts';

const MB = 1024 * 1024;
const OUTPUT_MB = 50;
const PERIOD_MS = 5;

/** Prints that much in lines of 100 characters. */
const print = (bytes: number): string => `$ yes ${'x'.repeat(99)} | head -c ${bytes}`;

/** Resident bytes of V8's young generation. VS Code has reserved it; garbage of any kind makes it resident, up to its size. */
const young = (): number =>
  getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.physical_space_size ?? 0;

describe('a command that prints 50 MB', () => {
  let api: CodingAgentApi;

  before(async () => {
    api = await openApi();
  });

  it('is passed on whole in the extension host', async function () {
    this.timeout(300_000);
    // What is loaded with the first command is no part of it.
    const { sessionId } = await api.createSession();
    assert.equal((await api.executeTask({ sessionId, task: print(100) })).status, 'completed');
    let shown = 0;
    const listening = api.onDidChange(change => {
      if (change.kind === 'output' && change.sessionId === sessionId) shown += change.text.length;
    });
    const before = process.memoryUsage().rss;
    const since = { time: performance.now(), cpu: process.cpuUsage() };
    const youngBefore = young();
    let highest = { rss: before, young: youngBefore };
    let held = 0;
    const sampler = setInterval(() => {
      const rss = process.memoryUsage.rss();
      if (rss > highest.rss) highest = { rss, young: young() };
      const waited = performance.now() - since.time;
      const { user, system } = process.cpuUsage(since.cpu);
      // While the machine did something else, this process held nobody up.
      held = Math.max(held, Math.min(waited, (user + system) / 1000) - PERIOD_MS);
      Object.assign(since, { time: performance.now(), cpu: process.cpuUsage() });
    }, PERIOD_MS);
    try {
      const task = await api.executeTask({ sessionId, task: print(OUTPUT_MB * MB) });
      assert.equal(task.status, 'completed', task.error);
    } finally {
      clearInterval(sampler);
      listening.dispose();
    }
    assert.equal(shown, OUTPUT_MB * MB);
    const memory = (highest.rss - before) / MB;
    const garbage = (highest.young - youngBefore) / MB;
    // How much garbage lies about depends on the machine: the benchmark judges it.
    const much = `${memory.toFixed(0)} MB more, ${garbage.toFixed(0)} of them in the young generation`;
    console.log(`      ${much}; at work for ${held.toFixed(0)} ms at a time at most`);
    const figures = process.env['LARGE_OUTPUT_FIGURES'];
    if (figures !== undefined)
      appendFileSync(figures, `${JSON.stringify({ memory, garbage, blocked: held })}\n`);
  });
});
