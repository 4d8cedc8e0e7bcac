import assert from 'node:assert/strict';
import fc from 'fast-check';
import { statsCsv } from '../../src/core/statsCsv.ts';
import { dayOf, dayStart, namedPeriod, startOfDay } from '../../src/core/statsPeriod.ts';
import { DURATION_BOUNDS, StatsCollector, type StatsReport } from '../../src/core/statsReport.ts';
import type { SessionTally, TaskTally } from '../../src/core/tally.ts';
import { ENDED_OUTCOMES, outcomeOf } from '../../src/core/outcome.ts';
import { isWanted } from '../../src/core/taskFilter.ts';

const REASONS = ['error', 'cancelled', 'interrupted', 'denied', 'timeout', 'verification'] as const;
const FIRST = Date.UTC(2026, 2, 25);

type Ended = Pick<TaskTally, 'status' | 'reason' | 'verified' | 'endedAt' | 'executionTime'>;

const time = fc.option(fc.integer({ min: 0, max: 5_000_000 }));
const open = { reason: null, verified: null, endedAt: null, executionTime: null };
/** Ten days, a change of the clock among them where there is one in spring. */
const endedAt = fc.integer({ min: 0, max: 10 * 86_400_000 }).map(ms => new Date(FIRST + ms));
const ended: fc.Arbitrary<Ended> = fc.oneof(
  fc.constantFrom<Ended>({ ...open, status: 'pending' }, { ...open, status: 'running' }),
  fc.record<Ended>({
    ...{ status: fc.constant('completed'), reason: fc.constant(null), endedAt, executionTime: time },
    verified: fc.option(fc.constant(true)),
  }),
  fc.record({ reason: fc.constantFrom(...REASONS), endedAt, executionTime: time }).map((rest): Ended => {
    return { ...rest, status: 'failed', verified: rest.reason === 'verification' ? false : null };
  }),
);
const tally = fc
  .record({
    ...{ type: fc.constantFrom('code', 'git', 'file', 'command'), tokens: fc.option(fc.nat(9999)) },
    ...{
      agent: fc.constantFrom('direct', 'model', '__proto__'),
      model: fc.constantFrom(null, 'large', 'small'),
    },
    ...{ cost: fc.option(fc.nat(400).map(cents => cents / 4)), ended, retries: fc.nat(3) },
  })
  .map(({ ended: outcome, ...rest }) => ({ ...rest, ...outcome }));
const sessions: fc.Arbitrary<SessionTally[]> = fc
  .array(fc.tuple(fc.array(tally, { maxLength: 12 }), fc.nat(3)), { maxLength: 12 })
  .map(list =>
    list.map(([tasks, kept], at) => ({
      sessionId: `s${at}`,
      updatedAt: new Date(FIRST),
      tasks: tasks.map(({ retries, ...task }, number): TaskTally => {
        const isRetry = retries > 0 && number >= retries;
        return {
          ...task,
          ...{ taskId: `s${at}-${String(number).padStart(2, '0')}`, title: `Task ${number}` },
          ...{ attempt: isRetry ? number : 1, retryOf: isRetry ? `s${at}-0${retries - 1}` : null },
        };
      }),
      balance: { tasks: kept, completed: kept, failed: 0, totalExecutionTime: kept * 1000 },
    })),
  );
const bound = fc.option(endedAt, { nil: undefined });

function reportOf(tallies: readonly SessionTally[], since?: Date, until?: Date): StatsReport {
  const collector = new StatsCollector({ since, until });
  for (const session of tallies) collector.add(session);
  return collector.report();
}

function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter(value => value !== null);
  return known.length === 0 ? null : known.reduce((a, b) => a + b, 0);
}

/** The least value that at least `rank` percent of all do not exceed. */
function percentile(values: readonly number[], rank: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.find((value, at) => (100 * (at + 1)) / sorted.length >= rank && value >= 0) ?? null;
}

