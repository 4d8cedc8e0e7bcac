import * as z from 'zod';

export const cancelOnDisconnect = z
  .enum(['true', 'false'])
  .optional()
  .describe('`true`: the task is cancelled when the client goes away before it has ended.');

/** What asks for a page of a list. */
export const pageQuery = {
  limit: z.coerce
    .number('not a whole number from 1 to 1000')
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe('50 when not given.'),
  cursor: z.string().optional().describe('The `nextCursor` of the page before.'),
};
