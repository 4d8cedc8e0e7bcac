import * as z from 'zod';
import { type Route, route } from '../route.ts';
import { sessionId } from '../schemas/sessionSchemas.ts';

const sequence = z.coerce.number('not a number of a record').int().min(0).max(Number.MAX_SAFE_INTEGER);

export const eventRoutes: readonly Route[] = [
  route({
    ...{ id: 'followSession', method: 'get', path: '/sessions/:sessionId/events', scope: 'read' },
    summary: 'Follow a session',
    description:
      'Server-sent events: all journal events after the given sequence number (each with its own as id), then what happens, as it happens. `event: output` (without id) is text that a running call prints; it is dropped when the client is slow. A client that was cut off resumes with `Last-Event-ID`, as browsers do by themselves.',
    params: { sessionId },
    query: {
      after: sequence.optional().describe('Only what has a higher number; everything when not given.'),
      snapshot: z
        .enum(['true', 'false'])
        .optional()
        .describe('`true`: begins with `event: snapshot`, the session as it is, instead of what led there.'),
    },
    answers: { 200: { description: 'Server-sent events.', type: 'text/event-stream' } },
    async handle({ streams, params, query, lastEventId, head }) {
      const resumed = sequence.safeParse(lastEventId);
      const after = lastEventId !== undefined && resumed.success ? resumed.data : query.after;
      const snapshot = query.snapshot === 'true' && after === undefined;
      return streams.ofSession(params.sessionId, { after: after ?? 0, snapshot, head });
    },
  }),
];
