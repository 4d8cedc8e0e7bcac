import assert from 'node:assert/strict';
import type { HostTool } from '../../../src/agents/model/hostTool.ts';
import { callTool, say } from '../../support/scriptedModel/scriptedReply.ts';
import { ModelFixture } from './modelFixture.ts';

describe('tools of the editor', () => {
  let fixture: ModelFixture;
  const used: object[] = [];
  const echo: HostTool = {
    ...{ name: 'mcp_echo', description: 'Echoes.', class: 'network' },
    inputSchema: { type: 'object', properties: { deep: { type: 'object' } }, required: ['deep'] },
    invoke: input => {
      used.push(input);
      return Promise.resolve(`echo ${JSON.stringify(input)} key test-key-of-our-own-12345`);
    },
  };
  const input = { deep: { n: 1, list: ['a'] } };

  before(async () => {
    fixture = await ModelFixture.create();
  });
  beforeEach(() => {
    used.length = 0;
    fixture.server.requests.length = 0;
  });
  after(() => fixture.close());

  it('are offered with their own schema, asked for each time with all that they get, and on record', async () => {
    const { outcome, run } = await fixture.run({
      hostTools: () => [echo],
      answer: () => ({ allowed: true, by: 'person', scope: 'session' }),
      script: [callTool('mcp_echo', input), callTool('mcp_echo', input), say('Done.')],
    });
    assert.equal(outcome.status, 'completed');
    assert.deepEqual(used, [input, input]);
    assert.equal(run.questions.length, 2, 'approved one by one, also with --yes');
    assert.equal(run.questions[0]!.subject, `mcp_echo ${JSON.stringify(input, undefined, 2)}`);
    assert.equal(run.questions[0]!.onceOnly, true);
    const [request, answered] = fixture.server.requests;
    const tools = request!.body['tools'] as { function: { name: string; parameters: object } }[];
    assert.equal(tools.length, 11);
    assert.deepEqual(
      tools.find(tool => tool.function.name === 'mcp_echo')?.function.parameters,
      echo.inputSchema,
    );
    assert.match(answered!.toolResults[0]!, /^echo {"deep".*\[secret/);
    assert.deepEqual(
      run.task.plan?.steps.map(({ title }) => title),
      ['Use mcp_echo', 'Use mcp_echo'],
    );
  });

  it('are not used when they are denied, tell the model when they fail, and take the name of none of ours', async () => {
    const denied = await fixture.run({
      hostTools: () => [echo, { ...echo, name: 'read_file' }, { ...echo, name: 'update_plan' }],
      script: [callTool('mcp_echo', input), say('Then not.')],
    });
    assert.equal(denied.outcome.status, 'failed');
    assert.deepEqual(used, []);
    assert.equal((fixture.server.requests[0]!.body['tools'] as object[]).length, 11);
    const fails: HostTool = {
      ...echo,
      class: 'read',
      invoke: () => Promise.reject(new Error('The server is gone.')),
    };
    await fixture.run({ hostTools: () => [fails], script: [callTool('mcp_echo', input), say('Gave up.')] });
    assert.match(fixture.server.requests.at(-1)!.toolResults[0]!, /mcp_echo failed: The server is gone\./);
    const large = { deep: { text: 'x'.repeat(20_000) } };
    const script = [{ ...callTool('mcp_echo', large), chunkSize: 30_000 }, say('Gave up.')];
    await fixture.run({ hostTools: () => [echo], script });
    assert.match(fixture.server.requests.at(-1)!.toolResults[0]!, /too large/);
  });
});
