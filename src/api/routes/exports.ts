import * as z from 'zod';
import { file } from '../answer.ts';
import { type Route, route } from '../route.ts';
import { sessionId } from '../schemas/sessionSchemas.ts';

export const exportRoutes: readonly Route[] = [
  route({
    ...{ id: 'exportSession', method: 'get', path: '/sessions/:sessionId/export', scope: 'read' },
    summary: 'Export a session as one file',
    description:
      'A zip with every record, byte for byte, that `coding-agent sessions import` takes in elsewhere; or a report to read.',
    params: { sessionId },
    query: {
      format: z
        .enum(['zip', 'markdown', 'html', 'json'])
        .optional()
        .describe('`zip` when not given. The answer says its media type.'),
      checkpoints: z
        .enum(['true', 'false'])
        .optional()
        .describe('`true`: a zip also has the files as each task found and left them.'),
    },
    answers: {
      200: {
        description: 'The file.',
        type: ['application/zip', 'text/markdown', 'text/html', 'application/json'],
      },
    },
    async handle({ host, params, query, head }) {
      const exported = await host.transfer.exportSession(params.sessionId, {
        format: query.format ?? 'zip',
        checkpoints: query.checkpoints === 'true',
      });
      if (!head) return file(exported);
      await exported.discard();
      return { status: 200, text: '', type: exported.type };
    },
  }),
];
