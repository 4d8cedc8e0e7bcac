import assert from 'node:assert/strict';
import { Validator } from '@seriousme/openapi-schema-validator';
import { openApiDocument, openPath } from '../../src/api/openapi.ts';
import { allRoutes } from '../../src/api/routes/allRoutes.ts';
import { createClient } from '../../src/client/client.ts';
import { ask, field, serveInMemory } from './support/serverFixture.ts';

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    for (const exact of [false, true]) {
      const validator = new Validator();
      const { valid, errors } = await validator.validate(
        structuredClone(openApiDocument(allRoutes, { exact })),
      );
      assert.ok(valid, JSON.stringify(errors, null, 2));
      assert.equal(validator.version, '3.1');
    }
  });

  it('is what the server serves, and describes every route with examples of refusals', async () => {
    const fixture = await serveInMemory();
    const { body } = await ask(fixture, 'GET', '/openapi.json');
    await fixture.close();
    assert.deepEqual(body, JSON.parse(JSON.stringify(openApiDocument(allRoutes))));
    for (const { path, method, id } of allRoutes) {
      const operation = field(body, 'paths', openPath(path), method);
      assert.equal(field(operation, 'operationId'), id);
      assert.ok(field(operation, 'responses', '400'), id);
    }
  });

  it('has every route of the contract', () => {
    const known = allRoutes.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    assert.deepEqual(known.sort(), [
      'DELETE /sessions/:sessionId',
      'GET /docs',
      'GET /health',
      'GET /openapi.json',
      'GET /search',
      'GET /sessions',
      'GET /sessions/:sessionId',
      'GET /sessions/:sessionId/events',
      'GET /sessions/:sessionId/export',
      'GET /sessions/:sessionId/tasks',
      'GET /stats',
      'GET /tasks/:taskId',
      'GET /tasks/:taskId/compare',
      'GET /tasks/:taskId/diff',
      'PATCH /sessions/:sessionId',
      'POST /agent/execute',
      'POST /agent/execute/stream',
      'POST /sessions',
      'POST /sessions/:sessionId/end',
      'POST /sessions/:sessionId/fork',
      'POST /sessions/:sessionId/restore',
      'POST /sessions/:sessionId/switch',
      'POST /tasks/:taskId/approvals/:approvalId',
      'POST /tasks/:taskId/cancel',
      'POST /tasks/:taskId/retry',
      'POST /tasks/:taskId/undo',
      'POST /tasks/:taskId/verify',
    ]);
  });

  it('describes what the client sends', async () => {
    const document = openApiDocument(allRoutes);
    const sent: string[] = [];
    const genuine = globalThis.fetch;
    globalThis.fetch = (url, init) => {
      sent.push(`${String(init?.method)} ${new URL(url instanceof Request ? url.url : url).pathname}`);
      return Promise.resolve(new Response('{}', { status: 500 }));
    };
    try {
      const client = createClient();
      const calls: Record<keyof typeof client, () => Promise<unknown>> = {
        createSession: () => client.createSession(),
        getSession: () => client.getSession('{sessionId}'),
        listSessions: () => client.listSessions(),
        listPage: () => client.listPage(),
        updateSession: () => client.updateSession('{sessionId}', { pinned: true }),
        switchSession: () => client.switchSession('{sessionId}'),
        endSession: () => client.endSession('{sessionId}'),
        executeTask: () => client.executeTask({ task: 'x' }),
        listTasks: () => client.listTasks('{sessionId}'),
        getTask: () => client.getTask('{taskId}'),
        decideApproval: () => client.decideApproval('{taskId}', '{approvalId}', { decision: 'deny' }),
        cancelTask: () => client.cancelTask('{taskId}'),
        compareTasks: () => client.compareTasks('{taskId}', ['x']),
        forkSession: () => client.forkSession('{sessionId}'),
        exportSession: () => client.exportSession('{sessionId}', { checkpoints: true }),
        retryTask: () => client.retryTask('{taskId}'),
        verifyTask: () => client.verifyTask('{taskId}'),
        search: () => client.search('x'),
        diffTask: () => client.diffTask('{taskId}'),
        undoTask: () => client.undoTask('{taskId}'),
        stats: () => client.stats({ since: new Date(0) }),
      };
      for (const call of Object.values(calls)) await call().catch(() => undefined);
      assert.equal(sent.length, Object.keys(client).length);
    } finally {
      globalThis.fetch = genuine;
    }
    for (const request of sent) {
      const [method = '', path = ''] = request.split(' ');
      assert.ok(field(document, 'paths', decodeURIComponent(path), method.toLowerCase()), request);
    }
  });
});
