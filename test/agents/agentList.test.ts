import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AgentEntry, type AgentListOptions, listAgents } from '../../src/agents/agentList.ts';
import { configuredAgent } from '../../src/agents/createAgents.ts';
import { findModelServers } from '../../src/agents/model/modelServers.ts';
import { ScriptedModel } from '../support/scriptedModel/scriptedModel.ts';

describe('the list of agents', () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'agents-'));
    await writeFile(join(folder, 'gemini'), '#!/bin/sh\n', { mode: 0o755 });
  });

  after(() => rm(folder, { recursive: true }));

  async function entries(options: Partial<AgentListOptions>): Promise<readonly AgentEntry[]> {
    const nothing = { settings: {}, hostModels: undefined, lookForServers: false };
    return listAgents({ ...nothing, ...options, environment: { PATH: folder, ...options.environment } });
  }

  async function list(
    settings: AgentListOptions['settings'],
  ): Promise<Map<string, [state: string, isDefault: boolean, advice: string]>> {
    // The configured model stands before those that could be.
    const agents = (await entries({ settings })).toReversed();
    return new Map(agents.map(agent => [agent.name, [agent.state, agent.isDefault, agent.advice ?? '']]));
  }

  it('says what is ready, what is found and not chosen, what is absent, and what to do', async () => {
    const agents = await list({});
    assert.deepEqual(agents.get('direct'), ['ready', false, '']);
    assert.equal(agents.get('model')?.[0], 'unavailable');
    assert.deepEqual(agents.get('acp:gemini')?.slice(0, 2), ['found', false]);
    assert.match(agents.get('acp:gemini')?.[2] ?? '', /--agent acp:gemini/);
    assert.equal(agents.get('acp:claude')?.[0], 'absent');
    assert.match(agents.get('acp:claude')?.[2] ?? '', /npm install -g/);
  });

  it('names a key that is set without looking at it, and does not use it', async () => {
    const agents = await entries({ environment: { OPENAI_API_KEY: 'sk-0123456789' } });
    const named = agents.find(({ title }) => title === 'A key in OPENAI_API_KEY');
    assert.deepEqual([named?.state, named?.isDefault, named?.next], ['found', false, 'choose_model']);
    assert.match(named?.advice ?? '', /"apiKeyEnv":"OPENAI_API_KEY"/);
    assert.ok(!JSON.stringify(agents).includes('sk-0123456789'));
  });

  it('shows what the person configured, and why it cannot be used', async () => {
    const model = { provider: 'openai-compatible', model: 'm', baseUrl: 'http://127.0.0.1:1/v1' } as const;
    assert.deepEqual((await list({ model })).get('model'), ['ready', true, '']);
    assert.match((await list({ model: { ...model, apiKeyEnv: 'NOPE' } })).get('model')?.[2] ?? '', /NOPE/);
    const own = await list({ acpAgents: { mine: { command: 'not-there' } } });
    assert.deepEqual(own.get('acp:mine')?.slice(0, 2), ['unavailable', true]);
  });

  it('says for each that is not ready what comes next, and for each what the settings will say', async () => {
    const agents = await entries({
      settings: { model: { provider: 'anthropic', model: 'm' } },
      hostModels: [{ id: 'one', title: 'Model One' }],
      storedKey: ({ provider }) => Promise.resolve(provider === 'anthropic' ? 'a key' : undefined),
    });
    const of = (title: string): AgentEntry | undefined => agents.find(entry => entry.title === title);
    assert.deepEqual([of('Model by Anthropic')?.state, of('Model by Anthropic')?.next], ['ready', null]);
    assert.equal(of('Anthropic'), undefined, 'the one that is chosen is shown once');
    assert.deepEqual([of('OpenAI')?.state, of('OpenAI')?.next], ['unavailable', 'enter_key']);
    assert.deepEqual(of('Model One by VS Code')?.choice, {
      ...{ agent: 'model', model: { provider: 'vscode', model: 'one' } },
    });
    assert.equal(of('Claude Code')?.next, 'install_agent');
    assert.equal(of('Claude Code')?.install, 'npm install -g @agentclientprotocol/claude-agent-acp');
    assert.deepEqual(of('Gemini CLI')?.choice, { agent: 'acp:gemini' });
    assert.ok(agents.every(({ state, advice }) => state === 'ready' || advice !== null));
  });

  it('asks for the missing key where one can be kept, else for the settings', async () => {
    const settings = { model: { provider: 'anthropic', model: 'm' } } as const;
    const next = async (options: Partial<AgentListOptions>): Promise<unknown> =>
      (await entries({ settings, ...options })).find(({ name }) => name === 'model')?.next;
    assert.equal(await next({ storedKey: () => Promise.resolve(undefined) }), 'enter_key');
    assert.equal(await next({}), 'open_settings');
  });

  it('takes for auto only what was configured or selected', () => {
    const model = { provider: 'anthropic', model: 'm' } as const;
    const acpAgents = { one: { command: 'x' } };
    assert.equal(configuredAgent({}), undefined);
    assert.equal(configuredAgent({ model }), 'model');
    assert.equal(configuredAgent({ model, agent: 'acp:one' }), 'acp:one');
    assert.equal(configuredAgent({ acpAgents }), 'acp:one');
    assert.equal(configuredAgent({ acpAgents: { ...acpAgents, two: { command: 'y' } } }), undefined);
  });

  it('finds model servers on loopback', async () => {
    const server = await ScriptedModel.start([]);
    const port = Number(new URL(server.origin).port);
    assert.deepEqual(
      await findModelServers([
        ['Scripted', port],
        ['None', 9],
      ]),
      [{ title: 'Scripted', baseUrl: server.baseUrl, models: ['scripted'] }],
    );
    await server.close();
  });
});
