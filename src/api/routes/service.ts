import * as z from 'zod';
import { json } from '../answer.ts';
import { type Route, route } from '../route.ts';
import { named } from '../schemas/registry.ts';
import { statsReport } from '../schemas/statsSchemas.ts';

const health = named('Health', z.object({ status: z.literal('ok') }));
const openApi = named('OpenApi', z.object({ openapi: z.string() }).loose());

const moment = z.union(
  [z.iso.datetime(), z.iso.date()],
  'not a date or a time in UTC, such as 2026-01-31 or 2026-01-31T12:00:00Z',
);

export const serviceRoutes: readonly Route[] = [
  route({
    ...{ id: 'getStats', method: 'get', path: '/stats', scope: 'read' },
    summary: 'Statistics over all sessions, or over a period',
    query: {
      since: moment.optional().describe('Only tasks that ended then or later: ISO 8601, UTC.'),
      until: moment
        .optional()
        .describe('Only tasks that ended before; a date means the end of that day. ISO 8601, UTC.'),
    },
    answers: { 200: { description: 'Statistics.', schema: statsReport } },
    handle: async ({ host, query: { since, until } }) =>
      json(
        await host.statistics.over({
          ...(since !== undefined && { since: new Date(since) }),
          ...(until !== undefined && { until: endOf(until) }),
        }),
      ),
  }),
  route({
    ...{ id: 'getHealth', method: 'get', path: '/health', scope: null },
    summary: 'Whether the server answers',
    answers: { 200: { description: 'It does.', schema: health } },
    handle: () => Promise.resolve(json({ status: 'ok' })),
  }),
  route({
    ...{ id: 'getOpenApi', method: 'get', path: '/openapi.json', scope: 'read' },
    summary: 'This description, as OpenAPI 3.1',
    answers: { 200: { description: 'OpenAPI 3.1.', schema: openApi } },
    handle: ({ texts }) => Promise.resolve({ status: 200, text: texts.openApi, type: 'application/json' }),
  }),
  route({
    ...{ id: 'getDocs', method: 'get', path: '/docs', scope: 'read' },
    summary: 'This description, for people',
    answers: { 200: { description: 'A page that needs no network.', type: 'text/html' } },
    handle: ({ texts }) =>
      Promise.resolve({
        ...{ status: 200, text: texts.docs.html, type: 'text/html; charset=utf-8', csp: texts.docs.csp },
      }),
  }),
];

function endOf(time: string): Date {
  const date = new Date(time);
  if (!time.includes('T')) date.setUTCDate(date.getUTCDate() + 1);
  return date;
}
