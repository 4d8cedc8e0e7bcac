import * as z from 'zod';
import type { TaskComparison } from '../../core/taskComparison.ts';
import { wire } from '../wire.ts';
import { named } from './registry.ts';
import { sessionId, time } from './sessionSchemas.ts';
import { fileChange, verification } from './taskSchemas.ts';

const figure = z.number().nullable();

export const comparison = named(
  'TaskComparison',
  wire<TaskComparison>()(
    z.object({
      attempts: z.array(
        z.object({
          taskId: z.string(),
          sessionId,
          description: z.string(),
          attempt: z.number(),
          agent: z.string(),
          model: z.string().nullable(),
          status: z.enum(['pending', 'running', 'completed', 'failed']),
          reason: z
            .enum(['error', 'cancelled', 'interrupted', 'denied', 'timeout', 'verification'])
            .nullable(),
          error: z.string().nullable(),
          verification: verification.nullable(),
          startedAt: time.nullable(),
          executionTime: figure.describe('Milliseconds.'),
          tokens: figure,
          cost: figure.describe('US dollars.'),
          steps: figure,
          filesChanged: z.number(),
          added: figure.describe('Lines.'),
          removed: figure.describe('Lines.'),
          commits: z.number(),
        }),
      ),
      files: z.array(
        z.object({
          path: z.string(),
          changes: z.array(fileChange.nullable()).describe('By attempt; null where it was left alone.'),
          same: z
            .boolean()
            .nullable()
            .describe('Whether every attempt left the same content; null when that cannot be told.'),
        }),
      ),
      best: z
        .object({
          verified: z.array(z.string()),
          fastest: z.array(z.string()),
          cheapest: z.array(z.string()),
        })
        .describe('Ids of the attempts that stand out among those that completed and were not refuted.'),
    }),
  ),
);
