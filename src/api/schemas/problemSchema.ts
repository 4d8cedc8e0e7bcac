import * as z from 'zod';
import { problemCodes } from '../errors.ts';
import { named } from './registry.ts';

export const problemSchema = named(
  'Problem',
  z
    .object({
      type: z.string(),
      title: z.string(),
      status: z.number(),
      detail: z.string().describe('What happened, what was kept, what to do next: for people.'),
      code: z.enum(problemCodes).describe('For programs: it never changes meaning.'),
      field: z.string().optional().describe('The argument that was refused.'),
    })
    .describe('RFC 9457.'),
);
