import * as z from 'zod';
import type { ReportFigures, TaskFigures } from '../../core/figures.ts';
import type { SessionStats } from '../../core/stats.ts';
import type { DayFigures, DurationBar, RetriedTask, SlowTask, StatsReport } from '../../core/statsReport.ts';
import { wire } from '../wire.ts';
import { named } from './registry.ts';

export const taskType = named('TaskType', z.enum(['code', 'git', 'file', 'command']));

const rate = z.number().min(0).max(100).nullable();
const milliseconds = z.number().nullable();

const figures = {
  tasks: z.number(),
  completed: z.number(),
  failed: z.number(),
  successRate: rate.describe('Percent of finished tasks that completed; null when none has finished.'),
  verifiedRate: rate.describe('Percent of verified tasks whose verification passed; null without any.'),
  avgExecutionTime: milliseconds.describe('Milliseconds over finished tasks.'),
  p50ExecutionTime: milliseconds,
  p95ExecutionTime: milliseconds,
};

const taskFigures = named('TaskFigures', wire<TaskFigures>()(z.object(figures)));

const usage = {
  tokens: z.number().nullable().describe('Null when no task reports any.'),
  cost: z.number().nullable().describe('US dollars; null when no task reports any.'),
};

function perType<S extends z.ZodType>(schema: S) {
  const one = schema.exactOptional();
  return z.object({ code: one, git: one, file: one, command: one });
}

export const sessionStats = named(
  'SessionStats',
  wire<SessionStats>()(
    z.object({
      duration: z
        .number()
        .describe('Milliseconds from the start to the end, or to the last event while active.'),
      ...figures,
      byType: perType(taskFigures),
      byAgent: z.record(z.string(), taskFigures),
      ...usage,
    }),
  ),
);

const count = z.number().exactOptional();
const reportFields = {
  ...figures,
  verified: z.number().describe('Tasks whose verification passed.'),
  refuted: z.number().describe('Tasks whose verification failed.'),
  reasons: z
    .object({
      ...{ error: count, cancelled: count, interrupted: count, denied: count, timeout: count },
      verification: count,
    })
    .describe('How many tasks failed for which reason.'),
  outcomes: z
    .object({
      verified: z.number().describe('Completed, and the verification passed.'),
      completed: z.number().describe('Completed, as the agent reports, without a verification.'),
      refuted: z.number().describe('Reported as completed, but the verification failed.'),
      failed: z.number(),
      stopped: z.number().describe('Cancelled or interrupted.'),
    })
    .describe('What came of the tasks that ended, each counted once.'),
  ...usage,
};

const reportFigures = named('ReportFigures', wire<ReportFigures>()(z.object(reportFields)));

const dayFigures = named(
  'DayFigures',
  wire<DayFigures>()(
    z.object({ day: z.string().describe('Such as 2026-01-31, in `timeZone`.'), ...reportFields }),
  ),
);

const durationBar = named(
  'DurationBar',
  wire<DurationBar>()(
    z.object({
      from: z.number().describe('Milliseconds, at least.'),
      to: z.number().nullable().describe('Milliseconds, less than; null for the longest.'),
      tasks: z.number(),
    }),
  ),
);

const reported = {
  sessionId: z.string(),
  taskId: z.string(),
  title: z.string().describe('The beginning of its text.'),
  type: taskType,
  agent: z.string(),
  status: z.enum(['pending', 'running', 'completed', 'failed']),
  reason: z.enum(['error', 'cancelled', 'interrupted', 'denied', 'timeout', 'verification']).nullable(),
};

const slowTask = named('SlowTask', wire<SlowTask>()(z.object({ ...reported, executionTime: z.number() })));

const retriedTask = named(
  'RetriedTask',
  wire<RetriedTask>()(z.object({ ...reported, attempts: z.number().describe('Attempts in the period.') })),
);

export const statsReport = named(
  'StatsReport',
  wire<StatsReport>()(
    z.object({
      sessions: z.number(),
      since: z.string().nullable(),
      until: z.string().nullable(),
      timeZone: z.string().describe('Whose days `days` are.'),
      ...reportFields,
      byType: perType(reportFigures),
      byAgent: z.record(z.string(), reportFigures),
      byModel: z.record(z.string(), reportFigures).describe('Tasks whose model is known.'),
      days: z.array(dayFigures).describe('Days on which a task ended, oldest first.'),
      durations: z.array(durationBar),
      slowest: z.array(slowTask).describe('At most ten.'),
      mostRetried: z.array(retriedTask).describe('At most ten.'),
    }),
  ),
);
