import assert from 'node:assert/strict';
import { comparisonReport } from '../../src/core/report/comparisonReport.ts';
import { compareTasks } from '../../src/core/taskComparison.ts';
import { createManager } from '../support/managerFixture.ts';

describe('the page of a comparison', () => {
  it('has a column an attempt, lined up, and nothing of a text is markup', async () => {
    const fixture = createManager();
    const evil = 'a | <img src=x onerror=alert(1)>\n[x](command:evil) `';
    fixture.runner.script = async run => {
      fixture.clock.advance(1500);
      const changes = [{ path: 'a|b.ts', kind: 'added' as const, after: '1', added: 12, removed: 0 }];
      await run.record({ type: 'filesChanged', data: { taskId: run.task.id, changes } });
      return { status: 'completed', result: null };
    };
    const first = await fixture.manager.executeTask({ task: evil });
    fixture.runner.script = () =>
      Promise.resolve({ status: 'failed', reason: 'error', errorCode: 'x', error: '``` out' });
    await (
      await fixture.manager.retryTask(first.id, { agent: 'model' })
    ).finished;
    await (
      await fixture.manager.verifyTask(first.id, { command: 'check | tee log' })
    ).finished;
    const page = comparisonReport(compareTasks(await fixture.manager.listTasks(first.sessionId)));
    const rows = page.split('\n').filter(line => line.startsWith('| '));
    const [header = '', rule = '', ...facts] = rows.slice(0, 12);
    assert.match(header, /^\| +\| Attempt 1 +\| Attempt 2 +\|$/);
    for (const row of [rule, ...facts]) assert.equal(Array.from(row).length, header.length, row);
    const cells = (name: string): string[] =>
      facts
        .find(row => row.startsWith(`| ${name} `))
        ?.split(/(?<!\\)\|/)
        .slice(2, 4)
        .map(cell => cell.trim()) ?? [];
    assert.deepEqual(cells('Outcome'), ['completed', 'failed: error']);
    assert.deepEqual(cells('Agent'), ['auto', 'model']);
    assert.deepEqual(cells('Verification'), ['passed: `check \\| tee log` (exit 0)', '–']);
    assert.deepEqual(cells('Time'), ['1.5 s', '0.0 s']);
    assert.deepEqual(cells('Files'), ['1 (+12 -0)', '0']);
    assert.match(page, /\| `a\\\|b\.ts` \| added \+12 -0 \| – +\|/);
    assert.ok(page.includes(`\`\`\`text\n${evil}\n\`\`\``), 'the prompt is a block');
    assert.ok(page.includes('````text\n``` out\n````'));
    assert.equal(page.split('<img').length, 2, 'only within the block');
  });

  it('tells tasks of different texts apart, and says when nothing changed', async () => {
    const fixture = createManager();
    const one = await fixture.manager.executeTask({ task: 'one' });
    const two = await fixture.manager.executeTask({ task: 'two' });
    const page = comparisonReport(compareTasks([one, two]));
    assert.match(page, /1\. `one`\n2\. `two`/);
    assert.match(page, /\| Task 1 +\| Task 2 +\|/);
    assert.match(page, /No attempt changed a file\./);
    assert.match(comparisonReport(compareTasks([])), /^# Comparison\n/);
  });
});
