import * as z from 'zod';
import type { SessionDetails } from '../../core/sessionManager.ts';
import { type Answer, json } from '../answer.ts';
import { pageBytes } from '../pageBytes.ts';
import { type Route, route } from '../route.ts';
import { pageQuery } from '../schemas/queries.ts';
import {
  createdSession,
  createSession,
  endSession,
  forkSession,
  sessionAnswer,
  sessionId,
  sessionList,
  sessionStatus,
  updateSession,
} from '../schemas/sessionSchemas.ts';
import { taskList } from '../schemas/taskSchemas.ts';
import { publicTask } from '../../core/publicTask.ts';

const params = { sessionId };
const session = { 200: { description: 'The session.', schema: sessionAnswer } };

function details({ stats, ...metadata }: SessionDetails): Answer {
  return json({ metadata, stats });
}

export const sessionRoutes: readonly Route[] = [
  route({
    ...{ id: 'createSession', method: 'post', path: '/sessions', scope: 'run' },
    summary: 'Create a session and make it the current one',
    body: createSession,
    bodyOptional: true,
    idempotent: true,
    answers: { 201: { description: 'The new session.', schema: createdSession } },
    async handle({ host: { sessions }, idempotency, idempotencyKey, body }) {
      const { sessionId } = await idempotency.once(idempotencyKey, ['createSession', body], async () => {
        const { sessionId } = await sessions.createSession(body);
        return { sessionId };
      });
      const { stats: _stats, ...metadata } = await sessions.getSession(sessionId);
      return json({ sessionId, metadata }, 201);
    },
  }),
  route({
    ...{ id: 'listSessions', method: 'get', path: '/sessions', scope: 'read' },
    summary: 'List sessions, newest first',
    query: {
      ...pageQuery,
      status: sessionStatus.optional(),
      q: z.string().optional().describe('Every word must occur in the title or the text of a task.'),
      archived: z.enum(['true', 'false']).optional().describe('`true`: archived ones too.'),
    },
    answers: { 200: { description: 'A page of sessions.', schema: sessionList } },
    async handle({ host, query: { archived, ...query } }) {
      const wanted = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
      const page = await host.sessions.listPage({ ...wanted, archived: archived === 'true' });
      return { status: 200, text: pageBytes(page), type: 'application/json' };
    },
  }),
  route({
    ...{ id: 'getSession', method: 'get', path: '/sessions/:sessionId', scope: 'read' },
    summary: 'Show a session and its statistics',
    params,
    answers: session,
    handle: async ({ host, params }) => details(await host.sessions.getSession(params.sessionId)),
  }),
  route({
    ...{ id: 'updateSession', method: 'patch', path: '/sessions/:sessionId', scope: 'run' },
    summary: 'Rename, tag, pin or archive a session',
    params,
    body: updateSession,
    answers: session,
    handle: async ({ host, params, body }) =>
      details(await host.sessions.updateSession(params.sessionId, body)),
  }),
  route({
    ...{ id: 'deleteSession', method: 'delete', path: '/sessions/:sessionId', scope: 'run' },
    summary: 'Move a session to the trash',
    params,
    answers: { 204: { description: 'It is in the trash.' } },
    async handle({ host, params }) {
      await host.sessions.deleteSession(params.sessionId);
      return { status: 204 };
    },
  }),
  route({
    ...{ id: 'restoreSession', method: 'post', path: '/sessions/:sessionId/restore', scope: 'run' },
    summary: 'Take a session back from the trash',
    params,
    answers: session,
    handle: async ({ host, params }) => details(await host.sessions.restoreSession(params.sessionId)),
  }),
  route({
    ...{ id: 'forkSession', method: 'post', path: '/sessions/:sessionId/fork', scope: 'run' },
    summary: 'Make a session that goes on from where another one was, and make it the current one',
    description:
      'It begins with copies of the finished tasks, under ids of their own; what they came from does not change.',
    params,
    body: forkSession,
    bodyOptional: true,
    idempotent: true,
    answers: { 201: { description: 'The new session.', schema: createdSession } },
    async handle({ host: { sessions, forks }, idempotency, idempotencyKey, params, body }) {
      const request = ['forkSession', params, body];
      const { sessionId } = await idempotency.once(idempotencyKey, request, async () => {
        const { sessionId } = await forks.fork(params.sessionId, body);
        return { sessionId };
      });
      const { stats: _stats, ...metadata } = await sessions.getSession(sessionId);
      return json({ sessionId, metadata }, 201);
    },
  }),
  route({
    ...{ id: 'endSession', method: 'post', path: '/sessions/:sessionId/end', scope: 'run' },
    summary: 'End a session',
    description: 'Running a task in it later opens it again. Ending twice is refused and changes nothing.',
    params,
    body: endSession,
    bodyOptional: true,
    answers: session,
    handle: async ({ host, params, body }) =>
      details(await host.sessions.endSession(params.sessionId, body.status)),
  }),
  route({
    ...{ id: 'switchSession', method: 'post', path: '/sessions/:sessionId/switch', scope: 'run' },
    summary: 'Make a session the current one of this server',
    params,
    answers: session,
    async handle({ host, params }) {
      await host.sessions.switchSession(params.sessionId);
      return details(await host.sessions.getSession(params.sessionId));
    },
  }),
  route({
    ...{ id: 'listTasks', method: 'get', path: '/sessions/:sessionId/tasks', scope: 'read' },
    summary: 'List the tasks of a session, oldest first',
    params,
    answers: { 200: { description: 'Its tasks.', schema: taskList } },
    handle: async ({ host, params }) =>
      json({ tasks: (await host.sessions.listTasks(params.sessionId)).map(publicTask) }),
  }),
];
