import assert from 'node:assert/strict';
import fc from 'fast-check';
import { StatsCollector } from '../../src/core/statsReport.ts';
import { type Series, seriesOf } from '../../src/core/statsSeries.ts';
import type { TaskTally } from '../../src/core/tally.ts';

const NOW = new Date(2026, 9, 28, 15);
const DAY_MS = 86_400_000;

function seriesOver(daysAgo: readonly number[], since?: Date): Series {
  const tasks = daysAgo.map((days, index): TaskTally => ({
    ...{
      taskId: `t${index}`,
      title: '',
      type: 'code',
      agent: 'direct',
      model: null,
      attempt: 1,
      retryOf: null,
    },
    ...{ status: 'completed', reason: null, executionTime: 1, tokens: null, cost: null },
    ...{ endedAt: new Date(NOW.getTime() - days * DAY_MS), verified: index % 2 === 0 ? true : null },
  }));
  const collector = new StatsCollector({ since });
  const balance = { tasks: 0, completed: 0, failed: 0, totalExecutionTime: 0 };
  collector.add({ sessionId: 's', updatedAt: NOW, tasks, balance });
  return seriesOf(collector.report(), NOW);
}

describe('outcomes over time', () => {
  it('lose no task, in columns without gaps that are as fine as fits', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 4_000, noNaN: true }), { minLength: 1 }), daysAgo => {
        const { unit, columns } = seriesOver(daysAgo);
        assert.equal(
          columns.reduce((sum, { tasks }) => sum + tasks, 0),
          daysAgo.length,
        );
        for (const { outcomes, tasks } of columns)
          assert.equal(
            Object.values(outcomes).reduce((a, b) => a + b),
            tasks,
          );
        columns.slice(1).forEach(({ since }, at) => assert.deepEqual(since, columns[at]?.until));
        assert.ok(columns.length <= 38, `${columns.length} columns by ${unit}`);
        assert.ok(columns.every(({ since, until }) => since < until));
      }),
    );
  });

  it('go by days, weeks from Monday, months or years', () => {
    const since = (days: number): Date => new Date(NOW.getTime() - days * DAY_MS);
    assert.deepEqual([seriesOver([0], since(6)).unit, seriesOver([0], since(6)).columns.length], ['day', 7]);
    const weeks = seriesOver([0], since(89));
    assert.equal(weeks.unit, 'week');
    assert.ok(weeks.columns.every(column => column.since.getDay() === 1 && column.since.getHours() === 0));
    assert.equal(seriesOver([0], since(364)).unit, 'month');
    assert.equal(seriesOver([0, 2_000]).unit, 'year');
  });

  it('show what a clock that was ahead or centuries wrong has written, without an endless chart', () => {
    const ahead = seriesOver([-3]);
    assert.equal(ahead.columns.at(-1)?.tasks, 1);
    assert.equal(seriesOver([0, 700_000]).columns.length, 100);
  });
});
