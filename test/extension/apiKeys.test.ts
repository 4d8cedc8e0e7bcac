import assert from 'node:assert/strict';
import { nullLogger } from '../../src/core/logger.ts';
import { ApiKeys } from '../../src/extension/keys/apiKeys.ts';
import { keyPlaceOf } from '../../src/extension/keys/keyPlace.ts';
import { CommandId } from '../../src/extension/contributionIds.ts';
import { InMemoryMemento } from './support/openFolder.ts';
import { codeOfRejection, openApi, runCommand } from './support/thisExtension.ts';

class InMemorySecrets {
  readonly values = new Map<string, string>();

  get(name: string): Promise<string | undefined> {
    return Promise.resolve(this.values.get(name));
  }

  store(name: string, value: string): Promise<void> {
    this.values.set(name, value);
    return Promise.resolve();
  }

  delete(name: string): Promise<void> {
    this.values.delete(name);
    return Promise.resolve();
  }
}

describe('API keys', () => {
  const openAi = { provider: 'openai-compatible', baseUrl: 'https://api.openai.com/v1', model: 'm' } as const;
  const placeOf = (settings: Parameters<typeof keyPlaceOf>[0]) => {
    const place = keyPlaceOf(settings);
    assert.ok(place);
    return place;
  };

  it('are for the server that they were entered for, and for no other', async () => {
    const secrets = new InMemorySecrets();
    const memento = new InMemoryMemento();
    const keys = new ApiKeys(secrets, memento, nullLogger);
    await keys.set(placeOf(openAi), 'key-of-openai');
    assert.equal(await keys.keyFor(openAi), 'key-of-openai');
    assert.equal(await keys.keyFor({ ...openAi, baseUrl: 'https://api.openai.com/v2' }), 'key-of-openai');
    assert.equal(
      await keys.keyFor({ ...openAi, baseUrl: 'https://api.openai.com.evil.example/v1' }),
      undefined,
    );
    assert.equal(await keys.keyFor({ provider: 'anthropic', model: 'm' }), undefined);
    assert.equal(await keys.keyFor({ provider: 'vscode' }), undefined);
    assert.ok(!JSON.stringify(memento.keys().map(key => memento.get(key))).includes('key-of-openai'));
    await keys.clear(placeOf(openAi));
    assert.equal(await keys.keyFor(openAi), undefined);
    assert.deepEqual([keys.places, secrets.values.size], [[], 0]);
  });

  it('are not kept for a server to which they would travel in the clear', async () => {
    const keys = new ApiKeys(new InMemorySecrets(), new InMemoryMemento(), nullLogger);
    const remote = placeOf({ provider: 'openai-compatible', baseUrl: 'http://models.example.com/v1' });
    assert.equal(await codeOfRejection(keys.set(remote, 'k')), 'invalid_input');
    for (const host of ['127.0.0.1:11434', 'localhost:1234', '[::1]:80'])
      await keys.set(placeOf({ provider: 'openai-compatible', baseUrl: `http://${host}/v1` }), 'k');
  });

  it('that cannot be read are not there', async () => {
    const secrets = new InMemorySecrets();
    secrets.get = () => Promise.reject(new Error('locked'));
    assert.equal(await new ApiKeys(secrets, new InMemoryMemento(), nullLogger).keyFor(openAi), undefined);
  });

  it('are no argument of a command', async () => {
    await openApi();
    assert.equal(await codeOfRejection(runCommand(CommandId.setApiKey, { key: 'x' })), 'invalid_input');
    const none = runCommand(CommandId.clearApiKey, { provider: 'anthropic' });
    assert.equal(await codeOfRejection(none), 'not_found');
  });
});
