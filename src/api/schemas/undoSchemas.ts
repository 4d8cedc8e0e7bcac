import * as z from 'zod';
import type { FileDiff, TaskDiff } from '../../core/checkpoints.ts';
import { wire } from '../wire.ts';
import { named } from './registry.ts';
import { fileChangeFields, taskView } from './taskSchemas.ts';

const fileDiff = named(
  'FileDiff',
  wire<FileDiff>()(
    z.object({
      ...fileChangeFields,
      binary: z.boolean().exactOptional(),
      patch: z.string().exactOptional().describe('What `git apply` takes.'),
    }),
  ),
);

export const taskDiff = named(
  'TaskDiff',
  wire<TaskDiff>()(
    z.object({
      taskId: z.string(),
      files: z.array(fileDiff),
      foldersMade: z.array(z.string()),
      foldersRemoved: z.array(z.string()),
      before: z.string().nullable().describe('The checkpoint before the task; null when there is none.'),
      after: z.string().nullable(),
      undone: z.boolean().describe('Whether the changes are taken back at present.'),
      problem: z.string().exactOptional().describe('Why there are no patches, where more is known.'),
    }),
  ),
);

export const undo = named(
  'Undo',
  z.strictObject({
    force: z
      .boolean()
      .optional()
      .describe('Overwrites files that were changed since; a checkpoint of them is taken first.'),
  }),
);

export const undone = named(
  'Undone',
  z.object({
    taskId: z.string(),
    undone: z.boolean().describe('`false`: the changes were brought back.'),
    files: z.array(
      z.object({
        path: z.string(),
        action: z.enum(['create', 'change', 'delete', 'rename', 'mode']),
        from: z.string().exactOptional(),
      }),
    ),
    left: z
      .array(z.object({ path: z.string(), reason: z.enum(['protected', 'ignored']) }))
      .describe('What the task changed and this leaves alone.'),
    task: taskView,
  }),
);
