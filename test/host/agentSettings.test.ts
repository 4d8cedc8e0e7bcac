import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nullLogger } from '../../src/core/logger.ts';
import { readAgentSettings } from '../../src/host/agentSettings.ts';

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
    await save({ agent: 'model', acpAgents: { a: { command: '/a' }, b: { command: '/b' } } });
    const chosen: { agent?: string } = {};
    const settings = await readAgentSettings(
      {
        profile: profile(),
        agentSettings: () => ({
          agent: chosen.agent,
          model: undefined,
          acpAgents: { b: { command: '/mine' } },
        }),
      },
      logger,
    );
    assert.equal(settings().agent, 'model');
    chosen.agent = 'direct';
    assert.equal(settings().agent, 'direct');
    assert.deepEqual(settings().acpAgents, { a: { command: '/a' }, b: { command: '/mine' } });
  });

  it('passes over what is malformed and says it once', async () => {
    const model = { provider: 'openai-compatible', apiKey: 'never a key here' };
    const agentSettings = () => ({ agent: 'acp:x', model, acpAgents: undefined });
    const settings = await readAgentSettings({ profile: profile(), agentSettings }, logger);
    assert.deepEqual([settings().agent, settings().model], ['acp:x', undefined]);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /codingAgent\.model cannot be used/);
    assert.ok(!warnings[0]!.includes('never a key'));
  });

  it('goes on without a config.json that cannot be read, in sight', async () => {
    await writeFile(join(config, 'config.json'), '{');
    const settings = await readAgentSettings({ profile: profile() }, logger);
    assert.deepEqual(settings(), {});
    assert.equal(warnings.length, 1);
  });
});
