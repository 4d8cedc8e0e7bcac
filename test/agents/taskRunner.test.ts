import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Agent } from '../../src/agents/agent.ts';
import type { Recipe } from '../../src/agents/direct/recipe.ts';
import { temporaryFolder } from '../workspace/temporaryFolder.ts';
import { completed, failed, runIn, type RunTask } from './runTask.ts';

describe('choosing an agent', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let root: string;
  let runTask: RunTask;

  beforeEach(async () => {
    folder = await temporaryFolder();
    root = path.join(folder.path, 'root');
    runTask = runIn(root);
    await mkdir(root);
  });
  afterEach(() => folder.remove());

  const other: Agent = {
    ...{ name: 'model', model: 'm-1', isUnsupervised: true },
    refusal: () => undefined,
    carryOut: async ({ run }) => ({ status: 'completed', result: { summary: run.task.description } }),
  };

  it('that nobody has: the task fails with every way to help', async () => {
    const recipes: Recipe[] = [
      { name: 'r', example: 'Build a todo app', matches: () => false, plan: async () => [] },
    ];
    const ran = await runTask('make me a sandwich', {}, { recipes });
    const message = failed(ran, 'error', 'no_agent');
    for (const way of [/make me a sandwich/, /\$ npm test/, /Build a todo app/, /model/, /acpAgents/])
      assert.match(message, way);
    assert.deepEqual(ran.run.events, []);
    for (const agent of ['model', 'acp:opencode']) {
      assert.match(failed(await runTask('$ ls', { agent }), 'error', 'no_agent'), new RegExp(agent));
    }
    assert.match(
      failed(await runTask('replace A with B in x', { agent: 'direct' }), 'error', 'no_agent'),
      /replace "A" with "B" in PATH/,
    );
  });

  it('auto takes direct for what it understands, then the configured one, never one that is merely there', async () => {
    const agents = (): Agent[] => [other];
    completed(await runTask('$ true', {}, { agents, configuredAgent: () => 'model' }));
    const ran = await runTask('think', {}, { agents, configuredAgent: () => 'model' });
    assert.deepEqual(ran.outcome, { status: 'completed', result: { summary: 'think' } });
    assert.deepEqual(
      [ran.run.task.agent, ran.run.task.model, ran.run.task.unsupervised],
      ['model', 'm-1', true],
    );
    failed(await runTask('think', {}, { agents }), 'error', 'no_agent');
    assert.equal((await runTask('$ true', { agent: 'model' }, { agents })).run.task.agent, 'model');
  });

  it('that throw fail the task', async () => {
    const agents = (): Agent[] => [{ ...other, carryOut: () => Promise.reject(new TypeError('oops')) }];
    const { outcome } = await runTask('x', { agent: 'model' }, { agents });
    assert.deepEqual(outcome, { status: 'failed', reason: 'error', errorCode: 'internal', error: 'oops' });
  });
});
