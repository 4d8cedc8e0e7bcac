import * as z from 'zod';
import type { OverallStats, SessionStats, TaskFigures } from '../../core/stats.ts';
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

const grouped = {
  byType: z.object({
    code: taskFigures.exactOptional(),
    git: taskFigures.exactOptional(),
    file: taskFigures.exactOptional(),
    command: taskFigures.exactOptional(),
  }),
  byAgent: z.record(z.string(), taskFigures),
  tokens: z.number().nullable().describe('Null when no task reports any.'),
  cost: z.number().nullable().describe('US dollars; null when no task reports any.'),
};

export const sessionStats = named(
  'SessionStats',
  wire<SessionStats>()(
    z.object({
      duration: z
        .number()
        .describe('Milliseconds from the start to the end, or to the last event while active.'),
      ...figures,
      ...grouped,
    }),
  ),
);

export const overallStats = named(
  'OverallStats',
  wire<OverallStats>()(z.object({ sessions: z.number(), ...figures, ...grouped })),
);
