import { json } from '../answer.ts';
import { asStream, execution } from '../execution.ts';
import { type Route, route } from '../route.ts';
import { cancelOnDisconnect } from '../schemas/queries.ts';
import { execute, executed } from '../schemas/taskSchemas.ts';

export const agentRoutes: readonly Route[] = [
  route({
    ...{ id: 'executeTask', method: 'post', path: '/agent/execute', scope: 'run' },
    summary: 'Run a task and wait for its end',
    description:
      'In the named session, else in the current one, else in a new one. Answers 200 also when the task failed: `task.status` tells.',
    query: { cancelOnDisconnect },
    body: execute,
    idempotent: true,
    answers: { 200: { description: 'The task, failed or not.', schema: executed } },
    handle: async call =>
      json(
        await execution(call, ['executeTask', call.body], signal =>
          call.host.sessions.startTask({ ...call.body, signal }),
        ),
      ),
  }),
  route({
    ...{ id: 'executeTaskStream', method: 'post', path: '/agent/execute/stream', scope: 'run' },
    summary: 'Run a task and follow it',
    description:
      'The journal events of the task, each with its sequence number as id, and its output as `event: output` without id; at the end `event: done` with the body of `POST /agent/execute`. Output is dropped when the client is slow; it is in the journal events, too.',
    query: { cancelOnDisconnect },
    body: execute,
    idempotent: true,
    answers: { 200: { description: 'Server-sent events.', type: 'text/event-stream' } },
    handle: call =>
      asStream(call.streams, onStarted =>
        execution(
          call,
          ['executeTask', call.body],
          signal => call.host.sessions.startTask({ ...call.body, signal }),
          onStarted,
        ),
      ),
  }),
];
