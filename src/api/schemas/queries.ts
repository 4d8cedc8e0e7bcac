import * as z from 'zod';

export const cancelOnDisconnect = z
  .enum(['true', 'false'])
  .optional()
  .describe('`true`: the task is cancelled when the client goes away before it has ended.');
