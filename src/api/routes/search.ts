import * as z from 'zod';
import { json } from '../answer.ts';
import { type Route, route } from '../route.ts';
import { pageQuery } from '../schemas/queries.ts';
import { searchPage } from '../schemas/searchSchemas.ts';

/** Milliseconds for which a request waits for sessions to be read that the index does not know. */
const PATIENCE = 2_000;

export const searchRoutes: readonly Route[] = [
  route({
    ...{ id: 'search', method: 'get', path: '/search', scope: 'read' },
    summary: 'Find tasks and sessions by what was asked, done, printed and changed',
    description:
      'Words and `"phrases"` that must all occur in one task, letter case ignored, and the filters `status:`, `type:`, `agent:`, `file:` and `since:` (a date, or `7d`). A search is answered within seconds: `unsearched` says how many sessions it left out because the index does not know them yet.',
    query: {
      q: z.string().describe('What to look for, such as `login status:failed since:7d`.'),
      ...pageQuery,
    },
    answers: { 200: { description: 'What was found.', schema: searchPage } },
    handle: async ({ host, query: { q, limit, cursor }, disconnected: signal }) =>
      json(
        await host.search(q, {
          ...{ signal, patience: PATIENCE },
          ...(limit !== undefined && { limit }),
          ...(cursor !== undefined && { cursor }),
        }),
      ),
  }),
];
