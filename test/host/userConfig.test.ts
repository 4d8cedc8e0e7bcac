import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readUserConfig } from '../../src/host/userConfig.ts';
import { useTemporaryFolder } from '../support/temporaryFolder.ts';

describe('readUserConfig', () => {
  const folder = useTemporaryFolder();
  const read = (text: string): ReturnType<typeof readUserConfig> => {
    writeFileSync(join(folder(), 'config.json'), text);
    return readUserConfig({ config: folder() });
  };

  it('is empty without a file', async () => {
    assert.deepEqual(await readUserConfig({ config: folder() }), {});
  });

  it('reads what the settings know', async () => {
    const config = {
      agent: 'acp:claude',
      model: { provider: 'anthropic', model: 'm', baseUrl: 'http://127.0.0.1:1/v1', apiKeyEnv: 'MY_KEY' },
      acpAgents: { claude: { command: 'claude-agent', args: ['--acp'], env: { A: 'b' } } },
      permissions: {},
      verify: 'npm test',
    };
    assert.deepEqual(await read(JSON.stringify(config)), config);
  });

  it('names the file, the place and the mistake', async () => {
    for (const [text, message] of [
      ['{', /config\.json is not JSON: /],
      ['[]', /config\.json cannot be used\. .*object/],
      ['{"agent":"x y"}', /agent: Unknown agent: "x y"/],
      ['{"agnt":"auto"}', /used\. "agnt" is not known here\. /],
      ['{"verify":5}', /verify: not a text but 5\./],
      [
        '{"model":{"provider":"other","contextTokens":5,"limits":{"steps":1.5,"cost":-1}}}',
        /model\.provider: not "vscode", [^;]* but "other"; model\.limits\.steps: not a whole number but 1\.5; model\.limits\.cost: not more than 0 but -1; model\.contextTokens: not at least 2000 but 5\. /,
      ],
      ['{"model":{"provider":"anthropic","baseUrl":"file:///etc"}}', /model\.baseUrl: not a web address\. /],
      [
        '{"model":{"provider":"anthropic","apiKeyEnv":"sk-ant-123"}}',
        /model\.apiKeyEnv: .*not the key itself/,
      ],
      ['{"acpAgents":{"a":{"args":[]}}}', /acpAgents\.a\.command: /],
      [`{"verify":"${'x'.repeat(1024 * 1024)}"}`, /larger than 1 MB/],
    ] as const) {
      await assert.rejects(read(text), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'invalid_input');
        assert.match(error.message, message);
        return true;
      });
    }
  });
});
