import * as z from 'zod';
import { readComparison } from '../../core/readComparison.ts';
import { json } from '../answer.ts';
import { execution, untilEnd } from '../execution.ts';
import { type Route, route } from '../route.ts';
import { cancelOnDisconnect } from '../schemas/queries.ts';
import { decide, executed, retry, taskView as taskSchema, verify } from '../schemas/taskSchemas.ts';
import { comparison } from '../schemas/comparisonSchemas.ts';
import { taskDiff, undo, undone } from '../schemas/undoSchemas.ts';
import { taskView } from '../../core/taskView.ts';

const params = { taskId: z.string().max(200) };
const EVENTS = 'text/event-stream';
const AS_EVENTS =
  'With `Accept: text/event-stream` the answer is a stream as that of `POST /agent/execute/stream`, which ends with `event: done` ' +
  'and the body that is answered otherwise.';
const task = { 200: { description: 'The task.', schema: taskSchema } };

export const taskRoutes: readonly Route[] = [
  route({
    ...{ id: 'getTask', method: 'get', path: '/tasks/:taskId', scope: 'read' },
    summary: 'Show a task, what its agent did, and what it asks',
    params,
    answers: task,
    handle: async ({ host, params }) => json(taskView(await host.sessions.getTask(params.taskId))),
  }),
  route({
    ...{ id: 'cancelTask', method: 'post', path: '/tasks/:taskId/cancel', scope: 'run' },
    summary: 'Stop a task, whichever process runs it',
    description: 'Answers when it has stopped.',
    params,
    answers: task,
    async handle({ host, params }) {
      await host.sessions.cancelTask(params.taskId);
      return json(taskView(await host.sessions.getTask(params.taskId)));
    },
  }),
  route({
    ...{ id: 'retryTask', method: 'post', path: '/tasks/:taskId/retry', scope: 'run' },
    summary: "Run a finished task's text again, as a new task, and wait for its end",
    params,
    description: `With the same agent or another: the attempts can be compared. ${AS_EVENTS}`,
    query: { cancelOnDisconnect },
    body: retry,
    bodyOptional: true,
    idempotent: true,
    answers: { 200: { description: 'The new task, failed or not.', schema: executed, type: EVENTS } },
    handle: call =>
      untilEnd(call, onStarted =>
        execution(
          call,
          ['retryTask', call.params, call.body],
          signal => call.host.sessions.retryTask(call.params.taskId, { ...call.body, signal }),
          onStarted,
        ),
      ),
  }),
  route({
    ...{ id: 'verifyTask', method: 'post', path: '/tasks/:taskId/verify', scope: 'run' },
    summary: 'Verify a finished task again, and wait for the evidence',
    description:
      'Its evidence is renewed and its status stays. Answers 200 also when the command fails: `verification.passed` tells. ' +
      AS_EVENTS,
    params,
    query: { cancelOnDisconnect },
    body: verify,
    bodyOptional: true,
    idempotent: true,
    answers: {
      200: { description: 'The task with its new evidence.', schema: taskSchema, type: EVENTS },
    },
    handle: call =>
      untilEnd(call, async onStarted => {
        const { sessions } = call.host;
        const { taskId } = call.params;
        await execution(
          call,
          ['verifyTask', call.params, call.body],
          signal => sessions.verifyTask(taskId, { ...call.body, signal }),
          onStarted,
        );
        return taskView(await sessions.getTask(taskId));
      }),
  }),
  route({
    ...{ id: 'compareTasks', method: 'get', path: '/tasks/:taskId/compare', scope: 'read' },
    summary: 'Compare the attempts of a task, or it with other tasks',
    params,
    query: {
      with: z
        .string()
        .max(4000)
        .optional()
        .describe('Ids of other tasks, with commas between; all attempts of the task when not given.'),
    },
    answers: { 200: { description: 'The attempts side by side.', schema: comparison } },
    handle: async ({ host, params: { taskId }, query }) =>
      json(await readComparison(host.sessions, [taskId, ...(query.with?.split(',') ?? [])])),
  }),
  route({
    ...{ id: 'diffTask', method: 'get', path: '/tasks/:taskId/diff', scope: 'read' },
    summary: 'Show what a task changed',
    description:
      'While the task runs, and when its process died, up to now. Without checkpoints (`before` is null) there are no patches.',
    params,
    answers: { 200: { description: 'The changed files.', schema: taskDiff } },
    handle: async ({ host, params }) => json(await host.undo.diff(params.taskId)),
  }),
  route({
    ...{ id: 'undoTask', method: 'post', path: '/tasks/:taskId/undo', scope: 'run' },
    summary: 'Take back what a task changed, or bring it back',
    description:
      'All of it and nothing else, or nothing: when a file was changed since, the answer is `undo_conflict`. Undoing an undone task ' +
      'brings its changes back.',
    params,
    body: undo,
    bodyOptional: true,
    answers: { 200: { description: 'What was done, and the task.', schema: undone } },
    async handle({ host, params: { taskId }, body }) {
      const { plan } = await host.undo.undo(taskId, body);
      const task = taskView(await host.sessions.getTask(taskId));
      return json({ taskId, undone: plan.undone, files: plan.files, left: plan.left, task });
    },
  }),
  route({
    ...{
      id: 'decideApproval',
      method: 'post',
      path: '/tasks/:taskId/approvals/:approvalId',
      scope: 'approve',
    },
    summary: 'Answer what a waiting task asks',
    description:
      'The questions are the `approvals` of `GET /tasks/{taskId}`. A task whose process ended while it only waited for an answer still ' +
      'has its question: the answer starts the attempt that goes on from there, and the answer to this request is that one.',
    params: { ...params, approvalId: z.string().max(200) },
    body: decide,
    answers: task,
    async handle({ host, params: { taskId, approvalId }, body }) {
      const { decision, scope = 'once', reason, text } = body;
      const allowed = decision === 'allow' || decision === 'approve';
      const words = { ...(reason !== undefined && { reason }), ...(text !== undefined && { text }) };
      const { id } = await host.sessions.decideApproval(taskId, approvalId, {
        ...{ allowed, by: 'person', scope, ...words },
      });
      return json(taskView(await host.sessions.getTask(id)));
    },
  }),
];
