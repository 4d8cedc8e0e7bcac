import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nullLogger } from '../../src/core/logger.ts';
import { readAgentSettings } from '../../src/host/agentSettings.ts';
import { readUserConfig } from '../../src/host/userConfig.ts';

describe('readAgentSettings', () => {
  let config: string;
  let warnings: string[];
  const logger = {
    ...nullLogger,
    warn: (message: string) => {
      warnings.push(message);
    },
  };

  beforeEach(async () => {
    config = await mkdtemp(join(tmpdir(), 'settings-'));
    warnings = [];
  });

  afterEach(() => rm(config, { recursive: true }));

  const profile = (): { config: string; cache: string; state: string } => ({ config, cache: '', state: '' });
  const save = (content: unknown): Promise<void> =>
    writeFile(join(config, 'config.json'), JSON.stringify(content));

  it('takes what the editor leaves out from config.json', async () => {
    await save({
      agent: 'model',
      verify: 'make test',
      acpAgents: { a: { command: '/a' }, b: { command: '/b' } },
    });
    const chosen: { agent?: string; verify?: string } = {};
    const settings = await readAgentSettings(
      {
        profile: profile(),
        agentSettings: () => ({
          ...{ agent: chosen.agent, verify: chosen.verify },
          model: undefined,
          acpAgents: { b: { command: '/mine' } },
          permissions: undefined,
          commitTrailer: undefined,
          checkpoints: undefined,
          checkpointGigabytes: undefined,
        }),
      },
      logger,
    );
    assert.equal(settings().agent, 'model');
    chosen.agent = 'direct';
    assert.equal(settings().agent, 'direct');
    assert.equal(settings().verify, 'make test');
    chosen.verify = 'npm test';
    assert.equal(settings().verify, 'npm test');
    assert.deepEqual(settings().acpAgents, { a: { command: '/a' }, b: { command: '/mine' } });
  });

  it('passes over what is malformed and says it once', async () => {
    const model = { provider: 'openai-compatible', apiKey: 'never a key here' };
    const agentSettings = () => ({
      agent: 'acp:x',
      model,
      acpAgents: undefined,
      permissions: undefined,
      verify: undefined,
      commitTrailer: undefined,
      checkpoints: undefined,
      checkpointGigabytes: undefined,
    });
    const settings = await readAgentSettings({ profile: profile(), agentSettings }, logger);
    assert.deepEqual([settings().agent, settings().model], ['acp:x', undefined]);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /codingAgent\.model cannot be used/);
    assert.ok(!warnings[0]!.includes('never a key'));
  });

  it('goes on without a config.json that cannot be read, in sight', async () => {
    await writeFile(join(config, 'config.json'), '{');
    const settings = await readAgentSettings({ profile: profile() }, logger);
    assert.deepEqual(settings(), { permissions: { ask: [{}] } });
    assert.equal(warnings.length, 1);
  });

  it('asks for everything where rules cannot be read: they may have denied it', async () => {
    const permissions = { deny: [{ arg: ['git', 'push'] }] };
    const unset = {
      agent: undefined,
      model: undefined,
      acpAgents: undefined,
      verify: undefined,
      commitTrailer: undefined,
      checkpoints: undefined,
      checkpointGigabytes: undefined,
    };
    const agentSettings = () => ({ ...unset, permissions });
    const settings = await readAgentSettings({ profile: profile(), agentSettings }, logger);
    assert.deepEqual(settings().permissions, { ask: [{}] });
    assert.match(warnings[0] ?? '', /codingAgent\.permissions/);
  });

  it('takes rules of config.json, and refuses one that would allow any program', async () => {
    const rules = { allow: [{ tool: 'run_command', args: ['npm', 'test'] }] };
    await save({ permissions: rules });
    const settings = await readAgentSettings({ profile: profile() }, logger);
    assert.deepEqual(settings().permissions, rules);
    await save({ permissions: { allow: [{ tool: 'run_command' }] } });
    await assert.rejects(readUserConfig(profile()), /programs are allowed by their args/);
  });
});
