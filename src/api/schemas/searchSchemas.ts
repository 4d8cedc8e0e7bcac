import * as z from 'zod';
import type { SearchHit } from '../../core/search/searchPage.ts';
import { wire } from '../wire.ts';
import { named } from './registry.ts';
import { sessionId, sessionMetadata, time } from './sessionSchemas.ts';
import { taskType } from './statsSchemas.ts';

const searchHit = named(
  'SearchHit',
  wire<SearchHit>()(
    z.object({
      sessionId,
      sessionTitle: z.string(),
      task: z
        .object({
          id: z.string(),
          title: z.string().describe('The first line of its text.'),
          type: taskType,
          status: z.enum(['pending', 'running', 'completed', 'failed']),
          agent: z.string(),
        })
        .nullable()
        .describe('`null`: the session itself, by its title.'),
      at: time.describe('When something last happened to it.'),
      field: z.enum(['title', 'task', 'command', 'output', 'file']).describe('Where the match is.'),
      text: z.string().describe('The text around the match, on one line.'),
      ranges: z
        .array(z.array(z.number()))
        .describe('Where in `text` the matches are: start and end, in UTF-16 code units.'),
    }),
  ),
);

export const searchPage = named(
  'SearchPage',
  z.object({
    hits: z.array(searchHit).describe('Newest session first, then newest task first.'),
    sessions: z.array(sessionMetadata).describe('The sessions of the hits, each once.'),
    nextCursor: z.string().optional().describe('Present when there may be more.'),
    unsearched: z
      .int()
      .optional()
      .describe(
        'How many sessions were left out because the index does not know them yet. It learns them meanwhile, so the same search finds more a little later. Absent when all were searched.',
      ),
  }),
);