describe('the statistics of a period', () => {
  it('are what counting by hand gives', () => {
    fc.assert(
      fc.property(sessions, bound, bound, (all, since, until) => {
        fc.pre(since === undefined || until === undefined || since < until);
        const report = reportOf(all, since, until);
        const isAll = since === undefined && until === undefined;
        const inside = all
          .flatMap(({ sessionId, tasks }) => tasks.map(task => ({ ...task, sessionId })))
          .filter(
            ({ endedAt: at }) =>
              isAll || (at !== null && (!since || at >= since) && (until === undefined || at < until)),
          );
        const kept = isAll ? (sum(all.map(({ balance }) => balance.tasks)) ?? 0) : 0;
        const done = inside.filter(({ status }) => status === 'completed').length + kept;
        const failed = inside.filter(({ status }) => status === 'failed').length;
        const times = inside.flatMap(({ executionTime }) => executionTime ?? []);
        assert.equal(report.tasks, inside.length + kept);
        assert.deepEqual([report.completed, report.failed], [done, failed]);
        assert.equal(report.successRate, done + failed === 0 ? null : (done / (done + failed)) * 100);
        assert.equal(report.p50ExecutionTime, percentile(times, 50));
        assert.equal(report.p95ExecutionTime, percentile(times, 95));
        const total = (sum(times) ?? 0) + kept * 1000;
        assert.equal(report.avgExecutionTime, done + failed === 0 ? null : total / (done + failed));
        assert.equal(report.tokens, sum(inside.map(({ tokens }) => tokens)));
        assert.equal(report.cost, sum(inside.map(({ cost }) => cost)));
        for (const reason of REASONS)
          assert.equal(report.reasons[reason] ?? 0, inside.filter(task => task.reason === reason).length);
        assert.deepEqual(
          [report.verified, report.refuted],
          [true, false].map(verified => inside.filter(task => task.verified === verified).length),
        );
        for (const key of ['type', 'agent', 'model'] as const) {
          const groups = { type: report.byType, agent: report.byAgent, model: report.byModel }[key];
          const counted = Map.groupBy(
            inside.filter(task => task[key] !== null),
            task => task[key] ?? '',
          );
          assert.deepEqual(
            Object.entries(groups)
              .map(([name, figures]) => [name, figures.tasks])
              .sort(),
            [...counted].map(([name, tasks]) => [name, tasks.length]).sort(),
          );
        }
        const busy = all.filter(({ tasks }) =>
          tasks.some(task => inside.some(i => i.taskId === task.taskId)),
        );
        assert.equal(report.sessions, isAll ? all.length : busy.length);
      }),
    );
  });

  it('has each ended task on its day, in its bar, and finds it there again', () => {
    fc.assert(
      fc.property(sessions, all => {
        const report = reportOf(all);
        const tasks = all.flatMap(session => session.tasks);
        for (const { day, ...figures } of report.days) {
          const [since, until] = [dayStart(day), startOfDay(dayStart(day), 1)];
          const found = tasks.filter(task => isWanted(task, { since, until }));
          assert.equal(figures.tasks, found.length);
          assert.ok(found.every(task => task.endedAt !== null && dayOf(task.endedAt) === day));
        }
        assert.equal(sum(report.days.map(day => day.tasks)) ?? 0, tasks.filter(task => task.endedAt).length);
        for (const { from, to, tasks: count } of report.durations) {
          const lessThan = to ?? undefined;
          assert.equal(tasks.filter(task => isWanted(task, { atLeast: from, lessThan })).length, count);
        }
        assert.equal(report.durations.length, DURATION_BOUNDS.length + 1);
        const outcomes = ENDED_OUTCOMES.map(
          outcome => tasks.filter(task => isWanted(task, { outcomes: [outcome] })).length,
        );
        assert.equal(sum(outcomes), tasks.filter(task => outcomeOf(task) !== 'open').length);
      }),
    );
  });

  it('names the slowest and the most retried, ten of each at most', () => {
    fc.assert(
      fc.property(sessions, all => {
        const report = reportOf(all);
        const tasks = all.flatMap(session => session.tasks);
        const times = tasks.flatMap(task => task.executionTime ?? []).sort((a, b) => b - a);
        assert.deepEqual(
          report.slowest.map(task => task.executionTime),
          times.slice(0, 10),
        );
        const groups = Map.groupBy(tasks, task => task.retryOf ?? task.taskId);
        const attempts = [...groups.values()].map(group => group.length).filter(count => count > 1);
        assert.deepEqual(
          report.mostRetried.map(task => task.attempts),
          attempts.sort((a, b) => b - a).slice(0, 10),
        );
      }),
    );
  });

  it('knows named periods in whole local days', () => {
    const now = new Date(2026, 2, 30, 12);
    assert.deepEqual(namedPeriod('week', now), { since: new Date(2026, 2, 24) });
    assert.deepEqual(namedPeriod('day', now), { since: new Date(2026, 2, 30) });
    assert.deepEqual(namedPeriod('all', now), {});
    assert.throws(() => namedPeriod('toString', now), { code: 'invalid_input', field: 'period' });
  });

  it('refuses a period that ends before it begins', () => {
    assert.throws(() => reportOf([], new Date(2), new Date(2)), { code: 'invalid_input', field: 'until' });
  });
});

describe('statistics for a spreadsheet', () => {
  const task: TaskTally = {
    ...{ taskId: 't1', title: 'T', type: 'code', agent: '=cmd|"/c calc"!A1', model: 'a,b\nc', attempt: 1 },
    ...{ status: 'completed', reason: null, executionTime: 1500, endedAt: new Date(2026, 0, 31, 12) },
    ...{ verified: true, tokens: 12, cost: 0.5, retryOf: null },
  };
  const session = { sessionId: 's', updatedAt: new Date(0), tasks: [task] };
  const csv = statsCsv(
    reportOf([{ ...session, balance: { tasks: 0, completed: 0, failed: 0, totalExecutionTime: 0 } }]),
  );

  it('are one table: all, days, types, agents, models', () => {
    const rows = csv.trimEnd().split('\r\n');
    assert.match(rows[0] ?? '', /^group,key,tasks,completed,verified,refuted,failed,successRate,/);
    assert.equal(rows[1], 'all,,1,1,1,0,0,100,100,1500,1500,1500,12,0.5,0,0,0,0,0,0');
    assert.equal(rows[2], 'day,2026-01-31,1,1,1,0,0,100,100,1500,1500,1500,12,0.5,0,0,0,0,0,0');
    assert.equal(rows.length, 6);
  });

  it('hold no formula and no line break of a name', () => {
    assert.match(csv, /\r\nagent,"'=cmd\|""\/c calc""!A1",/);
    assert.match(csv, /\r\nmodel,"a,b c",/);
  });

  it('leave a cell empty for what is unknown', () => {
    assert.match(statsCsv(reportOf([])), /\r\nall,,0,0,0,0,0,,,,,,,,0,/);
  });
});
